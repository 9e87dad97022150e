//! What a transaction leaves behind, line by line, so that whoever finds it can undo it.
//!
//! - [`Record`]: what a line says. [`Begun`] holds all that is needed to get back.
//! - [`Writer`] makes lines, [`read`] reads them. Each line carries a checksum over itself and all before it, so a torn
//!   last line, what a power cut left at the end, or a line out of its place is never taken for a record.

mod ending;
mod line;
mod record;

pub use ending::{Ending, Reason};
pub use line::{Read, Writer, read};
pub use record::{Begun, Files, Record};
