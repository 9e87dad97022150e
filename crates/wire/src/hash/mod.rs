//! The bonding driver's transmit hash: which slave a frame leaves through (`bond_xmit_hash`), bit for bit as 6.1 to 7.2
//! reckon it on a little-endian machine.
//!
//! ```text
//! eth  = dst[5] ^ src[5] ^ ethertype
//! fold : h ^= h >> 16; h ^= h >> 8
//! layer2                : eth
//! layer2+3, encap2+3    : fold(eth ^ A(dst) ^ A(src))
//! layer3+4, encap3+4    : fold(L4 ^ A(dst) ^ A(src)) >> 1
//! vlan+srcmac           : the tag ^ src[0..3] ^ src[3..6]
//! slave                 : usable[h % count]
//! ```
//!
//! Rooms: [`policy`] names the policies; [`frame`] is a frame as the driver sees it; `plain` finds the addresses and ports
//! for `layer…`, `dissect` for `encap…`, which look into tunnels; [`fn@hash`] puts them together.
//!
//! What can't be predicted: under `encap3+4` the driver takes the hash that a socket or a NIC set, where there is one;
//! frames that a guest or a packet socket sends have none. And TIPC's keepalives go by chance there.

mod dissect;
pub mod frame;
mod keys;
mod plain;
pub mod policy;
mod reckon;

pub use frame::Frame;
pub use policy::Policy;
pub use reckon::{hash, slave};
