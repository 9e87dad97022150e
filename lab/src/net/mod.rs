//! The network that a test builds around its host: cables, switches and guests, each in a namespace of its own.
//!
//! A veth pair is a cable: its far end goes into a namespace that plays the switch. Setting the far end down is pulling
//! the cable: carrier falls at the near end.

mod cable;
mod error;
mod guest;
pub mod lacp;
mod links;
mod namespace;
mod partner;
mod switch;

pub use cable::{Cable, End};
pub use error::NetError;
pub use guest::Guest;
pub use links::Links;
pub use namespace::{Namespace, NamespaceError};
pub use partner::{Partner, PartnerError};
pub use switch::Switch;
