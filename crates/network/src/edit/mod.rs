//! What an administrator asks for, as the smallest change of the file's text.
//!
//! [`edit()`] takes a [`Request`] and gives an [`Edited`]: the text after it, the [`interfaces::TextEdit`]s that lead there,
//! and what they do in words; or an [`EditError`] that says why not, where, and what to do instead. It is pure: nothing is
//! read or written, and the file is the caller's. Only the main file is edited, for that is the one that is staged.
//!
//! What holds of every edit, and is checked before it is given out: what it does not touch says what it said, and what was
//! asked for is what the text says when it is read again. [`new_diagnostics`] says whether the file got worse by it.

mod add;
pub mod codes;
mod convert;
mod draft;
mod error;
mod keys;
mod mentions;
mod outcome;
mod remove;
mod rename;
mod request;
mod set;
mod unset;
mod value;

pub use error::EditError;
pub use outcome::{Edited, Note, edit, new_diagnostics};
pub use request::{Assignment, Conversion, Device, New, Operation, Request};
