//! From a command line to an exit code.

use std::ffi::{OsStr, OsString};
use std::io;

use crate::arguments::{Arguments, Asked, help, parse};
use crate::query::query;
use crate::session::Session;
use crate::{ExitCode, Face, Failure, World, faces, version};

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
        Asked::Work(arguments) => return work(arguments, world),
    };
    match world.out.write_all(text.as_bytes()).and_then(|()| world.out.flush()) {
        Ok(()) => ExitCode::Success,
        Err(error) => end(world, &error.into()),
    }
}

fn work(arguments: Arguments, world: &mut World<'_>) -> ExitCode {
    let face = arguments.face;
    let mut session = Session::new(arguments, world);
    let result = match face {
        Face::Ifreload => faces::reload(&mut session),
        Face::Ifup => faces::up(&mut session),
        Face::Ifdown => faces::down(&mut session),
        Face::Ifquery => query(&mut session),
    };
    let code = match result {
        // Whoever read the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::Success,
        Err(failure) => {
            session.log.error(failure.explain_as(face));
            failure.code()
        }
        Ok(()) if session.log.has_failed() => ExitCode::Failure,
        Ok(()) => ExitCode::Success,
    };
    session.log.info(format!("exit status {}", code.number()));
    code
}

/// What went wrong before there was a log.
fn end(world: &mut World<'_>, failure: &Failure) -> ExitCode {
    // Nothing is left to be told to whom, when this can't be written.
    let _ = match failure {
        // ifupdown2's own form: it says this before it has a log either.
        Failure::NotRoot => writeln!(world.err, "{failure}"),
        _ => writeln!(world.err, "error: {}", failure.explain()),
    };
    failure.code()
}
