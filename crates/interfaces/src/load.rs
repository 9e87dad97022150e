//! A file and all that it sources.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::sources::Loader;
use crate::tree::Kind;
use crate::{Diagnostic, Document, FileId, Span, Stanza};

/// The most bytes that a file may hold: 16 MiB.
pub const MAX_FILE: u64 = 16 << 20;
/// The most bytes that all files together may hold: 64 MiB.
pub const MAX_TOTAL: u64 = 64 << 20;
/// The most lines that all files together may hold. It bounds the memory that the trees take.
pub const MAX_LINES: usize = 1 << 20;
/// The most files that are read, and the most `source` lines that are followed.
pub const MAX_FILES: usize = 1024;
/// How deep files may source each other: the main file is at depth 1.
pub const MAX_DEPTH: usize = 16;

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
    /// What is wrong with the sources and the syntax: file by file, each in its own order.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub document: Document,
    /// The `source` stanza that asked for it first; none for the main file.
    pub sourced_at: Option<Span>,
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
    /// The main file holds more than [`MAX_FILE`] bytes.
    #[error("{} is too large: at most {} MiB are read", path.display(), MAX_FILE >> 20)]
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// The main file holds more than [`MAX_LINES`] lines.
    #[error("{} has too many lines: at most {MAX_LINES} are read", path.display())]
    TooManyLines {
        /// Which.
        path: PathBuf,
    },
}

impl Configuration {
    /// A configuration of this one file. Its `source` lines are not followed.
    #[must_use]
    pub fn of(path: impl Into<PathBuf>, source: Vec<u8>) -> Self {
        let document = Document::parse(FileId(0), source);
        let diagnostics = document.diagnostics().to_vec();
        Self { files: vec![SourceFile { path: path.into(), document, sourced_at: None }], diagnostics }
    }

    /// The file of that number.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Every stanza but `source` lines, in reading order: a sourced file's stand where its `source` line does. A file
    /// that is sourced more than once counts where it came first.
    #[must_use]
    pub fn stanzas(&self) -> Vec<&Stanza> {
        let mut sourced: BTreeMap<Span, Vec<&Document>> = BTreeMap::new();
        for file in &self.files {
            if let Some(span) = file.sourced_at {
                sourced.entry(span).or_default().push(&file.document);
            }
        }
        let mut out = Vec::new();
        // What is still to be read, the next on top. A file has one `sourced_at`, so this visits none twice and ends.
        let mut rest: Vec<_> = self.files.first().map(|file| file.document.items().iter()).into_iter().collect();
        while let Some(items) = rest.last_mut() {
            match items.next() {
                None => _ = rest.pop(),
                Some(crate::Item::Stanza(stanza)) if matches!(stanza.kind, Kind::Source { .. }) => {
                    let files = sourced.remove(&stanza.span).unwrap_or_default();
                    rest.extend(files.into_iter().rev().map(|document| document.items().iter()));
                }
                Some(crate::Item::Stanza(stanza)) => out.push(&**stanza),
                Some(_) => {}
            }
        }
        out
    }
}

/// Reads a file and, through its `source` lines, others.
///
/// A `source` path may hold shell patterns, whose matches are read in order of their names, hidden files left out. A path
/// without a leading `/` counts from the folder of the file that it stands in (ifupdown; ifupdown2 takes it from the
/// folder that it was started in). `source-directory` reads the files of a folder whose names consist of letters, digits,
/// `_` and `-` only, as both do, in order of their names (ifupdown2: in any order;
/// its 3.0.0 knows no `source-directory` and reports the line). Other expansions that ifupdown
/// leaves to `wordexp`, such as `~` and `$NAME`, are none here: such a file is not found, which is a warning.
///
/// A file is read once, where it comes first (ifupdown; ifupdown2 reads it again).
///
/// # Errors
/// [`LoadError`] when the main file can't be read or is too large. Trouble with a sourced file is a diagnostic.
pub fn load(files: &dyn Files, path: &Path) -> Result<Configuration, LoadError> {
    let source = match files.read(path, MAX_FILE) {
        Ok(source) if source.len() as u64 <= MAX_FILE => source,
        Err(error) if error.kind() != io::ErrorKind::FileTooLarge => {
            return Err(LoadError::Read { path: path.to_owned(), source: error });
        }
        _ => return Err(LoadError::TooLarge { path: path.to_owned() }),
    };
    let mut loader = Loader::new(files);
    if !loader.add(path.to_owned(), source, None) {
        return Err(LoadError::TooManyLines { path: path.to_owned() });
    }
    Ok(loader.finish())
}
