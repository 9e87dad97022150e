//! [`network::Host`] on a real kernel: the only crate of the program that knows netlink, and the only one with `unsafe`.
//!
//! - [`Linux`]: the host. [`Linux::open`] takes the network namespace of the calling thread.
//! - [`Socket`]: a synchronous netlink socket with strict checking and extended ACK, for requests of any kind.
//! - [`encode`]: a [`network::Change`] as netlink messages; [`decode`]: what the kernel tells, message by message;
//!   [`assemble`]: those as a [`network::Network`].
//! - [`proc_bonding`]: what the bonding driver tells in /proc and nowhere else; [`ethtool`]: driver, speed and duplex;
//!   [`features`]: what a NIC does in place of the processor; `driver`: what its driver is set to; [`sysctl`]: how IP is
//!   treated on a link.
//! - [`packet`]: frames as they pass a link; [`speaker`]: LACP spoken through them.
//! - [`neighbour`]: whether neighbours answer; [`sessions`]: TCP connections.
//! - [`dhcp`]: the DHCP client that is installed. [`ovs`]: Open vSwitch, by its own program.
//! - [`layer`]: what lies between the socket and the kernel, where tests put faults.
//! - [`Disk`]: the files of this host; [`replace`]: one as a whole. [`Staging`]: the file that is edited, under Proxmox's
//!   lock.
//! - [`vault`]: what is kept of transactions; [`instance`]: one program at a time, and facts of this start of the host.
//! - [`extack`]: why the kernel refused, and [`blame`]: which property of a change it refused.

#![allow(clippy::disallowed_methods, reason = "this is the edge: it reads files under /proc and talks to the kernel")]

mod ahead;
pub mod assemble;
pub mod attribute;
pub mod blame;
pub mod decode;
pub mod dhcp;
mod driver;
pub mod encode;
pub mod error;
pub mod ethtool;
pub mod extack;
pub mod features;
pub mod files;
mod host;
pub mod instance;
pub mod layer;
pub mod neighbour;
mod observe;
pub mod ovs;
pub mod packet;
pub mod proc_bonding;
pub mod replace;
pub mod restore;
pub mod sessions;
mod signal;
pub mod socket;
pub mod speaker;
pub mod staged;
pub mod sysctl;
pub mod vault;

pub use error::{DumpError, EncodeError, KernelError, OpenError, ReadError};
pub use files::Disk;
pub use host::Linux;
pub use packet::{PacketError, PacketSocket};
pub use signal::{HeldSignals, hold_signals, outlive_the_terminal};
pub use socket::{Counters, RawMessage, Socket};
pub use speaker::Speaker;
pub use staged::{Locked, StageError, Staging, Texts, digest};
pub use vault::{Journal, Vault, VaultError};
