//! What is wrong with a file that can be read: lines that do not go together, or not with the host.
//!
//! [`check`] runs every rule of [`rules::ALL`]. A rule takes a [`Case`] and gives what it found; the codes are in
//! [`codes`]. Adding a rule is adding a file, or a function to the file that tells the same story, and its line in the
//! list. A rule that is in doubt says nothing: a file that works must come through without a word.
//!
//! [`mend`] makes the fixes that diagnostics carry.
//!
//! An error is what can't work, and refuses an apply. A warning is what works, but not as well or as long as was meant.

mod address_on_member;
mod addresses;
mod aggregators;
mod arp_target;
mod bond_mode;
mod bridged_bond;
mod case;
pub mod codes;
mod delays;
mod fix;
mod gateways;
mod hash;
mod leased;
mod macs;
mod membership;
mod mend;
mod min_links;
mod missing;
mod monitor;
mod mtu;
mod nic_vlans;
mod primary;
mod primary_flaps;
pub mod rules;
mod slaves;
mod spanning_tree;
mod speeds;
mod stack;
mod unstarted;
mod uplinks;
mod vlan_devices;

pub use case::Case;
pub use mend::{Mended, mend};
pub use rules::check;
