//! `bowline confirm`, `pending`, `rollback`, `history` and `recover`.

use guard::{Begun, Ending, Reply, Request, Stage};
use linux::staged::PATIENCE;
use linux::{Staging, Vault};
use record::who;
use serde::Serialize;

use super::{guarded_apply, guards};
use crate::arguments::guard::Apply;
use crate::error::Failure;
use crate::guarded::standing::{Past, Standing, look, past};
use crate::run::Context;
use crate::show::time;
use crate::{ExitCode, json, source};

const NOTHING: &str = "nothing is open\n";

/// Keeps the open change.
///
/// # Errors
/// When the guard can't be reached.
pub fn confirm(context: &mut Context<'_, '_>, token: Option<&str>) -> Result<ExitCode, Failure> {
    let request = Request::Confirm { token: token.map(str::to_owned), by: who::asks() };
    ask(context, &request)
}

/// Undoes the open change; or goes back to an earlier one, guarded in turn.
///
/// # Errors
/// When the guard, or the earlier change, can't be reached.
pub fn rollback(context: &mut Context<'_, '_>, id: Option<&str>, apply: &Apply) -> Result<ExitCode, Failure> {
    let Some(id) = id else { return ask(context, &Request::RollBack { by: who::asks() }) };
    if let Standing::Open(begun, _) = look(context.global.root.as_deref())?
        && begun.id == id
    {
        return ask(context, &Request::RollBack { by: who::asks() });
    }
    let disk = source::disk(context.global.root.as_deref());
    let vault = Vault::new(disk.clone());
    let found = past(&vault, id)?;
    if !matches!(found, Some(Past { ending: Some(Ending::Confirmed { .. }), .. })) {
        let why = if found.is_none() { "no change is of that name" } else { "that change was not confirmed" };
        context.complain(&format!("error: {why}; nothing was changed\nhelp: `bowline history` lists them\n"))?;
        return Ok(ExitCode::Problems);
    }
    let Some(text) = vault.file(&format!("history/{id}/after"))? else {
        context.complain("error: the file of that change is not there any more; nothing was changed\n")?;
        return Ok(ExitCode::Problems);
    };
    {
        let locked = Staging::new(disk).lock(PATIENCE)?;
        let texts = locked.read()?;
        if texts.staged.as_ref().is_some_and(|staged| *staged != text) {
            context.complain(STAGED)?;
            return Ok(ExitCode::Problems);
        }
        if texts.current.as_ref() != Some(&text) {
            locked.write(&text)?;
        }
    }
    guarded_apply::run(context, apply)
}

const STAGED: &str = "\
error: other changes are staged; nothing was changed
help: `bowline diff` shows them, `bowline revert` drops them
";

/// Asks the guard for what ends the transaction, and waits for the end.
fn ask(context: &mut Context<'_, '_>, request: &Request) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    let (begun, mut client) = match look(root.as_deref())? {
        Standing::Open(begun, client) => (begun, client),
        Standing::LeftBehind => {
            context.complain("error: the guard of the open change died, so it is not kept\nhelp: bowline recover\n")?;
            return Ok(ExitCode::Problems);
        }
        Standing::Busy => {
            context.complain("error: a change is being made or undone right now; try again in a moment\n")?;
            return Ok(ExitCode::Problems);
        }
        Standing::None => {
            context.complain(NOTHING)?;
            return Ok(ExitCode::Problems);
        }
    };
    let reply = client.reply_to(request).map_err(|_| Failure::GuardGone)?;
    let why = match reply {
        Reply::Taken => {
            // Whoever reads the errors may be gone; the end is told by the exit code all the same.
            let mut amiss = |text: &str| drop(context.complain(&format!("error: {text}\n")));
            let ending = client.ending(&mut amiss).map_err(|_| Failure::GuardGone)?;
            let confirms = matches!(request, Request::Confirm { .. });
            let code = end(context, &begun.id, Some(&ending))?;
            let wanted = matches!((&ending, confirms), (Ending::RolledBack { left, .. }, false) if left.is_empty());
            return Ok(if wanted { ExitCode::Success } else { code });
        }
        Reply::WrongToken => "that is not the token of the open change",
        Reply::TooEarly => "not all of the change is done yet; try again in a moment",
        Reply::TooLate | Reply::Stands { .. } => "too late: the change is being undone, or over",
    };
    context.complain(&format!("error: {why}\n"))?;
    Ok(ExitCode::Problems)
}

/// Says how it ended.
pub(super) fn end(context: &mut Context<'_, '_>, id: &str, ending: Option<&Ending>) -> Result<ExitCode, Failure> {
    let vault = Vault::new(source::disk(context.global.root.as_deref()));
    let written = past(&vault, id)?.and_then(|past| past.ending);
    let Some(ending) = ending.cloned().or(written) else { return Err(Failure::GuardGone) };
    if context.global.json {
        #[derive(Serialize)]
        struct End<'a> {
            news: &'static str,
            id: &'a str,
            ending: &'a Ending,
        }
        context.print(&json::line(&End { news: "ended", id, ending: &ending }))?;
    } else {
        let text = match &ending {
            Ending::Confirmed { .. } => format!("Confirmed: this is what the host has from now on ({id})\n"),
            Ending::RolledBack { left, reason } if left.is_empty() => {
                format!("Rolled back, {reason}: the host has what it had before ({id})\n")
            }
            Ending::RolledBack { left, reason } => {
                let list: String = left.iter().map(|line| format!("  {line}\n")).collect();
                format!("Rolled back, {reason}, but for this ({id}):\n{list}")
            }
            Ending::NotBegun { why } => format!("Nothing was changed: {why}\n"),
        };
        context.print(&text)?;
    }
    Ok(match &ending {
        Ending::Confirmed { .. } => ExitCode::Success,
        Ending::RolledBack { left, .. } if left.is_empty() => ExitCode::RolledBack,
        Ending::RolledBack { .. } => ExitCode::Midway,
        Ending::NotBegun { .. } => ExitCode::Problems,
    })
}

#[derive(Serialize)]
struct Pending<'a> {
    pending: bool,
    id: Option<&'a str>,
    by: Option<&'a str>,
    at: Option<u64>,
    stage: Option<Stage>,
    seconds_left: Option<u64>,
}

/// Says what is open and how long it still waits.
///
/// # Errors
/// When the guard can't be reached.
pub fn pending(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let (begun, reply) = match look(context.global.root.as_deref())? {
        Standing::Open(begun, mut client) => {
            let reply = client.reply_to(&Request::Look).map_err(|_| Failure::GuardGone)?;
            (Some(begun), Some(reply))
        }
        Standing::None => (None, None),
        Standing::LeftBehind | Standing::Busy => (None, Some(Reply::TooLate)),
    };
    let open = reply.is_some();
    let text = match (&begun, &reply) {
        _ if context.global.json => {
            let (stage, left) = match reply {
                Some(Reply::Stands { stage, left }) => (Some(stage), left.map(|left| left.as_secs())),
                _ => (None, None),
            };
            let it = begun.as_deref();
            json::text(&Pending {
                pending: open,
                id: it.map(|begun| begun.id.as_str()),
                by: it.map(|begun| begun.by.as_str()),
                at: it.map(|begun| begun.at),
                stage,
                seconds_left: left,
            })
        }
        (Some(begun), Some(reply)) => standing_text(begun, reply),
        (None, None) => NOTHING.to_owned(),
        _ => {
            "a change is being made or undone right now, or was left open: `bowline recover` sees to that\n".to_owned()
        }
    };
    context.print(&text)?;
    Ok(if open { ExitCode::Pending } else { ExitCode::Success })
}

/// Whose change is open, and how long it still waits.
pub(super) fn standing_text(begun: &Begun, reply: &Reply) -> String {
    let how = match reply {
        Reply::Stands { stage: Stage::Waiting, left: Some(left) } => {
            format!("it is undone in {} unless it is confirmed", time::duration(*left))
        }
        Reply::Stands { stage: Stage::Changing, .. } => "it is being made".to_owned(),
        Reply::Stands { stage: Stage::RollingBack, .. } => "it is being undone".to_owned(),
        _ => "it is about to end".to_owned(),
    };
    let (by, at, id) = (&begun.by, time::moment(begun.at), &begun.id);
    format!("{id}, by {by}, {at}: {how}\nhelp: `bowline confirm` keeps it, `bowline rollback` undoes it\n")
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    at: u64,
    by: &'a str,
    steps: usize,
    ending: Option<&'a Ending>,
}

/// Lists the changes that are over, the newest first.
///
/// # Errors
/// When they can't be read.
pub fn history(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let vault = Vault::new(source::disk(context.global.root.as_deref()));
    let mut all: Vec<Past> = Vec::new();
    for id in vault.history()?.iter().rev() {
        all.extend(past(&vault, id)?);
    }
    let text = if context.global.json {
        let entries: Vec<Entry<'_>> = all.iter().map(entry).collect();
        json::text(&entries)
    } else if all.is_empty() {
        "no change was guarded yet\n".to_owned()
    } else {
        all.iter().map(line).collect()
    };
    context.print(&text)?;
    Ok(ExitCode::Success)
}

fn entry(past: &Past) -> Entry<'_> {
    let begun = &past.begun;
    Entry { id: &begun.id, at: begun.at, by: &begun.by, steps: begun.steps, ending: past.ending.as_ref() }
}

fn line(past: &Past) -> String {
    let Begun { id, at, by, steps, .. } = &past.begun;
    let ending = past.ending.as_ref().map_or_else(|| "its end is not known".to_owned(), ToString::to_string);
    let steps = crate::show::plan::changes(*steps);
    format!("{id}  {}  {by}  {steps}  {ending}\n", time::moment(*at))
}

/// Brings to its end what a dead guard, or a start of the host before, left open.
///
/// # Errors
/// When the state can't be used.
pub fn recover(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    let Some(ending) = guards::finish(context, false)? else {
        keep_first(root.as_deref())?;
        context.print("nothing was left open\n")?;
        return Ok(ExitCode::Success);
    };
    context.print(&format!("{ending}\n"))?;
    let complete = !matches!(&ending, Ending::RolledBack { left, .. } if !left.is_empty());
    Ok(if complete { ExitCode::Success } else { ExitCode::Midway })
}

/// Where no file was confirmed yet, the one that the host starts with is the one to go back to.
fn keep_first(root: Option<&std::path::Path>) -> Result<(), Failure> {
    let disk = source::disk(root);
    let vault = Vault::new(disk.clone());
    if vault.file("good")?.is_none()
        && let Some(text) = Staging::new(disk).read()?.current
    {
        vault.keep_good(&text)?;
    }
    Ok(())
}
