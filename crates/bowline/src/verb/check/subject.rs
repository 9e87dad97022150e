//! What is checked: the host's own file, another one, or standard input.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use interfaces::load::MAX_FILE;
use interfaces::{Files, LoadError};
use linux::Disk;
use network::Network;

use crate::error::Failure;
use crate::source::{self, Understood};

/// What stands for standard input.
pub(super) const STDIN: &str = "-";

/// A file to check, read.
pub(super) struct Subject {
    /// What it is called; sourced files count from there.
    pub(super) path: PathBuf,
    /// What is in it.
    pub(super) source: Vec<u8>,
    disk: Disk,
}

impl Subject {
    /// Reads the file of that name below `root`, or standard input.
    pub(super) fn read(root: Option<&Path>, path: &Path) -> Result<Self, Failure> {
        let disk = Disk { root: root.map(Path::to_owned) };
        let read = if path == Path::new(STDIN) { stdin(MAX_FILE) } else { disk.read(path, MAX_FILE) };
        // People look for the file where it really is.
        let failed = |source| LoadError::Read { path: disk.locate(path), source };
        let source = read.map_err(failed)?;
        Ok(Self { path: path.to_owned(), source, disk })
    }

    /// Where it is on the disk.
    pub(super) fn place(&self) -> PathBuf {
        self.disk.locate(&self.path)
    }

    /// What is to be said of it with these bytes in it, on a host where one is given.
    pub(super) fn understand(&self, source: &[u8], host: Option<&Network>) -> Result<Understood, Failure> {
        Ok(source::understand(source::load_text(&self.disk, &self.path, source)?, host))
    }
}

fn stdin(limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}
