//! The interfaces file as a part of a transaction: the new one takes its place, or the old one comes back.

use std::fs;

use crate::replace::replace;
use crate::staged::{CURRENT, Locked, StageError, regular, remove};

/// Where a file goes that was rolled back, with the reason as a comment before its first line.
pub const REJECTED: &str = "/etc/network/interfaces.rejected";
/// Written first, then renamed.
const TEMPORARY: &str = "/etc/network/.interfaces.bowline";

impl Locked {
    /// Lets a text count: it is staged, or counts already because somebody put it there, as Proxmox does before it
    /// reloads.
    ///
    /// # Errors
    /// [`StageError::Changed`] when it is neither; what the system says.
    pub fn install(&self, text: &[u8]) -> Result<(), StageError> {
        let texts = self.read()?;
        match texts.staged.as_deref() == Some(text) {
            false if texts.current.as_deref() == Some(text) => Ok(()),
            _ => self.commit(text),
        }
    }

    /// Lets the old text count again. What counted until now, and `staged` if that is staged, is kept as [`REJECTED`].
    ///
    /// # Errors
    /// The file that counts is as it was then, unless only a folder could not be flushed.
    pub fn restore(&self, old: Option<&[u8]>, staged: Option<&[u8]>, reason: &str) -> Result<(), StageError> {
        let (texts, current) = (self.read()?, self.place(CURRENT));
        if texts.current.as_deref() != old {
            regular(&current)?;
            if let Some(text) = &texts.current {
                self.reject(text, reason)?;
            }
            match old {
                Some(old) => self.put(CURRENT, old)?,
                None => {
                    remove(&current)?;
                    self.flush()?;
                }
            }
        }
        if let (Some(text), Some(found)) = (staged, &texts.staged)
            && text == found
        {
            self.reject(text, reason)?;
            self.discard()?;
        }
        Ok(())
    }

    fn reject(&self, text: &[u8], reason: &str) -> Result<(), StageError> {
        let reason = reason.replace(['\n', '\r'], " ");
        let mut out = format!("# Bowline went back from this file: {reason}\n").into_bytes();
        out.extend_from_slice(text);
        self.put(REJECTED, &out)
    }

    fn put(&self, path: &str, text: &[u8]) -> Result<(), StageError> {
        let temporary = self.place(TEMPORARY);
        remove(&temporary)?;
        let like = fs::metadata(self.place(CURRENT)).ok();
        Ok(replace(&self.place(path), &temporary, text, like.as_ref())?)
    }
}
