//! The transmit hash: what one frame costs, by policy and sort of frame.
//!
//! - [`frames`]: the frames. [`schedule`]: the samples. [`report`]: what came of it, and [`table`]: that as people read it.

mod error;
pub mod frames;
pub mod report;
pub mod schedule;
pub mod table;

pub use error::HashError;
pub use schedule::measure;
