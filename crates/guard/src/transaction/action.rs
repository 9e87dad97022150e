//! What goes in and out of a transaction.

use std::time::Duration;

use network::{Change, Network};
use serde::{Deserialize, Serialize};

use crate::journal::{Ending, Record};

/// What is to be done next.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Write a line into the journal, and wait until it is on the disk.
    Append(Record),
    /// Have the kernel make a change.
    Execute(Change),
    /// Read the network.
    Observe,
    /// Put the new file into its place.
    Install,
    /// Put the old file back, and keep what was there beside it, with the reason.
    Restore,
    /// Put the journal away into the history. Confirmed, the new file is the last good one.
    Close(Ending),
}

/// What came of an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It is done.
    Done,
    /// It is not done, or may not be; what the system said.
    Failed(String),
    /// The network, as it was asked for.
    Observed(Box<Network>),
}

/// What a person may ask of an open transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Request {
    /// Keep the new state.
    Confirm {
        /// The token, where one was given: it has to be the right one then.
        token: Option<String>,
        /// Who asks.
        by: String,
    },
    /// Wait this long from now on.
    Extend {
        /// How long.
        within: Duration,
    },
    /// Whoever makes the change has made it ([`super::Transaction::beside`]).
    Done {
        /// Whether it disturbed what runs: then what worked has to work for a while, and not only once.
        disturbs: bool,
    },
    /// Whoever makes the change makes no more of it, and wants it undone.
    GiveUp {
        /// Who asks.
        by: String,
    },
    /// Go back to the old state: now, or where another makes the change, as soon as that one is through or gone. What it
    /// did after that would be neither the old state nor the new one.
    RollBack {
        /// Who asks.
        by: String,
    },
    /// Only say how it stands.
    Look,
}

/// What is said to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "kebab-case")]
pub enum Reply {
    /// It is taken up: how it ends, the outcome says.
    Taken,
    /// How it stands.
    Stands {
        /// How far it is.
        stage: Stage,
        /// How long it still waits, where it waits.
        left: Option<Duration>,
    },
    /// The token is another one's.
    WrongToken,
    /// Not all is done yet, so there is nothing to confirm.
    TooEarly,
    /// It is being undone, or over.
    TooLate,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Steps are taken.
    Changing,
    /// All is done, and waits to be confirmed.
    Waiting,
    /// It was confirmed, and that is being noted.
    Confirming,
    /// It is being undone.
    RollingBack,
    /// It is over.
    Over,
}
