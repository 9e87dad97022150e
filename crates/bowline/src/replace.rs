//! Replacing a file so that there is the old one or the new one at any moment, and never a piece of either.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

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
    let beside = beside(&place);
    let written = write(&place, &beside, bytes);
    if written.is_err() {
        // What matters is why it could not be written; that a piece of it stays behind matters less.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(failed)
}

fn beside(place: &Path) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    place.with_file_name(format!(".{name}.bowline-{}", std::process::id()))
}

fn write(place: &Path, beside: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o644).open(beside)?;
    file.write_all(bytes)?;
    if let Ok(metadata) = fs::metadata(place) {
        file.set_permissions(fs::Permissions::from_mode(metadata.permissions().mode()))?;
        let new = file.metadata()?;
        if (new.uid(), new.gid()) != (metadata.uid(), metadata.gid()) {
            std::os::unix::fs::fchown(&file, Some(metadata.uid()), Some(metadata.gid()))?;
        }
    }
    file.sync_all()?;
    fs::rename(beside, place)?;
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}
