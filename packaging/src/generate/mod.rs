//! What is generated: manual pages and completions, from the tables that the programs themselves go by.
//!
//! - [`verbs`]: `bowline` and its verbs. [`faces`] and [`completion`]: `ifreload`, `ifup`, `ifdown`, `ifquery`.
//! - [`interfaces`]: interfaces(5). [`pages`]: the files, and writing them.

pub mod completion;
pub mod faces;
pub mod interfaces;
pub mod pages;
pub mod verbs;

pub use pages::{GenerateError, Pages, write};
