//! Scenarios: a topology, what the host runs, what happens, and what is to come of it, as one TOML file. docs/twin.md
//! describes the format.
//!
//! - `format`: the file's words. [`fn@parse`]: their meaning. [`error`]: what is wrong, and where.
//! - [`Event`]: what happens, and when.

pub mod error;
mod event;
mod format;
mod parse;
mod time;

pub use error::{ScenarioError, Wrong};
pub use event::{Action, Event};
pub use parse::{Scenario, parse};
