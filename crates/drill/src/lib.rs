//! Rehearsing: a file is applied to a twin of the host, then every cable, NIC and switch fails in turn and comes back.
//!
//! - [`imagine()`]: what a host is cabled to, where nobody says: made up from the file, and said aloud.
//! - [`boot()`]: a twin that runs a file. [`play()`]: a scenario, to its end. [`rehearse()`]: the whole, as a [`Report`].
//! - [`fn@fields`]: what a twin and a real kernel have to agree on.
//! - [`Need`]: what the switch must have for the file.
//!
//! Sans-IO: all time is the twin's, and all chance its seed's.

mod boot;
mod fault;
mod fields;
mod imagine;
mod layers;
pub mod needs;
mod rehearse;
mod report;

pub use boot::{Booted, Moment, boot, play, play_to};
pub use fault::{Fault, faults};
pub use fields::fields;
pub use imagine::{Setup, SwitchSide, imagine};
pub use needs::{Need, needs};
pub use rehearse::{Rehearsal, rehearse};
pub use report::{Applied, Broken, Gap, Lost, Report, StepTaken};
