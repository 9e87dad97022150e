//! Commands of the file (`up …`) and scripts of /etc/network/if-*.d, as ifupdown2 runs them.
//!
//! - [`phase`]: when. [`environment`]: what they are told. [`command`]: running one, within a bound of time and output.
//! - [`run`]: all of a phase, for one interface.

pub mod command;
pub mod environment;
pub mod phase;
pub mod run;

pub use phase::Phase;
pub use run::{Runner, Tally};
