//! A file and all that it sources.

use std::io;
use std::path::{Path, PathBuf};

use crate::{Diagnostic, Document, FileId, Stanza};

/// Where files are read. The edge implements it on a real disk, tests on a map.
pub trait Files {
    /// Reads a file of at most `limit` bytes.
    ///
    /// # Errors
    /// What the system says; [`io::ErrorKind::FileTooLarge`] above the limit.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>>;

    /// The names in a folder, in any order.
    ///
    /// # Errors
    /// What the system says.
    fn list(&self, folder: &Path) -> io::Result<Vec<String>>;
}

/// A file with all that it sources.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Every file that was read, the main one first; [`FileId`] counts in this list.
    pub files: Vec<SourceFile>,
    /// What is wrong with the sources and the syntax.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub document: Document,
}

/// Why there is nothing to work on.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The main file can't be read.
    #[error("can't read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl Configuration {
    /// The file of that number.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Every stanza but `source` lines, in reading order: a sourced file's stand where its `source` line does.
    #[must_use]
    pub fn stanzas(&self) -> Vec<&Stanza> {
        Vec::new()
    }
}

/// Reads a file and, through its `source` lines, others.
///
/// # Errors
/// [`LoadError`] when the main file can't be read or is too large. Trouble with a sourced file is a diagnostic.
pub fn load(_files: &dyn Files, path: &Path) -> Result<Configuration, LoadError> {
    Err(LoadError::Read { path: path.to_owned(), source: io::ErrorKind::Unsupported.into() })
}
