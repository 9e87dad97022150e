//! N bridges, each with a veth port and an address: made by each contender from the same file, and asked for once more
//! with nothing changed.
//!
//! - [`contender`]: who takes part. [`bridges`]: the file and the batches. [`check`]: whether the kernel has them.
//! - [`sample`]: one contender once, in namespaces of its own. [`schedule`]: all of them, in turns.
//! - [`report`]: what came of it, and [`table`]: that as people read it.

pub mod bridges;
pub mod check;
pub mod contender;
mod error;
pub mod report;
pub mod sample;
pub mod schedule;
pub mod table;

pub use contender::Contender;
pub use error::{MeasureError, SampleError};
pub use sample::take_sample;
pub use schedule::measure;
