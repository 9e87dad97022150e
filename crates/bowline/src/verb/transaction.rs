//! `bowline confirm`, `pending`, `rollback` and `recover`.

use guard::{Begun, Ending, Reply, Request, Stage};
use linux::staged::PATIENCE;
use linux::{Staging, Vault};
use record::who;
use serde::Serialize;
use std::io::{BufRead, Read};

use super::{guarded_apply, guards};
use crate::arguments::guard::Apply;
use crate::error::Failure;
use crate::guarded::standing::{Past, Standing, look, past};
use crate::run::Context;
use crate::show::time;
use crate::{ExitCode, json, source};

const NOTHING: &str = "nothing is open\n";
/// The most bytes that are read of a token.
const MAX_TOKEN: u64 = 256;

/// Keeps the open change.
///
/// # Errors
/// When the guard can't be reached.
pub fn confirm(context: &mut Context<'_, '_>, token: Option<&str>) -> Result<ExitCode, Failure> {
    let token = match token {
        // A command line is seen by all who may list processes.
        Some("-") => Some(read_token()?),
        other => other.map(str::to_owned),
    };
    ask(context, &Request::Confirm { token, by: who::asks() })
}

/// The first line of the standard input.
fn read_token() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin().lock().take(MAX_TOKEN).read_line(&mut line).map_err(Failure::Token)?;
    Ok(line.trim().to_owned())
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
        return refuse(context, &format!("{why}; nothing was changed"), "`bowline history` lists them");
    }
    let Some(text) = vault.file(&format!("history/{id}/after"))? else {
        return refuse(context, "the file of that change is not there any more; nothing was changed", "");
    };
    {
        let locked = Staging::new(disk).lock(PATIENCE)?;
        let texts = locked.read()?;
        if texts.staged.as_ref().is_some_and(|staged| *staged != text) {
            return refuse(context, STAGED[0], STAGED[1]);
        }
        if texts.current.as_ref() != Some(&text) {
            locked.write(&text)?;
        }
    }
    guarded_apply::run(context, apply)
}

const STAGED: [&str; 2] =
    ["other changes are staged; nothing was changed", "`bowline diff` shows them, `bowline revert` drops them"];

/// Asks the guard for what ends the transaction, and waits for the end.
fn ask(context: &mut Context<'_, '_>, request: &Request) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    let (begun, mut client) = match look(root.as_deref())? {
        Standing::Open(begun, client) => (begun, client),
        Standing::LeftBehind => {
            return refuse(context, "the guard of the open change died, so it is not kept", RECOVER);
        }
        Standing::Busy => {
            return refuse(context, "a change is being made or undone right now; try again in a moment", "");
        }
        Standing::None if context.global.json => return refuse(context, NOTHING.trim_end(), ""),
        Standing::None => {
            context.complain(NOTHING)?;
            return Ok(ExitCode::Problems);
        }
    };
    let reply = client.reply_to(request).map_err(|_| Failure::GuardGone)?;
    let why = match reply {
        Reply::Taken => {
            // Whoever reads the errors may be gone; the end is told by the exit code all the same.
            let mut is_amiss = false;
            let mut amiss = |text: &str| {
                is_amiss = true;
                drop(context.complain(&format!("error: {text}\n")));
            };
            let ending = client.ending(&mut amiss).map_err(|_| Failure::GuardGone)?;
            let confirms = matches!(request, Request::Confirm { .. });
            let code = end(context, &begun.id, Some(&ending), is_amiss)?;
            let wanted = matches!((&ending, confirms), (Ending::RolledBack { left, .. }, false) if left.is_empty());
            return Ok(if wanted { ExitCode::Success } else { code });
        }
        Reply::WrongToken => "that is not the token of the open change",
        Reply::TooEarly => "not all of the change is done yet; try again in a moment",
        Reply::TooLate | Reply::Stands { .. } => "too late: the change is being undone, or over",
    };
    refuse(context, why, "")
}

const RECOVER: &str = "bowline recover";

/// Says why nothing is done, to programs too.
pub(super) fn refuse(context: &mut Context<'_, '_>, why: &str, help: &str) -> Result<ExitCode, Failure> {
    #[derive(Serialize)]
    struct Refused<'a> {
        news: &'static str,
        why: &'a str,
    }
    if context.global.json {
        context.print(&json::line(&Refused { news: "refused", why }))?;
    } else {
        let help = if help.is_empty() { String::new() } else { format!("help: {help}\n") };
        context.complain(&format!("error: {why}\n{help}"))?;
    }
    Ok(ExitCode::Problems)
}

/// Says how it ended. With `is_amiss`, what was confirmed could not be noted for the next reload.
pub(super) fn end(
    context: &mut Context<'_, '_>,
    id: &str,
    ending: Option<&Ending>,
    is_amiss: bool,
) -> Result<ExitCode, Failure> {
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
        Ending::Confirmed { .. } if is_amiss => ExitCode::Midway,
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
