//! Replacing a file so that there is the old one or the new one at any moment, and never a piece of either.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::Failure;

/// Proxmox's lock on the network's configuration (`PVE::INotify`), beside the file.
const LOCK: &str = ".pve-interfaces.lock";

/// Takes Proxmox's lock beside that file. It is given back when the value goes.
///
/// # Errors
/// When another holds it, or it can't be made.
pub fn lock(path: &Path) -> Result<File, Failure> {
    let place = path.with_file_name(LOCK);
    let failed = |source| Failure::Write { path: place.clone(), source };
    let file = OpenOptions::new().create(true).append(true).open(&place).map_err(failed)?;
    file.try_lock().map_err(|error| match error {
        fs::TryLockError::WouldBlock => Failure::Locked { path: place.clone() },
        fs::TryLockError::Error(source) => failed(source),
    })?;
    Ok(file)
}

/// Puts `bytes` into a file: written beside it, synced, renamed over it, and the folder synced. Mode and owner stay. The
/// file must still hold what it did when it was read (`expected`), or not be there where that is `None`.
///
/// # Errors
/// When it was changed in between, or can't be written. The file is as it was then.
pub fn replace(path: &Path, expected: Option<&Vec<u8>>, bytes: &[u8]) -> Result<(), Failure> {
    // A symbolic link stays one.
    let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let failed = |source| Failure::Write { path: path.to_owned(), source };
    let now = match fs::read(&place) {
        Ok(now) => Some(now),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(failed(error)),
    };
    if now.as_ref() != expected {
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
