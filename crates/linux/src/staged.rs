//! The staged file: `/etc/network/interfaces.new`, which Proxmox edits and its Apply renames over `interfaces`.
//!
//! Whoever changes either file holds an exclusive `flock` on `/etc/network/.pve-interfaces.lock`, as Proxmox does, from
//! reading to writing. A file is replaced as a whole: a temporary file beside it is written and flushed to the disk,
//! renamed, and the folder is flushed. A crash leaves the old file or the new one, and perhaps the temporary one, which
//! nobody reads and the next write takes away.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use interfaces::Files;
use interfaces::load::MAX_FILE;
use rustix::fs::{FlockOperation, flock};
use sha2::{Digest, Sha256};

use crate::Disk;
use crate::replace::{self, ReplaceError};

/// The file that counts.
pub const CURRENT: &str = "/etc/network/interfaces";
/// The file that is to count once it is applied.
pub const STAGED: &str = "/etc/network/interfaces.new";
/// What Proxmox locks while it changes either.
pub const LOCK: &str = "/etc/network/.pve-interfaces.lock";
/// Written first, then renamed. The dot keeps it out of what `source` patterns match.
const TEMPORARY: &str = "/etc/network/.interfaces.new.bowline";
/// How long Proxmox waits for its lock.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Why the staged file could not be read or changed. Both files are as they were then.
#[derive(Debug, thiserror::Error)]
pub enum StageError {
    /// Another program has the lock.
    #[error("{} is locked by another program", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// The system refused something.
    #[error("can't {doing} {}", path.display())]
    System {
        /// What was being done: "write".
        doing: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A symbolic link, or another thing that renaming would destroy.
    #[error("{} is no regular file, and would be replaced by one", path.display())]
    NotAFile {
        /// Which.
        path: PathBuf,
    },
    /// The file is not what the caller knows.
    #[error("the file has changed since it was read")]
    Changed {
        /// What it is now, as [`digest`] has it.
        now: String,
    },
}

impl From<ReplaceError> for StageError {
    fn from(ReplaceError { doing, path, source }: ReplaceError) -> Self {
        Self::System { doing, path, source }
    }
}

/// Both files, as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// The file that counts.
    pub current: Option<Vec<u8>>,
    /// The staged one.
    pub staged: Option<Vec<u8>>,
}

impl Texts {
    /// What an edit goes on from: the staged file if there is one.
    #[must_use]
    pub fn latest(&self) -> Option<&[u8]> {
        self.staged.as_deref().or(self.current.as_deref())
    }
}

/// The two files of a host, or of a tree below another folder.
#[derive(Clone, Debug, Default)]
pub struct Staging {
    disk: Disk,
}

/// The two files, locked until this is dropped.
#[derive(Debug)]
pub struct Locked {
    staging: Staging,
    _lock: File,
}

/// SHA-256 of a file's bytes, in hexadecimal. Only Bowline compares it, with what it gave out itself.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn system(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StageError {
    let path = path.to_owned();
    move |source| StageError::System { doing, path, source }
}

impl Staging {
    /// Those of this disk.
    #[must_use]
    pub fn new(disk: Disk) -> Self {
        Self { disk }
    }

    /// The path below `/` of the file that the next apply is about.
    ///
    /// # Errors
    /// When it can't be said whether there is a staged file.
    pub fn latest_path(&self) -> Result<&'static Path, StageError> {
        let staged = self.disk.locate(Path::new(STAGED));
        match fs::symlink_metadata(&staged) {
            Ok(_) => Ok(Path::new(STAGED)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Path::new(CURRENT)),
            Err(error) => Err(system("look at", &staged)(error)),
        }
    }

    /// Reads both. Without the lock they need not belong together.
    ///
    /// # Errors
    /// When one that is there can't be read.
    pub fn read(&self) -> Result<Texts, StageError> {
        let one = |path: &str| match self.disk.read(Path::new(path), MAX_FILE) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(system("read", &self.disk.locate(Path::new(path)))(error)),
        };
        Ok(Texts { staged: one(STAGED)?, current: one(CURRENT)? })
    }

    /// Takes the lock, waiting for it as long as this.
    ///
    /// # Errors
    /// [`StageError::Busy`] when another has it all the while; else what the system says.
    pub fn lock(&self, patience: Duration) -> Result<Locked, StageError> {
        let path = self.disk.locate(Path::new(LOCK));
        let mut options = OpenOptions::new();
        options.append(true).create(true).mode(0o644).custom_flags(libc::O_NOFOLLOW);
        let file = options.open(&path).map_err(system("open the lock", &path))?;
        let tries = patience.as_millis() / PAUSE.as_millis() + 1;
        for attempt in 0..tries {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Locked { staging: self.clone(), _lock: file }),
                Err(rustix::io::Errno::WOULDBLOCK) if attempt + 1 < tries => std::thread::sleep(PAUSE),
                Err(rustix::io::Errno::WOULDBLOCK) => break,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(system("lock", &path)(error.into())),
            }
        }
        Err(StageError::Busy { path })
    }
}

impl Locked {
    /// Reads both.
    ///
    /// # Errors
    /// When one that is there can't be read.
    pub fn read(&self) -> Result<Texts, StageError> {
        self.staging.read()
    }

    /// Writes the staged file, with the mode and owner that it has, or else those of the file that counts.
    ///
    /// # Errors
    /// Both files are as they were then, but for a folder that can't be flushed: see [`replace::replace`].
    pub fn write(&self, text: &[u8]) -> Result<(), StageError> {
        let staged = self.place(STAGED);
        let temporary = self.place(TEMPORARY);
        regular(&staged)?;
        let like = fs::metadata(&staged).or_else(|_| fs::metadata(self.place(CURRENT))).ok();
        remove(&temporary)?;
        Ok(replace::replace(&staged, &temporary, text, like.as_ref())?)
    }

    /// Takes the staged file away, and gives back what was in it.
    ///
    /// # Errors
    /// It is still there then.
    pub fn discard(&self) -> Result<Option<Vec<u8>>, StageError> {
        let staged = self.place(STAGED);
        let text = self.read()?.staged;
        if text.is_some() {
            fs::remove_file(&staged).map_err(system("remove", &staged))?;
            self.flush()?;
        }
        Ok(text)
    }

    /// Makes the staged file the one that counts, by one rename.
    ///
    /// # Errors
    /// [`StageError::Changed`] when it does not hold `text`; what the system says. Both are as they were then.
    pub fn commit(&self, text: &[u8]) -> Result<(), StageError> {
        let staged = self.read()?.staged.unwrap_or_default();
        if staged != text {
            return Err(StageError::Changed { now: digest(&staged) });
        }
        let (from, to) = (self.place(STAGED), self.place(CURRENT));
        regular(&from)?;
        regular(&to)?;
        fs::rename(&from, &to).map_err(system("replace", &to))?;
        self.flush()
    }

    pub(crate) fn place(&self, path: &str) -> PathBuf {
        self.staging.disk.locate(Path::new(path))
    }

    /// Makes a rename or a removal last.
    pub(crate) fn flush(&self) -> Result<(), StageError> {
        Ok(replace::flush(&self.place("/etc/network"))?)
    }
}

/// Refuses what a rename would destroy though it is more than a file.
pub(crate) fn regular(path: &Path) -> Result<(), StageError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        Ok(_) => Err(StageError::NotAFile { path: path.to_owned() }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(system("look at", path)(error)),
    }
}

pub(crate) fn remove(path: &Path) -> Result<(), StageError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(system("remove", path)(error)),
        _ => Ok(()),
    }
}
