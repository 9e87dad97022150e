//! From a command line to an exit code.

use std::ffi::{OsStr, OsString};

use crate::arguments::{Asked, help, parse};
use crate::{ExitCode, Face, Failure, World, version};

/// Runs the face that the program's name tells, with the arguments that follow it.
pub fn run(program: &OsStr, arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> ExitCode {
    let Some(face) = Face::of(program) else { return end(world, &Failure::Name) };
    let asked = match parse(face, arguments) {
        Ok(asked) => asked,
        Err(error) => {
            let _ = world.err.write_all(help::usage(face).as_bytes());
            return end(world, &error.into());
        }
    };
    let text = match asked {
        Asked::Help => help::text(face),
        Asked::Version => version::line(),
        Asked::Work(_) if face != Face::Ifquery && !world.is_root => return end(world, &Failure::NotRoot),
        Asked::Work(_) => {
            let _ = writeln!(world.err, "error: {}: only -h and -V are there yet", face.name());
            return ExitCode::Failure;
        }
    };
    match world.out.write_all(text.as_bytes()).and_then(|()| world.out.flush()) {
        Ok(()) => ExitCode::Success,
        Err(error) => end(world, &error.into()),
    }
}

fn end(world: &mut World<'_>, failure: &Failure) -> ExitCode {
    // Nothing is left to be told to whom, when this can't be written.
    let _ = writeln!(world.err, "error: {}", failure.explain());
    failure.code()
}
