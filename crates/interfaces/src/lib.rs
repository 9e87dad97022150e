//! The file: `/etc/network/interfaces` as text, as a lossless tree, and as text again.
//!
//! - [`Document::parse`] never fails and loses nothing: [`Document::print`] gives back the same bytes, whatever they are.
//! - [`load()`] follows `source` lines through a [`Files`], and bounds what it reads.
//! - [`Diagnostic`]: something to say about a place in a file; [`codes`]: what this crate has to say.
//! - [`TextEdit`] and [`edit::apply`]: a change of text that leaves every other byte alone.
//! - [`Configuration::place`]: from a [`Span`] to path, line and column.
//!
//! It knows syntax and no meaning: which keys there are and what they do is `network`'s to say. Followed: interfaces(5),
//! ifupdown's `config.c` (0.8) and ifupdown2's `networkinterfaces.py` (3.x); where the two differ, it is said there.

pub mod codes;
mod complaints;
pub mod diagnostic;
pub mod edit;
mod find;
pub mod findings;
mod line;
pub mod load;
mod memory;
mod parse;
mod pattern;
pub mod place;
mod sources;
pub mod span;
mod text;
pub mod tree;

pub use diagnostic::{Diagnostic, Fix, Label, Severity};
pub use edit::{EditError, TextEdit};
pub use load::{Configuration, Files, LoadError, SourceFile, load};
pub use pattern::matches as pattern_matches;
pub use place::Place;
pub use smol_str::SmolStr;
pub use span::{FileId, Span};
pub use tree::{Document, Iface, Item, Kind, Setting, Stanza, Word};
