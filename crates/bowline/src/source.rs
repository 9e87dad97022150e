//! Which file is meant, and reading it.

use std::io;
use std::path::Path;

use interfaces::{Configuration, Diagnostic, Files, LoadError, Severity};
use linux::{Disk, Staging};
use network::Network;
use network::check::check;
use network::resolve::{Resolved, resolve_on};

use crate::error::Failure;

/// Where the host's own file is.
pub const OWN: &str = "/etc/network/interfaces";

/// A file, read and understood.
pub struct Understood {
    /// The file, with what it sources.
    pub configuration: Configuration,
    /// What it means.
    pub resolved: Resolved,
    /// All that is wrong with it, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Understood {
    /// Whether there is an error in it, so that nothing of it may be applied.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Reads a file (without one: the host's own) below `root`.
///
/// # Errors
/// When the file itself can't be read; trouble with what it sources is a diagnostic.
pub fn load(root: Option<&Path>, file: Option<&Path>) -> Result<Configuration, LoadError> {
    let disk = disk(root);
    interfaces::load(&disk, file.unwrap_or(Path::new(OWN))).map_err(|error| match error {
        // People look for the file where it really is.
        LoadError::Read { path, source } => LoadError::Read { path: disk.locate(&path), source },
        other => other,
    })
}

/// The files below `root`.
#[must_use]
pub fn disk(root: Option<&Path>) -> Disk {
    Disk { root: root.map(Path::to_owned) }
}

/// The path of the file that an apply would be about: the staged one, where there is one.
///
/// # Errors
/// When that can't be said.
pub fn latest(root: Option<&Path>) -> Result<&'static Path, Failure> {
    Ok(Staging::new(disk(root)).latest_path()?)
}

/// The files of a disk, but for one whose text is given.
struct Overlay<'a> {
    disk: &'a Disk,
    path: &'a Path,
    text: &'a [u8],
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match path == self.path {
            true if self.text.len() as u64 > limit => Err(io::ErrorKind::FileTooLarge.into()),
            true => Ok(self.text.to_vec()),
            false => self.disk.read(path, limit),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }
}

/// Reads a text as if it were the file at `path` of the disk, with what it sources.
///
/// # Errors
/// When it is too large.
pub fn load_text(disk: &Disk, path: &Path, text: &[u8]) -> Result<Configuration, LoadError> {
    interfaces::load(&Overlay { disk, path, text }, path)
}

/// Says what a file means and what is wrong with it, on a host where one is given.
#[must_use]
pub fn understand(configuration: Configuration, observed: Option<&Network>) -> Understood {
    let resolved = resolve_on(&configuration, observed);
    let mut diagnostics = configuration.diagnostics.clone();
    diagnostics.extend(resolved.diagnostics.iter().cloned());
    diagnostics.extend(check(&configuration, &resolved, observed));
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    Understood { configuration, resolved, diagnostics }
}
