//! The lock that keeps two instances from changing the network at a time, ifupdown2's included.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::FlockOperation;

use crate::FileError;

/// Where it is (`main.py`, `lockfile`).
pub const PATH: &str = "/run/network/.lock";

/// Why the lock is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another instance holds it.
    #[error("Another instance of this program is already running.")]
    Held,
    /// It can't be opened.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The lock, held as long as this lives. The file stays.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

/// Said, not left to the closing of the file: a process that is just being started has the file too, until it runs.
impl Drop for Lock {
    fn drop(&mut self) {
        // It goes with the process in any case.
        let _ = rustix::fs::flock(&self.file, FlockOperation::Unlock);
    }
}

/// Takes the lock, without waiting: flock(2) on the file, as ifupdown2 does (`utils.lockFile`), so that the two exclude
/// each other. The kernel lets go of it when the process ends, however that is.
///
/// # Errors
/// [`LockError::Held`] when another instance holds it; when it can't be opened.
pub fn take(path: &Path) -> Result<Lock, LockError> {
    let failure = |doing| move |source| FileError { doing, path: path.to_owned(), source };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failure("make the folder of"))?;
    }
    // It is not to be inherited by what hooks start: the standard library opens files close-on-exec.
    let mut options = OpenOptions::new();
    let file = options.create(true).write(true).truncate(true).mode(0o644).open(path).map_err(failure("open"))?;
    match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Lock { file }),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(LockError::Held),
        Err(error) => Err(failure("lock")(error.into()).into()),
    }
}
