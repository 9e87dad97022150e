//! Why a verb has nothing to show.

use std::error::Error;
use std::fmt::Write;
use std::io;
use std::path::PathBuf;

use interfaces::LoadError;
use linux::{StageError, VaultError};
use network::ObserveError;
use record::lock::LockError;
use record::{FileError, StateError};
use twin::scenario::ScenarioError;

/// Why a verb has nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file can't be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The kernel can't be talked to.
    #[error("can't reach the kernel")]
    Open(#[source] Box<dyn Error + Send + Sync>),
    /// The kernel can't be read.
    #[error(transparent)]
    Observe(#[from] ObserveError),
    /// The folder of --root has no path.
    #[error("can't tell where --root is")]
    Root(#[source] io::Error),
    /// The editor can't be talked to.
    #[error(transparent)]
    Serve(#[from] lsp::ServeError),
    /// A file can't be written. It is as it was.
    #[error("can't write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file was changed by another since it was read. It is as that one left it.
    #[error("{} was changed since it was read", path.display())]
    Changed {
        /// Which.
        path: PathBuf,
    },
    /// Standard input is to be mended.
    #[error("standard input can't be changed")]
    FixStdin,
    /// The staged file can't be read or changed.
    #[error(transparent)]
    Stage(#[from] StageError),
    /// Another program is changing the network, or that can't be told.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// What is remembered can't be read.
    #[error(transparent)]
    Remembered(#[from] StateError),
    /// What is remembered can't be written.
    #[error(transparent)]
    Memory(#[from] FileError),
    /// What is kept of transactions can't be read or written.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The guard went away without a word, and how it ended is not written down yet.
    #[error("the guard is gone; what it left open is undone by the one that watches it")]
    GuardGone,
    /// Something of the guard's can't be used.
    #[error("can't {doing} {}", path.display())]
    Guard {
        /// What was being done: "lock".
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A scenario can't be read.
    #[error("can't read {}", path.display())]
    ScenarioFile {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something is wrong with a scenario.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The file that a scenario's host boots with has errors.
    #[error("{} has errors, so no host boots with it", path.display())]
    Booted {
        /// Which.
        path: PathBuf,
    },
    /// The verb is about files, not about a host.
    #[error("this verb takes no --host: it is about files")]
    NoHost,
    /// LACP can't be spoken.
    #[error(transparent)]
    Speak(#[from] linux::speaker::SpeakerError),
    /// The token can't be read from the standard input.
    #[error("can't read the token")]
    Token(#[source] io::Error),
    /// What there is to show can't be written.
    #[error("can't write the output")]
    Output(#[from] io::Error),
}

impl Failure {
    /// What went wrong, down to the system's own words, and what to do, where that can be said.
    #[must_use]
    pub fn explain(&self) -> String {
        let mut out = format!("error: {}\n", self.chain());
        if let Some(advice) = self.advice() {
            let _ = writeln!(out, "help: {advice}");
        }
        out
    }

    /// What went wrong, down to the system's own words.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut out = self.to_string();
        let mut cause = self.source();
        // No chain of causes is longer; a loop would be a bug that must not hang the program.
        for _ in 0..16 {
            let Some(error) = cause else { break };
            let _ = write!(out, ": {error}");
            cause = error.source();
        }
        out
    }

    fn advice(&self) -> Option<&'static str> {
        let kind = match self {
            Self::Stage(error) => return staging(error),
            Self::Load(LoadError::Read { source, .. }) => source.kind(),
            Self::Observe(error) => error.source.kind(),
            Self::Write { source, .. } | Self::Guard { source, .. } => source.kind(),
            Self::Vault(error) => error.source.kind(),
            Self::GuardGone => {
                return Some("`bowline history` says how it ended, `bowline pending` whether it goes on");
            }
            Self::Changed { .. } => return Some("run it again: it starts from the file as it is now"),
            Self::Booted { .. } => return Some("`bowline check` with its path shows what is wrong"),
            Self::ScenarioFile { source, .. } => source.kind(),
            Self::Speak(error) => first_kind(error)?,
            Self::Scenario(_) | Self::NoHost => return None,
            Self::Lock(LockError::Held) => {
                return Some(
                    "ifreload, ifup, ifdown or another apply is at work: try again; `bowline pending` shows a change that waits",
                );
            }
            Self::Lock(LockError::File(error)) | Self::Memory(error) => error.source.kind(),
            Self::FixStdin => return Some("add --dry-run to see the patch"),
            Self::Token(_)
            | Self::Load(_)
            | Self::Open(_)
            | Self::Root(_)
            | Self::Serve(_)
            | Self::Remembered(_)
            | Self::Output(_) => {
                return None;
            }
        };
        match (self, kind) {
            (Self::Load(_), io::ErrorKind::NotFound) => {
                Some("name a file that is there, as in `bowline check FILE`, or the folder above its etc with --root")
            }
            (Self::Load(_), io::ErrorKind::PermissionDenied) => {
                Some("run it as root, or as a user who may read the file")
            }
            (Self::Load(_), io::ErrorKind::IsADirectory) => Some(
                "that is a folder: name the file itself, or use --root for the folder above etc/network/interfaces",
            ),
            (_, io::ErrorKind::PermissionDenied) => Some(NEEDS_ROOT),
            (Self::Vault(_), io::ErrorKind::StorageFull) => Some("make room on the disk that holds /var"),
            (Self::Vault(_) | Self::Guard { .. }, io::ErrorKind::ReadOnlyFilesystem) => {
                Some("a change is guarded by what is written down; mount that disk writable")
            }
            _ => None,
        }
    }
}

/// What kind of trouble the system had, where that is at the bottom of it.
fn first_kind(error: &dyn Error) -> Option<io::ErrorKind> {
    let mut cause = error.source();
    // No chain of causes is longer; a loop would be a bug that must not hang the program.
    for _ in 0..16 {
        match cause?.downcast_ref::<io::Error>() {
            Some(found) => return Some(found.kind()),
            None => cause = cause?.source(),
        }
    }
    None
}

/// What to do about a staged file that can't be changed.
fn staging(error: &StageError) -> Option<&'static str> {
    Some(match error {
        StageError::Busy { .. } => {
            "Proxmox holds this lock while it changes the file: try again in a moment; `fuser -v` on it says who has it"
        }
        StageError::NotAFile { .. } => "make a plain file of it, or edit by hand what it stands for",
        StageError::Changed { .. } => "look at it again, `bowline diff` shows it, and repeat the edit if it still fits",
        StageError::System { source, .. } => match source.kind() {
            io::ErrorKind::PermissionDenied => "run it as root; --dry-run shows the edit without",
            io::ErrorKind::StorageFull => "make room on the disk that holds /etc; nothing was changed",
            io::ErrorKind::FileTooLarge => "the size of files is limited here (ulimit -f); nothing was changed",
            io::ErrorKind::ReadOnlyFilesystem => "the disk is mounted read-only; nothing was changed",
            _ => return None,
        },
    })
}

/// What to do about a refusal for want of privilege.
pub const NEEDS_ROOT: &str = "it needs root, or the capability CAP_NET_ADMIN";
