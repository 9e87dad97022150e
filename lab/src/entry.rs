//! The first lines of every program that uses the lab: which of its sides am I?

use std::path::PathBuf;
use std::process::ExitCode;

use crate::{guest, host};

/// The main function of a program of tests.
#[must_use]
pub fn main() -> ExitCode {
    match take_part() {
        Some(code) => code,
        None => host::run_tests(),
    }
}

/// Does the work of this process if it is PID 1 of a kernel that the lab boots (then it never comes back) or the
/// keeper of one. `None`: it was started by a person.
#[must_use]
pub fn take_part() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    let mark = arguments.next()?;
    if mark == guest::MARK && std::process::id() == 1 {
        guest::main(&PathBuf::from(arguments.next().unwrap_or_default()));
    }
    (mark == host::KEEPER_MARK).then(|| host::keep(arguments))
}
