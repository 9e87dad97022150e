//! The kernel of a simulated host: links, addresses and routes as `network::effect` keeps them, and what runs behind them.
//!
//! - [`state`]: what it holds, and carrier, from the NICs up. [`observe`]: what it tells;
//!   [`proc_bonding`]: what the driver writes below /proc.
//! - [`refuse`]: what it refuses. [`execute`]: a change, and what follows from it.
//! - [`input`], [`output`], [`bridging`]: a frame's way up and down the stack. [`ip`]: addresses and neighbours.

mod bridging;
mod execute;
mod input;
mod ip;
mod lacp;
mod observe;
mod output;
mod proc_bonding;
mod refuse;
mod state;

pub use execute::UNKNOWN;
pub(crate) use state::Sent;
pub use state::{Kernel, NicFacts};
