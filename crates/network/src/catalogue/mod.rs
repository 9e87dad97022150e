//! The catalogue: one entry for every code that a diagnostic of this program may have, and a second list for the codes of
//! edits that are refused.
//!
//! An entry has a name, the severities that the code comes with, an explanation that a user learns from, and two small
//! files: one that raises the code and one that does not. The texts are plain files in `crates/network/checks`, a folder
//! a code; `--explain`, the language server, SARIF and `docs/checks.md` all read them here.
//!
//! To add a code: a folder with `explanation.md` (the summary, an empty line, why it matters, `## What to do`, what to do),
//! `bad/interfaces` and `good/interfaces` (and `host`, where it takes one: see `cases/README.md`), and a row in `table.rs`.
//! The code of an edit has the first alone.
//! The tests hold the table against the constants in the code and the examples against the rules.

mod entry;
mod table;

pub use entry::{Entry, Example};
pub use table::{all, by_code, closest, edits, explained, find};
