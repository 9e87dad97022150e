//! A reload by each contender from the same file: the first, once more with nothing changed, and with one line changed.
//! And what our own program costs beside that: memory at 4000 links, and the start.
//!
//! - [`arguments`]: what is asked. [`contender`]: who takes part. [`setup`] and [`bridges`]: what is asked for, as files and batches.
//!   [`look`]: whether the kernel has it.
//! - [`sample`]: one contender once. [`venue`]: on which kernel. [`schedule`]: all of them, in turns.
//! - [`report`]: what came of it, and [`table`]: that as people read it.

pub mod arguments;
pub mod bridges;
pub mod contender;
mod error;
pub mod look;
pub mod report;
pub mod sample;
pub mod schedule;
pub mod setup;
pub mod table;
pub mod venue;

pub use contender::Contender;
pub use error::{ReloadError, SampleError};
pub use sample::take_sample;
pub use schedule::measure;
pub use setup::Setup;
