//! Tests on a real kernel. One by name: `cargo test -p lab --test kernel -- traps::bonds`.

#![allow(clippy::disallowed_methods, reason = "tests on a real kernel write files and wait")]

mod apply;
mod cables;
mod examples;
mod itself;
mod migrate;
mod raw;
mod refuse;
mod traps;
mod watching;

fn main() -> std::process::ExitCode {
    lab::main()
}
