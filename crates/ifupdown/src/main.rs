//! `ifreload`, `ifup`, `ifdown`, `ifquery`: see the library.

use std::io::{stderr, stdout};
use std::process::ExitCode;

use ifupdown::World;

fn main() -> ExitCode {
    // A change of the network may end the very session that asked for it; it is to be carried out all the same.
    linux::outlive_the_terminal();
    let (mut out, mut err) = (stdout().lock(), stderr().lock());
    let mut arguments = std::env::args_os();
    let program = arguments.next().unwrap_or_default();
    ifupdown::run(&program, arguments, &mut World::this_host(&mut out, &mut err)).into()
}
