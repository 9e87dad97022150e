//! How a transaction ended, and why.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How a transaction ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ending", rename_all = "kebab-case")]
pub enum Ending {
    /// The new state stands.
    Confirmed {
        /// By whom, or by what.
        by: String,
    },
    /// The old state is back.
    RolledBack {
        /// Why.
        reason: Reason,
        /// What could not be restored, a line each; empty: all is as it was.
        left: Vec<String>,
    },
    /// It never began: nothing was changed.
    NotBegun {
        /// Why.
        why: String,
    },
}

/// Why a transaction is undone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Reason {
    /// Nobody confirmed it in time.
    Expired,
    /// Somebody asked for it.
    Asked {
        /// Who.
        by: String,
    },
    /// The kernel refused a step.
    Refused {
        /// Which, from 0.
        step: usize,
        /// The step, for people.
        text: String,
        /// What the kernel said.
        error: String,
    },
    /// Every step was accepted, and the kernel does not show what was wanted.
    Unverified {
        /// The differences, a line each.
        differences: Vec<String>,
    },
    /// The kernel could not be read back.
    Unread {
        /// What the system said.
        error: String,
    },
    /// The journal could not be written.
    Unwritten {
        /// What the system said.
        error: String,
    },
    /// The new file could not take its place.
    File {
        /// What the system said.
        error: String,
    },
    /// What worked before did not work again in time.
    Lost {
        /// What.
        signs: Vec<String>,
    },
    /// Whoever made the change ended before it was done.
    Abandoned,
    /// The guard died.
    Died,
    /// The host was restarted before it was confirmed.
    Restarted,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expired => f.write_str("nobody confirmed it in time"),
            Self::Asked { by } => write!(f, "{by} asked for it"),
            Self::Refused { step, text, error } => write!(f, "step {}, {text}: {error}", step + 1),
            Self::Unverified { differences } => {
                write!(f, "the kernel does not have what the file says: {}", differences.join("; "))
            }
            Self::Unread { error } => write!(f, "the kernel could not be read back: {error}"),
            Self::Unwritten { error } => write!(f, "the journal could not be written: {error}"),
            Self::File { error } => write!(f, "the new file could not take its place: {error}"),
            Self::Lost { signs } => write!(f, "what worked before did not come back: {}", signs.join("; ")),
            Self::Abandoned => f.write_str("what made the change ended in the middle of it"),
            Self::Died => f.write_str("the guard died before it was confirmed"),
            Self::Restarted => f.write_str("the host was restarted before it was confirmed"),
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Confirmed { by } => write!(f, "confirmed by {by}"),
            Self::RolledBack { reason, left } if left.is_empty() => write!(f, "rolled back: {reason}"),
            Self::RolledBack { reason, left } => {
                write!(f, "rolled back: {reason}; not restored: {}", left.join("; "))
            }
            Self::NotBegun { why } => write!(f, "not begun: {why}"),
        }
    }
}
