//! Reading a file that need not be there.

use std::io;
use std::path::Path;

use interfaces::Files;

/// The most bytes that are read.
const MAX: u64 = 1 << 20;

/// The text of a file; `None` where there is none, or, which is told, where it can't be read.
pub(super) fn optional(disk: &dyn Files, path: &str, warn: &mut dyn FnMut(String)) -> Option<String> {
    match disk.read(Path::new(path), MAX) {
        Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                warn(format!("{path}: can't be read: {error}"));
            }
            None
        }
    }
}
