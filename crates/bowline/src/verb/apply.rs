//! `bowline apply`.

use std::io;
use std::path::Path;

use guard::{Execution, Reason, at_fault, execute, verify};
use linux::staged::PATIENCE;
use linux::{Locked, Staging, Vault};
use network::{Property, Refusal};
use plan::{Difference, Plan, Step};
use record::remember::touched;

use super::guarded_apply;
use super::plan::problems;
use super::prepare::{Prepared, Ready, Which, mention_warnings, prepare, refuse};
use crate::arguments::guard::Apply;
use crate::error::Failure;
use crate::json::Outcome;
use crate::run::Context;
use crate::show::{diagnostic, plan as show};
use crate::source::Understood;
use crate::{ExitCode, json, memory, source};

/// Makes the kernel agree with the file, guarded unless it is asked otherwise.
///
/// # Errors
/// When the file or the kernel can't be read; nothing was changed then.
pub fn run(context: &mut Context<'_, '_>, options: &Apply) -> Result<ExitCode, Failure> {
    // On the twin of a scenario there is nobody to be cut off.
    let unguarded = options.unguarded || context.scenario.is_some();
    if unguarded { self::unguarded(context) } else { guarded_apply::run(context, options) }
}

/// Makes the kernel agree with the file; nothing undoes it.
pub(super) fn unguarded(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    // Held until the end: what is remembered is read now and written then.
    let _alone = match context.scenario {
        Some(_) => None,
        None => Some(memory::lock(context.global.root.as_deref())?),
    };
    let staged = Staged::lock(context)?;
    let mut ready = match prepare(context, Which::Latest)? {
        Prepared::Ready(ready) => ready,
        Prepared::Errors(understood) => {
            return refuse_apply(context, &understood);
        }
    };
    let plan = plan::plan(&ready.understood.resolved.wanted, &ready.observed);
    if !context.global.json {
        mention_warnings(context, &ready.understood)?;
        context.print(&problems(&plan, &ready, context.io.look))?;
    }
    // From here on the kernel changes: trouble with the output must neither stop that nor hide how it ended.
    let mut output = Ok(());
    let execution = carry_out(context, &mut ready, &plan, &mut output);
    let mut end = conclude(&mut ready, &plan, execution);
    let saved = remember(&mut ready, &plan);
    let kept = staged.map(|staged| staged.conclude(&ready, &mut end));
    let text = if context.global.json {
        let refusal = end.refusal.as_ref().map(|(refusal, property)| (refusal, property));
        json::text(&json::applied(
            ready.understood.origin(),
            end.outcome,
            &plan,
            [end.done, end.undone],
            refusal,
            &end.differences,
        ))
    } else {
        report(context, &ready, &plan, &end)
    };
    let output = output.map_err(Failure::from).and_then(|()| context.print(&text));
    complain_of(context, output);
    complain_of(context, end.unread.map_or(Ok(()), Err));
    let is_remembered = saved.is_ok();
    complain_of(context, saved);
    if let Some(kept) = kept.filter(|_| !context.global.json) {
        let told = context.complain(kept);
        complain_of(context, told);
    }
    Ok(match end.outcome {
        Outcome::Nothing | Outcome::Done if !is_remembered => ExitCode::Midway,
        Outcome::Nothing | Outcome::Done => {
            // What somebody applied without a guard is what a guarded change goes back to.
            let kept = keep_good(context);
            complain_of(context, kept);
            ExitCode::Success
        }
        Outcome::Refused => ExitCode::Problems,
        Outcome::Stopped | Outcome::Unverified => ExitCode::Midway,
    })
}

/// Says that the file has errors, to programs too.
pub(super) fn refuse_apply(context: &mut Context<'_, '_>, understood: &Understood) -> Result<ExitCode, Failure> {
    if !context.global.json {
        return refuse(context, understood, "nothing was changed");
    }
    let plan = Plan::default();
    let applied = json::applied(understood.origin(), Outcome::Refused, &plan, [0, 0], None, &[]);
    context.print(&json::text(&applied))?;
    Ok(ExitCode::Problems)
}

/// Notes for the next run, ours or `ifreload`'s, what is up now and was made, however far it came.
fn remember(ready: &mut Ready, plan: &Plan) -> Result<(), Failure> {
    let after = if plan.steps.is_empty() { None } else { Some(ready.host.observe()?) };
    let after = after.as_ref().unwrap_or(&ready.observed);
    ready.memory.note(&ready.understood.resolved.wanted, &touched(plan), &ready.observed, after);
    ready.memory.save()
}

/// The staged file, locked for as long as the apply takes: nobody may stage another in between.
struct Staged(Locked);

impl Staged {
    /// Locks the staged file; `None` when there is none.
    fn lock(context: &Context<'_, '_>) -> Result<Option<Self>, Failure> {
        let root = context.global.root.as_deref();
        // A scenario's host has one file, and nothing of it outlives the run.
        if context.scenario.is_some() || source::latest(root)? == Path::new(source::OWN) {
            return Ok(None);
        }
        Ok(Some(Self(Staging::new(source::disk(root)).lock(PATIENCE)?)))
    }

    /// Puts the staged file in the other's place if the kernel has all of it now; says which of the two counts.
    fn conclude(self, ready: &Ready, end: &mut End) -> &'static str {
        if !matches!(end.outcome, Outcome::Done | Outcome::Nothing) {
            return KEPT;
        }
        let text = ready.understood.configuration.files.first().map(|file| file.document.source());
        match self.0.commit(text.unwrap_or_default()) {
            Ok(()) => COMMITTED,
            Err(error) => {
                (end.outcome, end.unread) = (Outcome::Unverified, Some(error.into()));
                UNCOMMITTED
            }
        }
    }
}

const COMMITTED: &str = "interfaces.new took the place of interfaces\n";
const KEPT: &str = "interfaces.new stays staged, and interfaces as it was\n";
const UNCOMMITTED: &str = "\
The kernel has what interfaces.new says, and interfaces is as it was: a restart would bring that back. Apply again.
";

/// What a command for the same files has to say, where they are not the host's own.
pub(super) fn root_text(context: &Context<'_, '_>) -> String {
    context.global.root.as_ref().map(|root| format!(" --root {}", root.display())).unwrap_or_default()
}

/// Keeps the file that counts as the last good one. Nobody who may not write there has changed a network.
fn keep_good(context: &Context<'_, '_>) -> Result<(), Failure> {
    // A scenario's host is not this one.
    if context.scenario.is_some() {
        return Ok(());
    }
    let disk = source::disk(context.global.root.as_deref());
    match Staging::new(disk.clone()).read()?.current {
        Some(text) => match Vault::new(disk).keep_good(&text) {
            Err(error) if error.source.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            kept => Ok(kept?),
        },
        None => Ok(()),
    }
}

/// The line of the file that a refused step is for.
pub(super) fn place_of(
    context: &Context<'_, '_>,
    ready: &Ready,
    step: &Step,
    number: usize,
    reason: &Reason,
) -> String {
    let Reason::Refused { error, .. } = reason else { return String::new() };
    let refusal = Refusal {
        link: step.change.link().clone(),
        source: io::Error::other(error.clone()),
        message: None,
        field: None,
    };
    let found = show::refusal(&refusal, step, number, ready.understood.lines());
    diagnostic::one(&ready.understood.configuration, &found, context.io.look)
}

/// Executes the plan, with a line for each step the moment that it is done.
fn carry_out(context: &mut Context<'_, '_>, ready: &mut Ready, plan: &Plan, output: &mut io::Result<()>) -> Execution {
    let (look, quiet, total) = (context.io.look, context.global.json, plan.steps.len());
    // Ctrl-C between two steps would leave a bond down that is to come up again.
    let _held = linux::hold_signals();
    execute(&mut *ready.host, plan, &mut |number, step| {
        if output.is_ok() && !quiet {
            let line = show::done(number + 1, total, step, look);
            *output = context.io.out.write_all(line.as_bytes()).and_then(|()| context.io.out.flush());
        }
    })
}

/// How it ended.
struct End {
    outcome: Outcome,
    done: usize,
    undone: usize,
    refusal: Option<(Refusal, Property)>,
    stuck: Vec<Refusal>,
    differences: Vec<Difference>,
    /// Why it could not be read back.
    unread: Option<Failure>,
}

/// Reads the kernel back, unless nothing was sent or a refusal says all.
fn conclude(ready: &mut Ready, plan: &Plan, execution: Execution) -> End {
    let Execution { done, undone, refusal, stuck } = execution;
    let outcome = Outcome::Done;
    let mut end = End { outcome, done, undone, refusal: None, stuck, differences: Vec::new(), unread: None };
    if let Some(refusal) = refusal {
        let property = at_fault(&refusal, &plan.steps[done + undone]);
        return End { outcome: Outcome::Stopped, refusal: Some((refusal, property)), ..end };
    }
    let wanted = &ready.understood.resolved.wanted;
    if plan.steps.is_empty() {
        end.differences = plan::differences(wanted, &ready.observed);
        end.outcome = if end.differences.is_empty() { Outcome::Nothing } else { Outcome::Unverified };
        return end;
    }
    match verify(&mut *ready.host, wanted) {
        Ok(differences) if differences.is_empty() => {}
        Ok(differences) => (end.outcome, end.differences) = (Outcome::Unverified, differences),
        Err(error) => (end.outcome, end.unread) = (Outcome::Unverified, Some(error.into())),
    }
    end
}

/// The end of the story, after the steps' own lines.
fn report(context: &Context<'_, '_>, ready: &Ready, plan: &Plan, end: &End) -> String {
    let (look, lines, total) = (context.io.look, ready.understood.lines(), plan.steps.len());
    let but = ready.understood.but();
    match (&end.refusal, end.outcome) {
        (Some((refusal, _)), _) => {
            let stopped_at = end.done + end.undone;
            let step = &plan.steps[stopped_at];
            let found = show::refusal(refusal, step, stopped_at, lines);
            let mut out = show::failed(stopped_at + 1, total, step, look);
            out += &diagnostic::one(&ready.understood.configuration, &found, look);
            out += &format!("\nStopped: {} of {total} steps done, {} not:\n", end.done, total - end.done);
            for (n, step) in plan.steps.iter().enumerate().skip(end.done) {
                let again = if n < stopped_at { " (undone again)" } else { "" };
                out += &format!("  {}/{total} {}{again}\n", n + 1, show::change(&step.change));
            }
            for refusal in &end.stuck {
                out += &format!("This could not be undone: {refusal}\n");
            }
            out + if end.undone == 0 { "Nothing was undone. " } else { "What was under way was undone again. " }
                + STOPPED
        }
        (None, Outcome::Nothing) => format!("0 changes: the kernel has what the file says{but}\n"),
        (None, Outcome::Unverified) => {
            let list = show::differences(&end.differences, lines, look);
            format!("{list}{}: the kernel does not have what the file says\n", show::changes(total))
        }
        (None, _) => format!("{}: read back, the kernel has what the file says{but}\n", show::changes(total)),
    }
}

const STOPPED: &str = "\
Mend what stopped it and apply again: it goes on from what the kernel has now, as `bowline plan` shows.
";

/// What went wrong beside the point. A reader that went away needs no telling.
fn complain_of(context: &mut Context<'_, '_>, result: Result<(), Failure>) {
    match result {
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(failure) => {
            // The exit code still says how it ended; there is nowhere left to say more.
            let _ = context.complain(&failure.explain());
        }
        Ok(()) => {}
    }
}
