//! The table in `docs/twin.md`: a line a scenario.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lab::page::Page;
use serde::{Deserialize, Serialize};

const PAGE: Page = Page {
    path: "docs/twin.md",
    mark: "conformance",
    head: "| scenario | what | looks | fields | lines of /proc | changes in the same order | ms to each event's last change: twin, kernel |\n|---|---|---|---|---|---|---|\n",
};

/// What playing a scenario on both found; a difference is a failure.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Finding {
    pub(super) about: String,
    /// How often the two were compared.
    pub(super) looks: usize,
    /// How many fields were, in all.
    pub(super) fields: usize,
    /// How many lines of /proc/net/bonding.
    pub(super) lines: usize,
    /// How many announcements.
    pub(super) changes: usize,
    /// When each event's last change was, in milliseconds after it: the twin's, and the kernel's on the lab's machine.
    pub(super) last: Vec<(u128, u128)>,
}

/// The lines that were found so far, by scenario.
static LINES: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// Holds what a scenario found against its line, and keeps the line that it makes.
pub(super) fn hold(name: &str, found: &str) -> Result<(), String> {
    let finding: Finding = serde_json::from_str(found).map_err(|error| error.to_string())?;
    let line = line(name, &finding);
    LINES.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), line.clone());
    if Page::updates() {
        return Ok(());
    }
    match PAGE.lines()?.get(name) {
        None => Err(format!("docs/twin.md has no line for it; UPDATE=1 writes one:\n{line}")),
        Some(known) if steady(known) == steady(&line) => Ok(()),
        Some(known) => Err(format!("docs/twin.md says\n{known}\nand it was\n{line}\nUPDATE=1 writes it anew")),
    }
}

/// See [`Page::finish`].
pub(super) fn finish(all_passed: bool) -> Result<(), String> {
    if Page::updates() && !all_passed {
        eprintln!("conformance: some failed: docs/twin.md gets the lines of the others");
    }
    let names = super::names().map_err(|error| error.to_string())?;
    PAGE.finish(&names, std::mem::take(&mut *LINES.lock().unwrap_or_else(PoisonError::into_inner)))
}

fn line(name: &str, finding: &Finding) -> String {
    let Finding { about, looks, fields, lines, changes, last } = finding;
    let last: Vec<String> = last.iter().map(|(twin, kernel)| format!("{twin}, {kernel}")).collect();
    format!(
        "| [{name}](../lab/conformance/{name}) | {about} | {looks} | {fields} | {lines} | {changes} | {} |\n",
        last.join("; ")
    )
}

/// A line without how long the kernel took, which is the machine's matter.
fn steady(line: &str) -> &str {
    line.trim_end().trim_end_matches('|').rsplit_once(" | ").map_or(line, |(steady, _)| steady)
}
