//! What the kernel does otherwise than one would think, each with a test: where a kernel changes its mind, we hear of it.

pub(crate) mod bonds;
mod dumps;
mod events;
mod frames;
mod lacp;
mod refusals;
mod vlans;

pub(crate) use bonds::{make, mode};
pub(crate) use frames::lag;
