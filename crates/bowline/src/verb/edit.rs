//! `bowline add`, `set`, `unset`, `remove`, `rename` and `convert`: an edit of the staged file.

use std::path::Path;

use interfaces::{Configuration, Diagnostic, Severity};
use linux::staged::{CURRENT, PATIENCE, STAGED};
use linux::{Locked, StageError, Staging, digest};
use network::Network;
use network::edit::{EditError, Edited, Request, codes, edit, new_diagnostics};
use serde::Serialize;

use crate::arguments::edit::Common;
use crate::error::Failure;
use crate::io::{STRONG, harmless};
use crate::json::{JsonDiagnostic, Place};
use crate::run::Context;
use crate::show::diagnostic;
use crate::show::diff;
use crate::source::{Understood, load, load_text, understand};
use crate::{ExitCode, Look, json, source};

/// How an edit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// The staged file holds it.
    Staged,
    /// With it, the staged file was the same as the one that counts, and is gone.
    Unstaged,
    /// The file says so already.
    Unchanged,
    /// Only shown.
    DryRun,
    /// Refused.
    Refused,
}

/// What programs are told.
#[derive(Serialize)]
struct Report<'a> {
    outcome: Outcome,
    /// Which file the digest is of: the one that the next edit goes on from.
    path: &'a str,
    digest: String,
    diff: &'a str,
    done: &'a [String],
    notes: Vec<JsonNote<'a>>,
    error: Option<JsonError>,
    /// What the edit would have made wrong, if it is refused for that; else all that is to be said of the file now.
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonNote<'a> {
    text: &'a str,
    place: Option<Place>,
}

#[derive(Serialize)]
struct JsonError {
    code: &'static str,
    text: String,
    help: Option<String>,
    places: Vec<Place>,
}

/// Makes an edit of the staged file.
///
/// # Errors
/// When the file can't be read or written; it is as it was then.
pub fn run(context: &mut Context<'_, '_>, request: &Request, common: &Common) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    let staging = Staging::new(source::disk(root.as_deref()));
    let locked = if common.dry_run { None } else { Some(staging.lock(PATIENCE)?) };
    let path = staging.latest_path()?;
    let configuration = load(root.as_deref(), Some(path))?;
    let old = main_text(&configuration).to_vec();
    if common.digest.as_ref().is_some_and(|known| *known != digest(&old)) {
        return changed(context, &configuration, path, digest(&old));
    }
    let edited = match edit(&configuration, request) {
        Ok(edited) => edited,
        Err(error) => return refuse(context, &configuration, path, &error),
    };
    let observed = observe(context);
    let after =
        understand(load_text(&source::disk(root.as_deref()), Path::new(STAGED), &edited.text)?, observed.as_ref());
    let before = understand(configuration, observed.as_ref());
    let worse = news(&before, &after, Severity::Error);
    if !worse.is_empty() && !common.force && !edited.is_empty() {
        return too_bad(context, &before, &after, path, &edited, &worse);
    }
    let outcome = match &locked {
        _ if edited.is_empty() => Outcome::Unchanged,
        None => Outcome::DryRun,
        Some(locked) => match write(locked, &old, &edited.text) {
            Err(StageError::Changed { now }) => return changed(context, &before.configuration, path, now),
            written => written?,
        },
    };
    report(context, &before, &after, path, &edited, outcome)
}

/// What is to be said of the file after the edit and was not before.
fn news(before: &Understood, after: &Understood, least: Severity) -> Vec<Diagnostic> {
    new_diagnostics(&before.diagnostics, &after.diagnostics, least).into_iter().cloned().collect()
}

fn main_text(configuration: &Configuration) -> &[u8] {
    configuration.files.first().map(|file| file.document.source()).unwrap_or_default()
}

/// The kernel, if this is its host and it lets itself be read; a file can be judged without.
fn observe(context: &mut Context<'_, '_>) -> Option<Network> {
    if context.global.root.is_some() {
        return None;
    }
    (context.open)().and_then(|mut host| Ok(host.observe()?)).ok()
}

/// Writes the edited text, unless one that takes no lock, as an editor does, has changed the file since it was read.
fn write(locked: &Locked, old: &[u8], text: &[u8]) -> Result<Outcome, StageError> {
    let texts = locked.read()?;
    let now = texts.latest().unwrap_or_default();
    if now != old {
        return Err(StageError::Changed { now: digest(now) });
    }
    if texts.current.as_deref() == Some(text) {
        locked.discard()?;
        return Ok(Outcome::Unstaged);
    }
    locked.write(text)?;
    Ok(Outcome::Staged)
}

/// The file is not the one that the caller knows.
fn changed(
    context: &mut Context<'_, '_>,
    configuration: &Configuration,
    path: &Path,
    now: String,
) -> Result<ExitCode, Failure> {
    let failure = Failure::Stage(StageError::Changed { now: now.clone() });
    if context.global.json {
        let help = Some("read it again, and repeat the edit if it still fits".to_owned());
        let error = JsonError { code: codes::CHANGED, text: failure.to_string(), help, places: Vec::new() };
        let refusal = Report { digest: now, ..refusal(configuration, path, Some(error), Vec::new()) };
        context.print(&json::text(&refusal))?;
    } else {
        context.complain(&failure.explain())?;
    }
    Ok(ExitCode::Problems)
}

fn refusal<'a>(
    configuration: &Configuration,
    path: &'a Path,
    error: Option<JsonError>,
    diagnostics: Vec<JsonDiagnostic<'a>>,
) -> Report<'a> {
    Report {
        outcome: Outcome::Refused,
        path: path.to_str().unwrap_or_default(),
        digest: digest(main_text(configuration)),
        diff: "",
        done: &[],
        notes: Vec::new(),
        error,
        diagnostics,
    }
}

/// What was asked for makes no sense in this file.
fn refuse(
    context: &mut Context<'_, '_>,
    configuration: &Configuration,
    path: &Path,
    error: &EditError,
) -> Result<ExitCode, Failure> {
    if context.global.json {
        let error = JsonError {
            code: error.code(),
            text: error.to_string(),
            help: error.help(),
            places: error.spans().iter().map(|span| Place::of(configuration, *span)).collect(),
        };
        context.print(&json::text(&refusal(configuration, path, Some(error), Vec::new())))?;
        return Ok(ExitCode::Problems);
    }
    let text = match error.diagnostic() {
        Some(found) => diagnostic::one(configuration, &found, context.io.err_look),
        None => {
            let help = error.help().map(|help| format!("help: {}\n", harmless(&help))).unwrap_or_default();
            format!("error[{}]: {}\n{help}", error.code(), harmless(&error.to_string()))
        }
    };
    context.complain(&text)?;
    Ok(ExitCode::Problems)
}

/// The file would have errors that it has not now.
fn too_bad(
    context: &mut Context<'_, '_>,
    before: &Understood,
    after: &Understood,
    path: &Path,
    edited: &Edited,
    worse: &[Diagnostic],
) -> Result<ExitCode, Failure> {
    if context.global.json {
        let list = json::diagnostics(&after.configuration, worse);
        context.print(&json::text(&refusal(&before.configuration, path, None, list)))?;
        return Ok(ExitCode::Problems);
    }
    let look = context.io.err_look;
    let list = diagnostic::list(&after.configuration, worse, look);
    let diff = difference(&before.configuration, path, edited, Some(look));
    context.complain(&format!("{diff}\n{list}{}", TOO_BAD))?;
    Ok(ExitCode::Problems)
}

const TOO_BAD: &str = "\
error: the file would be wrong after this edit, and nothing was changed
help: ask for what belongs together in one command, or say --force to stage it all the same
";

fn difference(before: &Configuration, path: &Path, edited: &Edited, look: Option<Look>) -> String {
    let old = path.to_str().unwrap_or_default();
    diff::difference([main_text(before), &edited.text], [old, STAGED], look)
}

/// What was done, and what to do next.
fn report(
    context: &mut Context<'_, '_>,
    before: &Understood,
    after: &Understood,
    path: &Path,
    edited: &Edited,
    outcome: Outcome,
) -> Result<ExitCode, Failure> {
    let json = context.global.json;
    let look = if json { Look::PLAIN } else { context.io.look };
    let diff = difference(&before.configuration, path, edited, (!json).then_some(look));
    if json {
        let place = |note: &'_ network::edit::Note| note.span.map(|span| Place::of(&before.configuration, span));
        let notes = edited.notes.iter().map(|note| JsonNote { text: &note.text, place: place(note) }).collect();
        let (path, text) = match outcome {
            Outcome::Staged => (STAGED, edited.text.as_slice()),
            Outcome::Unstaged => (CURRENT, edited.text.as_slice()),
            _ => (path.to_str().unwrap_or_default(), main_text(&before.configuration)),
        };
        let diagnostics = json::diagnostics(&after.configuration, &after.diagnostics);
        let (digest, done) = (digest(text), edited.done.as_slice());
        let report = Report { outcome, path, digest, diff: &diff, done, notes, error: None, diagnostics };
        context.print(&json::text(&report))?;
        return Ok(ExitCode::Success);
    }
    let mut out = diff;
    for done in &edited.done {
        out += &format!("{}\n", look.paint(STRONG, &harmless(done)));
    }
    for note in &edited.notes {
        let place = note.span.map(|span| format!("{}: ", before.configuration.place(span))).unwrap_or_default();
        out += &format!("note: {}{}\n", harmless(&place), harmless(&note.text));
    }
    let news = news(before, after, Severity::Warning);
    out += &diagnostic::list(&after.configuration, &news, look);
    out += match outcome {
        Outcome::Staged => STAGED_NOW,
        Outcome::Unstaged => "With this, interfaces.new was the same as interfaces, and is gone.\n",
        Outcome::Unchanged => "no change: the file says so already\n",
        Outcome::DryRun | Outcome::Refused => "Nothing was written.\n",
    };
    context.print(&out)?;
    Ok(ExitCode::Success)
}

const STAGED_NOW: &str = "\
Staged. `bowline plan` shows what it will do, `bowline apply` does it, `bowline revert` drops all that is staged.
";

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn what_another_wrote_meanwhile_is_not_written_over() {
        for (current, staged) in [("theirs", None), ("old", Some("theirs"))] {
            let folder = tempfile::tempdir().unwrap();
            let place = |path: &str| -> PathBuf { folder.path().join(path.trim_start_matches('/')) };
            fs::create_dir_all(place("/etc/network")).unwrap();
            let locked = Staging::new(source::disk(Some(folder.path()))).lock(PATIENCE).unwrap();
            // An editor asks for no lock.
            fs::write(place(CURRENT), current).unwrap();
            if let Some(staged) = staged {
                fs::write(place(STAGED), staged).unwrap();
            }
            let refused = write(&locked, b"old", b"ours");
            assert!(matches!(refused, Err(StageError::Changed { now }) if now == digest(b"theirs")), "{staged:?}");
            assert_eq!(fs::read_to_string(place(STAGED)).ok().as_deref(), staged);
            assert!(matches!(write(&locked, b"theirs", b"ours"), Ok(Outcome::Staged)));
            assert_eq!(fs::read(place(STAGED)).unwrap(), b"ours");
            assert!(matches!(write(&locked, b"ours", current.as_bytes()), Ok(Outcome::Unstaged)));
            assert!(!place(STAGED).exists());
        }
    }
}
