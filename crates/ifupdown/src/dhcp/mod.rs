//! DHCP, through the client that is installed.
//!
//! - [`client`]: which clients there are, and how each is called. Pure.
//! - [`lease`]: starting them all at once, waiting for each no longer than it takes, stopping them.
//!
//! Followed: ifupdown2's `dhcp.py` and `dhclient.py` (the same PID and lease files, so that a client which ifupdown2
//! started is known), and the `dhcp` methods of Debian's ifupdown for the other two clients.

pub mod client;
pub mod lease;

pub use client::{Client, Family};
pub use lease::{Leases, Wish, is_running, stop, wishes};
