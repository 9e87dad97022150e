//! What can go wrong while a test builds its network.

use std::io;

use linux::{KernelError, OpenError};
use network::name::IfNameError;
use network::{IfName, ObserveError, Refusal};

use super::NamespaceError;

/// What can go wrong while a test builds its network.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// A namespace could not be made or entered.
    #[error(transparent)]
    Namespace(#[from] NamespaceError),
    /// The kernel could not be reached.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The test named a link as none may be named.
    #[error(transparent)]
    Name(#[from] IfNameError),
    /// The kernel refused a change.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The kernel could not be observed.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The kernel refused something that no `Change` says: a veth pair, a dummy.
    #[error("can't {doing} {link}")]
    Kernel {
        /// What was being done.
        doing: &'static str,
        /// With which link.
        link: IfName,
        /// What the kernel said.
        #[source]
        source: KernelError,
    },
    /// A link that should be there is not.
    #[error("no link is named {link} here")]
    NoLink {
        /// Which.
        link: IfName,
        /// What the kernel said.
        #[source]
        source: io::Error,
    },
    /// A file or socket of the test's.
    #[error("can't {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}
