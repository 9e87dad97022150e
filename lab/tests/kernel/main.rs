//! Tests on a real kernel. One by name: `cargo test -p lab --test kernel -- traps::unknown`.

#![allow(clippy::disallowed_methods, reason = "tests on a real kernel write files and wait")]

mod itself;

fn main() -> std::process::ExitCode {
    lab::main()
}
