//! Tests on a real kernel. One by name: `cargo test -p lab --test kernel -- traps::bonds`.

#![allow(clippy::disallowed_methods, reason = "tests on a real kernel write files and wait")]

mod addresses;
mod apply;
mod cables;
mod changing;
mod devices;
mod dhcp;
mod examples;
mod face;
mod faces;
mod faults;
mod guard;
mod guests;
mod hash;
mod itself;
mod lacp;
mod live;
mod migrate;
mod options;
mod ovs;
mod program;
mod raw;
mod refuse;
mod settings;
mod slaves;
mod traps;
mod vlans;
mod watching;

fn main() -> std::process::ExitCode {
    // The guard starts the program that it is part of, and that is this one here.
    guard::take_part().unwrap_or_else(lab::main)
}
