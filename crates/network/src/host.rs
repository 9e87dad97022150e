//! The one port to the world.

use std::fmt;
use std::io;

use crate::{Change, Field, IfName, Network};

/// A host whose network can be observed and changed: a real kernel, or a model of one.
pub trait Host {
    /// Reads the whole network as it is now.
    ///
    /// # Errors
    /// When the host can't be read, or keeps changing while it is read.
    fn observe(&mut self) -> Result<Network, ObserveError>;

    /// Says that [`Host::observe`] comes next, when the caller has done something else. The host may read meanwhile, and
    /// give then what was so at any moment in between.
    fn expect(&mut self) {}

    /// Makes one change and waits for the host's word on it.
    ///
    /// # Errors
    /// The host's refusal, with what it says of the reason.
    fn execute(&mut self, change: &Change) -> Result<(), Refusal>;
}

/// Why a host could not be observed.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing}")]
pub struct ObserveError {
    /// What was being done: "list the links".
    pub doing: &'static str,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// A host's refusal of a change.
#[derive(Debug)]
pub struct Refusal {
    /// The link that it is about.
    pub link: IfName,
    /// What the system said; its raw error number is the kernel's.
    pub source: io::Error,
    /// The kernel's own explanation (extended ACK), where it gave one.
    pub message: Option<String>,
    /// Which of the change's properties is at fault, where the kernel pointed at one.
    pub field: Option<Field>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the kernel refused")?;
        if let Some(field) = &self.field {
            write!(f, " `{field}` of")?;
        }
        write!(f, " {}: {}", self.link, self.source)?;
        self.message.iter().try_for_each(|message| write!(f, " ({message})"))
    }
}

impl std::error::Error for Refusal {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.source)
    }
}
