//! Bytes ⇄ frames, a protocol a file. Pure, and no input makes it panic.
//!
//! - [`ethernet`]: the header that all of them start with.
//! - [`slow`]: the slow protocols: which of them a frame is.
//! - [`lacp`]: LACPDUs. [`marker`]: the marker protocol.
//! - [`lldp`]: LLDPDUs, by which switches say who they are.
//! - [`mod@hash`]: which slave of a bond a frame leaves through.
//!
//! A frame is parsed into a representation by value, and emitted from one. What is wrong with bytes is said with the place
//! of it.

pub mod ethernet;
pub mod hash;
pub mod lacp;
pub mod lldp;
pub mod marker;
pub mod slow;
