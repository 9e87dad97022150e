//! A file of N stanzas: read from memory, parsed, resolved and checked, as `bowline check FILE` does.
//!
//! - [`file`]: the file. [`schedule`]: the samples. [`report`]: what came of it, and [`table`]: that as people read it.

mod error;
pub mod file;
pub mod report;
pub mod schedule;
pub mod table;

pub use error::CheckError;
pub use schedule::measure;
