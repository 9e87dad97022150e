//! What the lines of a journal say.

use std::collections::BTreeSet;

use network::{Change, IfName, Network};
use serde::{Deserialize, Serialize};

use super::{Ending, Reason};

/// A line of the journal. Each is on the disk before what it announces is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "kebab-case")]
pub enum Record {
    /// The transaction is open. Nothing has been changed.
    Begun(Box<Begun>),
    /// A step is about to be taken; these changes undo it.
    Undo {
        /// Which, from 0.
        step: usize,
        /// The step, for people.
        text: String,
        /// What undoes it, in this order.
        changes: Vec<Change>,
    },
    /// The kernel has all of it, read back. The new file is about to take its place.
    Installing,
    /// All is done, and waits to be confirmed.
    Waiting,
    /// It was confirmed: from here on the new state is the one that counts.
    Confirmed {
        /// By whom, or by what.
        by: String,
    },
    /// It is being undone: from here on the old state is the one that counts, even if a confirmation stands before.
    RollingBack {
        /// Why.
        reason: Reason,
    },
    /// It is over.
    Ended {
        /// How.
        ending: Ending,
    },
}

/// What a transaction begins with: all that is needed to get back to where it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Its name: unique on this host, and in the order of time.
    pub id: String,
    /// Which start of the host it belongs to (`/proc/sys/kernel/random/boot_id`): the kernel's state does not outlive it.
    pub boot: String,
    /// When, in seconds since 1970.
    pub at: u64,
    /// Who asked for it: user and, where known, where from.
    pub by: String,
    /// What confirms it.
    pub token: String,
    /// The files that it is about.
    pub files: Files,
    /// How many steps it has.
    pub steps: usize,
    /// The links that may have to be restored.
    pub touched: BTreeSet<IfName>,
    /// The network before it, without what nobody can set ([`Network::settings`]).
    pub snapshot: Network,
}

/// Digests of the interfaces file before and after. The bytes are kept beside the journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// What is to be there when it is undone; `None`: there was no file.
    pub before: Option<String>,
    /// What is to be there once it is done.
    pub after: Option<String>,
}
