//! `bowline history`.

use guard::{Begun, Ending};
use linux::Vault;
use linux::restore::REJECTED;
use linux::staged::CURRENT;
use serde::Serialize;

use super::transaction::refuse;
use crate::error::Failure;
use crate::guarded::standing::{Past, past};
use crate::run::Context;
use crate::show::diff::difference;
use crate::show::{plan, time};
use crate::{ExitCode, json, source};

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    at: u64,
    by: &'a str,
    steps: usize,
    ending: Option<&'a Ending>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
}

/// Lists the changes that are over, the newest first; or shows what one of them changed in the file.
///
/// # Errors
/// When they can't be read.
pub fn run(context: &mut Context<'_, '_>, id: Option<&str>) -> Result<ExitCode, Failure> {
    let vault = Vault::new(source::disk(context.global.root.as_deref()));
    if let Some(id) = id {
        return one(context, &vault, id);
    }
    let mut all: Vec<Past> = Vec::new();
    for id in vault.history()?.iter().rev() {
        all.extend(past(&vault, id)?);
    }
    let text = if context.global.json {
        let entries: Vec<Entry<'_>> = all.iter().map(|past| entry(past, None)).collect();
        json::text(&entries)
    } else if all.is_empty() {
        "no change was guarded yet\n".to_owned()
    } else {
        all.iter().map(line).collect()
    };
    context.print(&text)?;
    Ok(ExitCode::Success)
}

/// One of them, with the difference of its files.
fn one(context: &mut Context<'_, '_>, vault: &Vault, id: &str) -> Result<ExitCode, Failure> {
    // Only what is listed is looked for: a name may lead anywhere.
    let known = vault.history()?.iter().any(|name| name == id);
    let Some(past) = (if known { past(vault, id)? } else { None }) else {
        return refuse(context, "no change is of that name", "`bowline history` lists them");
    };
    let file = |name: &str| vault.file(&format!("history/{id}/{name}")).map(Option::unwrap_or_default);
    let (before, after) = (file("before")?, file("after")?);
    let look = (!context.global.json).then_some(context.io.look);
    let counts = matches!(past.ending, Some(Ending::Confirmed { .. }));
    let diff = difference([&before, &after], [CURRENT, if counts { CURRENT } else { REJECTED }], look);
    let text = match (context.global.json, diff.is_empty()) {
        (true, _) => json::text(&entry(&past, Some(&diff))),
        (false, true) => line(&past) + "the file before is the same as the file after\n",
        (false, false) => line(&past) + &diff,
    };
    context.print(&text)?;
    Ok(ExitCode::Success)
}

fn entry<'a>(past: &'a Past, diff: Option<&'a str>) -> Entry<'a> {
    let begun = &past.begun;
    Entry { id: &begun.id, at: begun.at, by: &begun.by, steps: begun.steps, ending: past.ending.as_ref(), diff }
}

fn line(past: &Past) -> String {
    let Begun { id, at, by, steps, .. } = &past.begun;
    let ending = past.ending.as_ref().map_or_else(|| "its end is not known".to_owned(), ToString::to_string);
    let steps = plan::changes(*steps);
    format!("{id}  {}  {by}  {steps}  {ending}\n", time::moment(*at))
}
