//! Switches: what the host's cables lead to.
//!
//! - [`state`]: ports, LAGs and chassis, and what can be set wrongly about them.
//! - [`forward`]: MAC learning, VLANs, flooding, and which port of a LAG sends.
//!
//! An MLAG pair or a stack is one switch of two chassis: each can fail by itself, and its ports with it.

mod forward;
mod state;

pub use state::{Lag, LagMode, Switch, SwitchPort};
