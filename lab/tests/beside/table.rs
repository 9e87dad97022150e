//! The table in `docs/reloads.md`: a line a scenario. Each test is held against its line; with `UPDATE=1` the lines are
//! written anew instead.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lab::page::Page;
use lab::reload::names;

use crate::outcome::Finding;

const PAGE: Page = Page {
    path: "docs/reloads.md",
    mark: "reloads",
    head: "| scenario | Bowline | ifupdown2 | why they differ |\n|---|---|---|---|\n",
};

/// The lines that were found so far, by scenario.
static LINES: Mutex<BTreeMap<String, String>> = Mutex::new(BTreeMap::new());

/// Holds what a scenario found against its line, and keeps the line that it makes.
pub(super) fn hold(name: &str, found: &str) -> Result<(), String> {
    let finding: Finding = serde_json::from_str(found).map_err(|error| error.to_string())?;
    LINES.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), line(name, &finding));
    if Page::updates() { Ok(()) } else { judge(name, &finding) }
}

/// Holds a finding against its line.
pub(super) fn judge(name: &str, finding: &Finding) -> Result<(), String> {
    let line = line(name, finding);
    match PAGE.lines()?.get(name) {
        None => Err(format!("docs/reloads.md has no line for it; UPDATE=1 writes one:\n{line}")),
        Some(known) if held(known, finding.unsteady) == held(&line, finding.unsteady) => Ok(()),
        Some(known) => Err(format!("docs/reloads.md says\n{known}\nand it was\n{line}\nUPDATE=1 writes it anew")),
    }
}

/// See [`Page::finish`].
pub(super) fn finish(all_passed: bool) -> Result<(), String> {
    let names = names().map_err(|error| lab::attempt::chain(&error))?;
    if Page::updates() && !all_passed {
        eprintln!("beside: some failed: docs/reloads.md gets the lines of the others");
    }
    PAGE.finish(&names, std::mem::take(&mut *LINES.lock().unwrap_or_else(PoisonError::into_inner)))
}

fn line(name: &str, finding: &Finding) -> String {
    let Finding { title, ours, theirs, differs, .. } = finding;
    let differs = differs.as_deref().unwrap_or("they do not");
    format!("| [{name}](../lab/reloads/{name}) {title} | {ours} | {theirs} | {differs} |\n")
}

/// What of a line is held against the page: not ifupdown2's cell, the third, where that is unsteady.
fn held(line: &str, unsteady: bool) -> String {
    let cells = steady(line);
    let cells = cells.split(" | ").enumerate().filter(|(number, _)| !(unsteady && *number == 2));
    cells.map(|(_, cell)| cell).collect::<Vec<_>>().join(" | ")
}

/// A line without what depends on the moment: how many packets were lost, how often a carrier changed, and the MACs that
/// the kernel chose. That Bowline loses none is for the other test of the scenarios to see.
fn steady(line: &str) -> String {
    let of_cell = |cell: &str| {
        let parts = cell.split("; ").filter(|part| !part.ends_with(" packets") && *part != "no packet lost");
        parts.flat_map(|part| part.split(' ').map(steady_word)).collect::<Vec<_>>().join(" ")
    };
    line.trim_end().split(" | ").map(of_cell).collect::<Vec<_>>().join(" | ")
}

fn steady_word(word: &str) -> &str {
    let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let is_mac = word.trim_end_matches([',', ';']).parse::<network::Mac>().is_ok();
    if is_number || is_mac { "#" } else { word }
}
