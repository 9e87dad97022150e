//! The bonding driver, as far as its slaves' links and their choice go. Pure: time and carrier come in, what changed goes out.
//!
//! - [`settings`]: its options, as numbers. [`slave`]: what it keeps of each slave.
//! - [`driver`]: slaves come and go, the bond opens and closes. [`monitor`]: miimon. [`arp`]: the ARP monitor.
//!   [`lacp`]: 802.3ad. [`select`]: who is active. [`transmit`]: who sends a frame, and who may take one in.
//!
//! Followed: `drivers/net/bonding/bond_main.c` of 6.1; each file names its functions.

mod arp;
mod driver;
mod lacp;
mod monitor;
mod select;
mod settings;
mod slave;
mod transmit;

pub(crate) use driver::{Bonding, Joining};
pub(crate) use settings::{FailOverMac, Settings};
pub(crate) use slave::Slave;
