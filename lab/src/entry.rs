//! The first lines of every program that uses the lab: which of its sides am I?

use std::path::PathBuf;
use std::process::ExitCode;

use crate::host::Extra;
use crate::{guest, host};

/// The main function of a program of tests.
#[must_use]
pub fn main() -> ExitCode {
    main_with(Extra::default())
}

/// The same for one that has more to do on the host's side.
#[must_use]
pub fn main_with(extra: Extra) -> ExitCode {
    match take_part() {
        Some(code) => code,
        None => host::run_tests(extra),
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
