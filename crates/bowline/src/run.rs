//! From arguments to an exit code.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{CommandFactory, FromArgMatches};
use network::Host;

use crate::arguments::{Arguments, Colour, Global, HostArgument, Verb};
use crate::error::Failure;
use crate::{ExitCode, Io, twins, verb};

/// What every verb is given.
pub struct Context<'a, 'b> {
    /// The options that every verb has.
    pub global: Global,
    /// Where to write.
    pub io: &'a mut Io<'b>,
    /// The scenario that stands for this host, where one was named.
    pub scenario: Option<twin::Scenario>,
    /// Opens the host; called at most once, and by no verb that can do without.
    pub open: &'a mut dyn FnMut() -> Result<Box<dyn Host>, Failure>,
    /// Whether a process of its own can guard the host: one in memory is seen by this process alone.
    pub guards: bool,
}

impl Context<'_, '_> {
    /// Writes what was asked for.
    pub(crate) fn print(&mut self, text: &str) -> Result<(), Failure> {
        self.io.out.write_all(text.as_bytes())?;
        Ok(self.io.out.flush()?)
    }

    /// Writes what went wrong, or what else there is to say.
    pub(crate) fn complain(&mut self, text: &str) -> Result<(), Failure> {
        self.io.err.write_all(text.as_bytes())?;
        Ok(self.io.err.flush()?)
    }
}

/// Runs the program on the kernel of the calling thread's network namespace. The first argument is the program's name.
pub fn run<I>(arguments: I, io: &mut Io<'_>) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    let mut open = || match linux::Linux::open() {
        Ok(host) => Ok(Box::new(host) as Box<dyn Host>),
        Err(error) => Err(Failure::Open(Box::new(error))),
    };
    run_with(arguments, io, &mut open, true)
}

/// Runs the program on another host, which nothing can guard.
pub fn run_on<I>(arguments: I, io: &mut Io<'_>, open: &mut dyn FnMut() -> Result<Box<dyn Host>, Failure>) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    run_with(arguments, io, open, false)
}

fn run_with<I>(
    arguments: I,
    io: &mut Io<'_>,
    open: &mut dyn FnMut() -> Result<Box<dyn Host>, Failure>,
    guards: bool,
) -> ExitCode
where
    I: IntoIterator,
    I::Item: Into<OsString> + Clone,
{
    // Help is read, so its lines are no longer than a book's.
    let mut command = Arguments::command().term_width(io.look.width.min(100));
    let parsed = command.try_get_matches_from_mut(arguments).and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(error) => return usage(&error, io),
    };
    if arguments.global.color != Colour::Auto {
        io.look.colour = arguments.global.color == Colour::Always;
        io.err_look.colour = io.look.colour;
    }
    let result = stage(&arguments).and_then(|scenario| {
        let for_twin = scenario.clone();
        let mut open_twin = || match &for_twin {
            Some(scenario) => Ok(Box::new(twins::open(scenario)?) as Box<dyn Host>),
            None => open(),
        };
        // A scenario's host is gone with the run: nothing outlives it that could undo a change.
        let guards = guards && scenario.is_none();
        let mut context = Context { global: arguments.global, scenario, io: &mut *io, open: &mut open_twin, guards };
        match arguments.verb {
            Verb::Check(arguments) => verb::check::run(&mut context, &arguments),
            Verb::Plan { exit_code } => verb::plan::run(&mut context, exit_code),
            Verb::Apply(apply) => verb::apply::run(&mut context, &apply),
            Verb::Confirm { token } => verb::transaction::confirm(&mut context, token.as_deref()),
            Verb::Pending => verb::transaction::pending(&mut context),
            Verb::Rollback { id, apply } => verb::transaction::rollback(&mut context, id.as_deref(), &apply),
            Verb::History { id } => verb::history::run(&mut context, id.as_deref()),
            Verb::Recover => verb::transaction::recover(&mut context),
            Verb::GuardRun(order) => verb::guards::run(&mut context, &order),
            Verb::GuardReload(order) => verb::guards::beside(&mut context, &order),
            Verb::GuardWatch => verb::guards::watch(&mut context),
            Verb::Verify => verb::verify::run(&mut context),
            Verb::Rehearse(arguments) => verb::rehearse::run(&mut context, &arguments),
            Verb::LabSwitch(arguments) => verb::lab_switch::run(&mut context, &arguments),
            Verb::Status { iface } => verb::status::run(&mut context, iface.as_deref()),
            Verb::Lsp => verb::lsp::run(&mut context),
            Verb::Add { what } => verb::edit::run(&mut context, &what.request(), what.common()),
            Verb::Set(set) => verb::edit::run(&mut context, &set.request(), &set.common),
            Verb::Unset(unset) => verb::edit::run(&mut context, &unset.request(), &unset.common),
            Verb::Remove(remove) => verb::edit::run(&mut context, &remove.request(), &remove.common),
            Verb::Rename(rename) => verb::edit::run(&mut context, &rename.request(), &rename.common),
            Verb::Convert(convert) => verb::edit::run(&mut context, &convert.request(), &convert.common),
            Verb::Diff => verb::diff::run(&mut context),
            Verb::Revert { dry_run } => verb::revert::run(&mut context, dry_run),
            Verb::Completion { shell } => verb::completion::run(&mut context, shell),
        }
    });
    match result {
        Ok(code) => code,
        // Whoever read the output has seen enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::Success,
        Err(failure) => {
            let _ = io.err.write_all(failure.explain().as_bytes());
            ExitCode::Unreadable
        }
    }
}

/// The scenario of `--host`, for the verbs that take one.
fn stage(arguments: &Arguments) -> Result<Option<twin::Scenario>, Failure> {
    match &arguments.global.host {
        Some(_) if !arguments.verb.takes_host() => Err(Failure::NoHost),
        Some(HostArgument::Twin(path)) => twins::read(path).map(Some),
        Some(HostArgument::This) | None => Ok(None),
    }
}

/// Help, the version, or what is wrong with the command line.
fn usage(error: &clap::Error, io: &mut Io<'_>) -> ExitCode {
    let text = error.render();
    let (out, look): (&mut dyn Write, _) =
        if error.use_stderr() { (&mut *io.err, io.err_look) } else { (&mut *io.out, io.look) };
    let text = if look.colour { text.ansi().to_string() } else { text.to_string() };
    // Nothing is left to be told to whom, when this can't be written.
    let _ = out.write_all(text.as_bytes());
    if error.use_stderr() { ExitCode::Unreadable } else { ExitCode::Success }
}
