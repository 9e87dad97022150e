//! Which interfaces file a transaction comes from, and which it leads to.

use std::path::Path;

use linux::{Disk, Locked, StageError, Texts, Vault, VaultError};

/// The files of a transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pair {
    /// What counts when it is undone.
    pub before: Option<Vec<u8>>,
    /// What counts when it is confirmed.
    pub after: Option<Vec<u8>>,
}

/// The files, as they are found: a staged file leads from the one that counts. Without one, the file that counts is the
/// new one already, by hand or by Proxmox, which renames before it reloads: the last that was confirmed is the old one. On
/// a host where none was confirmed yet there is none to go back to but the file itself.
///
/// # Errors
/// When the last good file is there and can't be read.
pub fn pair(texts: Texts, vault: &Vault) -> Result<Pair, VaultError> {
    Ok(match texts.staged {
        Some(staged) => Pair { before: texts.current, after: Some(staged) },
        None => Pair { before: vault.file("good")?.or_else(|| texts.current.clone()), after: texts.current },
    })
}

/// Where the guard's lock is.
pub const LOCK: &str = "/run/bowline/lock";

/// Where a path of the guard's is.
#[must_use]
pub fn place(disk: &Disk, path: &str) -> std::path::PathBuf {
    disk.locate(Path::new(path))
}

/// Lets the new file count.
///
/// # Errors
/// See [`Locked::install`].
pub fn install(locked: &Locked, pair: &Pair) -> Result<(), StageError> {
    pair.after.as_deref().map_or(Ok(()), |text| locked.install(text))
}
