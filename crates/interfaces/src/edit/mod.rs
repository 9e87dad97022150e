//! Edits: the smallest change of text that does what is asked, in the style of the file around it.
//!
//! - [`TextEdit`] and [`apply`]: runs of bytes that become others; [`between`]: those that make one text of another, by
//!   what [`operations`] finds in common.
//! - [`Style`]: how a stanza, or the file around it, is indented, spelled and ended.
//! - [`setting`]: lines of a stanza. [`names`]: words of a list. [`stanza`]: whole stanzas.
//! - [`untouched`]: whether all that was not edited still says what it said.

mod between;
mod difference;
pub mod names;
pub mod setting;
pub mod stanza;
mod style;
mod text;
mod untouched;

pub use between::between;
pub use difference::operations;
pub use style::Style;
pub use text::{EditError, TextEdit, apply};
pub use untouched::untouched;
