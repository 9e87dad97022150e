//! The editor's face: a language server for `/etc/network/interfaces` over any pair of streams.
//!
//! It says in the editor what `bowline check` says, and knows the keys, the values and the names that may stand where the
//! cursor is. It decides nothing of its own: diagnostics come from `network`, help from the table of options.
//!
//! - [`serve`]: the loop. It reads a message, asks [`Server`], writes the answers; one thread, in order.
//! - [`Server`]: a message in, messages out. [`transport`]: messages as bytes, within bounds.
//! - `workspace`: the files that are open, and what is known of them and of what they source. `position`: bytes as
//!   lines and columns of the editor's encoding.
//! - A file an answer: `diagnostics`, `completion`, `hover`, `actions`, `symbols`, `names` (definition, references,
//!   rename). `cursor`: what stands at a place; `vocabulary`: the words of the language beside the table's.
//!
//! Followed: the Language Server Protocol 3.17. Files come in as [`interfaces::Files`]: this crate reads no disk.

mod actions;
mod completion;
mod cursor;
mod diagnostics;
mod error;
mod hover;
mod names;
mod occurrence;
mod position;
mod serve;
mod server;
mod symbols;
pub mod transport;
mod vocabulary;
mod workspace;

pub use error::ServeError;
pub use position::Encoding;
pub use serve::serve;
pub use server::{Ended, Server};
pub use workspace::Place;
