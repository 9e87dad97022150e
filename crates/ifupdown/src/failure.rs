//! Why a face could not do what it was asked for.

use std::error::Error;
use std::fmt::Write;
use std::io;

use interfaces::LoadError;
use network::ObserveError;
use record::FileError;
use record::lock::LockError;

use crate::arguments::UsageError;
use crate::guarded::GuardError;
use crate::{ExitCode, Face};

/// Why a face could not do what it was asked for at all. What fails for one interface is logged and does not end the rest.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The program is called by a name that is none of the faces'.
    #[error("Unexpected executable. Should be 'ifup' or 'ifdown' or 'ifquery' or 'ifreload'")]
    Name,
    /// The command line makes no sense.
    #[error(transparent)]
    Usage(#[from] UsageError),
    /// Only root may change the network.
    #[error("must be root to run this command")]
    NotRoot,
    /// The lock is not to be had.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The lock is the guard's: a change is open that `bowline apply` made.
    #[error(
        "Another instance of this program is already running: the change {id} of {by} is not confirmed yet; \
         `bowline confirm` keeps it, `bowline rollback` undoes it"
    )]
    Guarded {
        /// The transaction's name.
        id: String,
        /// Who asked for it.
        by: String,
    },
    /// A reload that is to be guarded could not be.
    #[error(transparent)]
    NotGuarded(#[from] GuardError),
    /// What is remembered can't be written.
    #[error(transparent)]
    File(#[from] FileError),
    /// The interfaces file can't be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// `-i` is not allowed.
    #[error("disable_cli_interfacesfile is set so users not allowed to specify interfaces file on cli.")]
    InterfacesFileForbidden,
    /// Interfaces that nobody describes.
    #[error("cannot find interfaces:{}{}", .names.iter().map(|name| format!(" {name}")).collect::<String>(), .hint)]
    Unknown {
        /// Their names.
        names: Vec<String>,
        /// What else ifupdown2 says of it.
        hint: &'static str,
    },
    /// Nothing is left to work on.
    #[error("no ifaces found matching given allow lists{0}")]
    NoneMatch(&'static str),
    /// The kernel can't be talked to.
    #[error("can't reach the kernel")]
    Open(#[source] Box<dyn Error + Send + Sync>),
    /// The kernel can't be read.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// What there is to show can't be written.
    #[error("can't write the output")]
    Output(#[from] io::Error),
}

impl Failure {
    /// What the shell is told.
    #[must_use]
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Name | Self::Usage(_) => ExitCode::Arguments,
            Self::Lock(LockError::Held) | Self::Guarded { .. } => ExitCode::Locked,
            _ => ExitCode::Failure,
        }
    }

    /// What went wrong, down to the system's own words, on one line.
    #[must_use]
    pub fn explain(&self) -> String {
        chain(self)
    }

    /// The same as a face says it: with its name in front, for Proxmox's task log to show it; but what ifupdown2 says too,
    /// in its form.
    #[must_use]
    pub fn explain_as(&self, face: Face) -> String {
        match self {
            Self::Name
            | Self::Usage(_)
            | Self::NotRoot
            | Self::Lock(LockError::Held)
            | Self::Guarded { .. }
            | Self::InterfacesFileForbidden
            | Self::Unknown { .. }
            | Self::NoneMatch(_) => self.explain(),
            Self::NotGuarded(_)
            | Self::Lock(_)
            | Self::File(_)
            | Self::Load(_)
            | Self::Open(_)
            | Self::Observe(_)
            | Self::Output(_) => {
                format!("{}: {}", face.name(), self.explain())
            }
        }
    }
}

/// An error and its causes, on one line.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    // No chain of causes is longer; a loop would be a bug that must not hang the program.
    for _ in 0..16 {
        let Some(error) = cause else { break };
        let _ = write!(out, ": {error}");
        cause = error.source();
    }
    out
}
