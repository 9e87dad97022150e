//! Commands that a file has run around an interface's coming and going.

use interfaces::Span;
use serde::Serialize;

use crate::IfName;

/// When a command is to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Before anything is done for the interface.
    PreUp,
    /// After it is up (`up`, `post-up`: one list, in the file's order).
    Up,
    /// Before anything is taken from the interface (`down`, `pre-down`: one list, in the file's order).
    Down,
    /// After it is down.
    PostDown,
}

impl Phase {
    /// Every key that [`Phase::by_key`] takes.
    pub const KEYS: [&str; 6] = ["pre-up", "up", "post-up", "down", "pre-down", "post-down"];

    /// By the file's key, `_` or `-` alike. ifupdown takes `post-up` for `up` and `pre-down` for `down`; ifupdown2 runs
    /// `up` before `post-up`, and `pre-down` before `down`.
    #[must_use]
    pub fn by_key(key: &str) -> Option<Self> {
        Some(match key {
            "pre-up" => Self::PreUp,
            "up" | "post-up" => Self::Up,
            "down" | "pre-down" => Self::Down,
            "post-down" => Self::PostDown,
            _ => return None,
        })
    }
}

/// A command that the file has run for an interface. Bowline keeps it in order and does not run it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hook {
    /// Whose.
    pub link: IfName,
    /// When.
    pub phase: Phase,
    /// For a shell. `$IFACE` is in its environment, among others (interfaces(5)).
    pub command: String,
    /// Where it stands.
    #[serde(skip)]
    pub span: Span,
}
