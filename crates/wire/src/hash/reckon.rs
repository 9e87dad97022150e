//! The hash itself, and the choice by it.

use super::keys::Keys;
use super::{Frame, Policy, dissect, plain};

/// What the driver makes of a frame under a policy. A frame that has no Ethernet header has 0.
#[must_use]
pub fn hash(policy: Policy, frame: &Frame<'_>) -> u32 {
    let keys = match policy {
        Policy::Layer2 => None,
        Policy::VlanSrcMac => return vlan_and_source(frame),
        Policy::Layer23 => plain::keys(frame, false),
        Policy::Layer34 => plain::keys(frame, true),
        Policy::Encap23 | Policy::Encap34 => dissect::keys(frame),
    };
    let Some(keys) = keys else { return ethernet(frame) };
    match policy {
        Policy::Layer34 | Policy::Encap34 => folded(keys.layer4(), &keys) >> 1,
        _ => folded(ethernet(frame), &keys),
    }
}

/// Which of so many usable slaves a hash picks, counted in the order of enslavement; `None`: there is none.
#[must_use]
pub fn slave(hash: u32, usable: usize) -> Option<usize> {
    usize::try_from(hash).ok()?.checked_rem(usable)
}

/// `bond_ip_hash`.
fn folded(mut hash: u32, keys: &Keys) -> u32 {
    hash ^= keys.destination ^ keys.source;
    hash ^= hash >> 16;
    hash ^ hash >> 8
}

/// `bond_eth_hash`: the last bytes of the MACs, and the ethertype.
fn ethernet(frame: &Frame<'_>) -> u32 {
    let (Some(to), Some(from), Some(ethertype)) = (frame.u8(5), frame.u8(11), frame.ethertype()) else { return 0 };
    u32::from(to ^ from) ^ u32::from(ethertype)
}

/// `bond_vlan_srcmac_hash`: the tag beside the bytes, and the halves of the source MAC.
fn vlan_and_source(frame: &Frame<'_>) -> u32 {
    let (Some([a, b, c, d, e, f]), Some(_)) = (frame.get(6), frame.ethertype()) else { return 0 };
    u32::from(frame.tag().unwrap_or(0)) ^ u32::from_be_bytes([0, a, b, c]) ^ u32::from_be_bytes([0, d, e, f])
}

#[cfg(test)]
mod tests;
