//! The twin: how much faster than time it runs, and how many seeds of the soak are played in a second.
//!
//! - [`hosts`]: what runs. [`schedule`]: the samples. [`report`]: what came of it, and [`table`]: that as people read it.

mod error;
pub mod hosts;
pub mod report;
pub mod schedule;
pub mod table;

pub use error::TwinError;
pub use schedule::measure;
