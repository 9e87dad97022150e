//! The file: `/etc/network/interfaces` as text, as a lossless tree, and as text again.
//!
//! - [`Document::parse`] never fails and loses nothing: [`Document::print`] gives back the same bytes, whatever they are.
//! - [`load`] follows `source` lines through a [`Files`], and bounds what it reads.
//! - [`Diagnostic`]: something to say about a place in a file.
//!
//! It knows syntax and no meaning: which keys there are and what they do is `network`'s to say.

pub mod diagnostic;
pub mod load;
pub mod span;
pub mod tree;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use load::{Configuration, Files, LoadError, SourceFile, load};
pub use span::{FileId, Span};
pub use tree::{Document, Iface, Item, Kind, Setting, Stanza, Word};
