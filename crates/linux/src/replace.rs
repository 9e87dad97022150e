//! Replacing a file so that there is the old one or the new one at any moment, and never a piece of either.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

/// What a file gets that is like none: all may read it, as Debian has it.
const MODE: u32 = 0o644;

/// Why a file is not replaced.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing} {}", path.display())]
pub struct ReplaceError {
    /// What was being done: "write".
    pub doing: &'static str,
    /// To what.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

fn error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> ReplaceError {
    let path = path.to_owned();
    move |source| ReplaceError { doing, path, source }
}

/// Puts `bytes` into the file at `place`: written to `temporary` in the same folder, flushed to the disk, renamed, and the
/// folder flushed. It gets the mode and owner of `like`, if there is one.
///
/// # Errors
/// The file is as it was then; only when the folder can't be flushed it is the new one, and may be the old one again after
/// a power cut.
pub fn replace(place: &Path, temporary: &Path, bytes: &[u8], like: Option<&Metadata>) -> Result<(), ReplaceError> {
    let written =
        fill(temporary, bytes, like).and_then(|()| fs::rename(temporary, place).map_err(error("replace", place)));
    if written.is_err() {
        // What went wrong first is what matters; that a piece of it stays behind matters less.
        let _ = fs::remove_file(temporary);
    }
    written?;
    let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    flush(folder)
}

/// Makes a rename or a removal in a folder last.
///
/// # Errors
/// When the folder can't be opened or flushed.
pub fn flush(folder: &Path) -> Result<(), ReplaceError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(error("flush the folder", folder))
}

fn fill(path: &Path, bytes: &[u8], like: Option<&Metadata>) -> Result<(), ReplaceError> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(error("create", path))?;
    file.write_all(bytes).map_err(error("write", path))?;
    if let Some(like) = like {
        let own = file.metadata().map_err(error("look at", path))?;
        if (own.uid(), own.gid()) != (like.uid(), like.gid()) {
            fchown(&file, Some(like.uid()), Some(like.gid())).map_err(error("give to its owner", path))?;
        }
    }
    let mode = like.map_or(MODE, |like| like.mode() & 0o7777);
    file.set_permissions(fs::Permissions::from_mode(mode)).map_err(error("set the mode of", path))?;
    file.sync_all().map_err(error("flush", path))
}
