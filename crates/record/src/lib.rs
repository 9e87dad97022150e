//! What programs share: what is remembered between two runs, whichever program runs: what was brought up, with which lines, and which devices
//! were made for it. So `bowline apply` and `ifreload` own the same things, and neither takes the other's work for new.
//!
//! - [`stanza`]: the file as ifupdown2 sees it. [`lines`]: its stanzas by name.
//! - [`state`]: the memory itself; [`remember`]: what goes into it after a change, and what it says of the next one.
//! - [`leaving`]: what the file no longer names, and what becomes of it.
//! - [`lock`]: one at a time, ifupdown2 included.
//! - [`client`]: how to talk to the guard of a change; [`process`]: how it is started; [`who`]: for whom.
#![allow(clippy::disallowed_methods, reason = "this is the edge: it keeps a file and a lock, and starts the guard")]

pub mod client;
pub mod leaving;
pub mod lines;
pub mod lock;
pub mod process;
pub mod remember;
pub mod stanza;
pub mod state;
pub mod who;

pub use lines::Lines;
pub use stanza::Stanza;
pub use state::{Device, FileError, Saved, Shared, State, StateError};
