//! Changing a file that somebody named, unless another has changed it meanwhile.

use std::fs;
use std::path::{Path, PathBuf};

use linux::replace;

use crate::error::Failure;

/// Puts `bytes` into a file: written beside it, synced, renamed over it, and the folder synced. Mode and owner stay. The
/// file must still hold what it did when it was read (`expected`).
///
/// # Errors
/// When it was changed in between, or can't be written. The file is as it was then.
pub fn replace(path: &Path, expected: &[u8], bytes: &[u8]) -> Result<(), Failure> {
    // A symbolic link stays one.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |source| Failure::Write { path: path.to_owned(), source };
    let now = fs::read(&place).map_err(failed)?;
    if now != expected {
        return Err(Failure::Changed { path: path.to_owned() });
    }
    let like = fs::metadata(&place).map_err(failed)?;
    replace::replace(&place, &beside(&place), bytes, Some(&like))
        .map_err(|error| Failure::Write { path: path.to_owned(), source: error.source })
}

/// Whether the two paths lead to one file that is there.
#[must_use]
pub fn are_one(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    place.with_file_name(format!(".{name}.bowline-{}", std::process::id()))
}
