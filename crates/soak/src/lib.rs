//! Deterministic simulation testing: what a seed draws (a host, its cables and switches, files and edits of them, faults and
//! crashes) is played on the twin by the house's own code, and what the project promises must hold at every step.
//!
//! - [`case`]: what is played, as data; [`draw`] draws it, [`edit`] changes a file, [`text`] writes it as interfaces(5),
//!   [`wiring`] builds the host.
//! - [`play()`]: plays it. [`Rule`]: what must hold. [`stage`] is the host with its traffic, [`apply`], [`back`], [`guarded`]
//!   and [`faults`] are what is done to it.
//! - [`shrink()`]: leaves out what a failure does not need.
//!
//! Pure: a run is a function of its seed, and so are the bytes of its log.

mod apply;
mod back;
pub mod case;
mod compare;
pub mod draw;
pub mod edit;
mod faults;
mod guarded;
mod memory;
mod play;
mod rule;
mod shrink;
mod stage;
pub mod text;
pub mod wiring;

pub use case::Case;
pub use draw::draw;
pub use play::{Run, play};
pub use rule::{Failure, Rule};
pub use shrink::shrink;
