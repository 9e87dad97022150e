//! What is kept of transactions in /var/lib/bowline: the open one, those that are over, and the last good file.
//!
//! ```text
//! /var/lib/bowline/open/journal      the open transaction, a line a record, each on the disk before what it announces
//!                      before        the interfaces file that it goes back to: plain, so that `cp` restores it too
//!                      after         the one that it leads to
//!                 history/ID/…       the same of those that are over
//!                 good               the last interfaces file that was confirmed
//! ```

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use interfaces::Files;
use interfaces::load::MAX_FILE;

use crate::Disk;
use crate::replace::{ReplaceError, flush, replace};

/// The folder of it all.
pub const STATE: &str = "/var/lib/bowline";
/// The most bytes of a journal that are read: what ten thousand interfaces need.
pub const MAX_JOURNAL: u64 = 256 << 20;
/// How many transactions are kept that are over; the oldest go first.
pub const KEPT: usize = 200;

/// Why something could not be kept or found.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing} {}", path.display())]
pub struct VaultError {
    /// What was being done: "write".
    pub doing: &'static str,
    /// To what.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

impl From<ReplaceError> for VaultError {
    fn from(ReplaceError { doing, path, source }: ReplaceError) -> Self {
        Self { doing, path, source }
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> VaultError {
    let path = path.to_owned();
    move |source| VaultError { doing, path, source }
}

/// What is kept of transactions.
#[derive(Clone, Debug, Default)]
pub struct Vault {
    disk: Disk,
}

/// A journal that is written.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    length: u64,
}

impl Vault {
    /// That of this disk.
    #[must_use]
    pub fn new(disk: Disk) -> Self {
        Self { disk }
    }

    /// Where something of it is.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.disk.locate(Path::new(STATE)).join(name)
    }

    /// Lays the two files of a new transaction down, with an empty journal. An open one has to be put away first.
    ///
    /// # Errors
    /// Nothing is open then.
    pub fn begin(&self, before: Option<&[u8]>, after: Option<&[u8]>) -> Result<Journal, VaultError> {
        let (next, open) = (self.path("open.new"), self.path("open"));
        self.folder(&self.path("history"))?;
        remove(&next)?;
        self.folder(&next)?;
        for (name, bytes) in [("before", before), ("after", after), ("journal", Some(&b""[..]))] {
            let path = next.join(name);
            let Some(bytes) = bytes else { continue };
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
            let written = file.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
            written.map_err(failed("write", &path))?;
        }
        flush(&next)?;
        fs::rename(&next, &open).map_err(failed("make", &open))?;
        flush(&self.path(""))?;
        self.journal(0)
    }

    /// The journal of the open transaction; `None`: none is open.
    ///
    /// # Errors
    /// When there is one that can't be read.
    pub fn open_journal(&self) -> Result<Option<Vec<u8>>, VaultError> {
        let found = self.read("open/journal", MAX_JOURNAL)?;
        // A folder without a journal is an open transaction of which nothing is known.
        Ok(found.or_else(|| self.path("open").exists().then(Vec::new)))
    }

    /// Opens the journal to go on after so many bytes. What stands behind them is cut off.
    ///
    /// # Errors
    /// When it can't be opened or cut.
    pub fn journal(&self, length: u64) -> Result<Journal, VaultError> {
        let path = self.path("open/journal");
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
        let file = file.map_err(failed("open", &path))?;
        file.set_len(length).and_then(|()| file.sync_all()).map_err(failed("cut", &path))?;
        Ok(Journal { file, path, length })
    }

    /// A file of the open transaction, or of one that is over: `open/before`, `history/ID/after`; or `good`.
    ///
    /// # Errors
    /// When it is there and can't be read.
    pub fn file(&self, name: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.read(name, MAX_FILE)
    }

    /// The journal of a transaction that is over.
    ///
    /// # Errors
    /// When it is there and can't be read.
    pub fn past_journal(&self, id: &str) -> Result<Option<Vec<u8>>, VaultError> {
        self.read(&format!("history/{id}/journal"), MAX_JOURNAL)
    }

    /// The names of those that are over, the oldest first.
    ///
    /// # Errors
    /// When the folder is there and can't be listed.
    pub fn history(&self) -> Result<Vec<String>, VaultError> {
        let place = Path::new(STATE).join("history");
        match self.disk.list(&place) {
            Ok(mut names) => {
                names.sort();
                Ok(names)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(failed("list", &self.disk.locate(&place))(error)),
        }
    }

    /// Puts the open transaction away under its name, and lets the oldest go.
    ///
    /// # Errors
    /// It is still open then, or the folder could not be flushed.
    pub fn put_away(&self, id: &str) -> Result<(), VaultError> {
        let (open, past) = (self.path("open"), self.path("history").join(id));
        remove(&past)?;
        fs::rename(&open, &past).map_err(failed("put away", &open))?;
        flush(&self.path(""))?;
        let names = self.history()?;
        for old in names.iter().take(names.len().saturating_sub(KEPT)) {
            remove(&self.path("history").join(old))?;
        }
        Ok(())
    }

    /// Forgets the open transaction: it changed nothing.
    ///
    /// # Errors
    /// It may still be there then.
    pub fn forget(&self) -> Result<(), VaultError> {
        remove(&self.path("open"))?;
        Ok(flush(&self.path(""))?)
    }

    /// Keeps the last good interfaces file.
    ///
    /// # Errors
    /// It is the one before then.
    pub fn keep_good(&self, bytes: &[u8]) -> Result<(), VaultError> {
        if self.file("good")?.as_deref() == Some(bytes) {
            return Ok(());
        }
        self.folder(&self.path(""))?;
        let temporary = self.path(".good");
        remove(&temporary)?;
        Ok(replace(&self.path("good"), &temporary, bytes, None)?)
    }

    fn folder(&self, path: &Path) -> Result<(), VaultError> {
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed("make", path))
    }

    fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, VaultError> {
        match self.disk.read(&Path::new(STATE).join(name), limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed("read", &self.path(name))(error)),
        }
    }
}

impl Journal {
    /// Writes a line and waits until it is on the disk.
    ///
    /// # Errors
    /// What was written of it is cut off again, as far as the disk lets that be done.
    pub fn append(&mut self, line: &[u8]) -> Result<(), VaultError> {
        let written = self.file.write_all(line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // The error is what matters. A piece that stays is cut off by whoever reads the journal next.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.sync_data());
            return Err(failed("write", &self.path)(error));
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

/// A file or a folder, if it is there.
fn remove(path: &Path) -> Result<(), VaultError> {
    let removed = match fs::symlink_metadata(path) {
        Ok(found) if found.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed("remove", path)(error)),
        _ => Ok(()),
    }
}
