//! What a kernel tells, or something that says it is one: dumps of rtnetlink, and /proc/net/bonding.

use linux::assemble::Assembly;
use linux::{RawMessage, proc_bonding};
use netlink_packet_route::AddressFamily;

/// The most messages of one run.
const MAX_MESSAGES: usize = 64;

/// Messages one after another: a dump (0 links, 1 VLANs, 2 addresses, 3 routes, else the text of a bond), the type and
/// the length (two bytes each, little end first), and the payload.
///
/// # Panics
/// Only if what is decoded panics: everything may be told, and what can't be is an error.
pub fn decode(bytes: &[u8]) {
    let mut dumps: [Vec<RawMessage>; 5] = Default::default();
    let mut rest = bytes;
    for _ in 0..MAX_MESSAGES {
        let [dump, kind0, kind1, length0, length1, after @ ..] = rest else { break };
        let length = usize::from(u16::from_le_bytes([*length0, *length1])).min(after.len());
        let (payload, next) = after.split_at(length);
        let kind = u16::from_le_bytes([*kind0, *kind1]);
        dumps[usize::from(*dump).min(4)].push(RawMessage { kind, payload: payload.to_vec() });
        rest = next;
    }
    let [links, vlans, addresses, routes, texts] = dumps;
    for text in &texts {
        let _ = proc_bonding::slaves(&text.payload);
    }
    let Ok(mut assembly) = Assembly::from_links(&links) else { return };
    // What is malformed is refused, and what was assembled before it stays.
    let _ = assembly.add_vlans(&vlans);
    let _ = assembly.add_addresses(&addresses);
    let _ = assembly.add_remotes(&addresses);
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        let _ = assembly.add_routes(family, &routes);
    }
    for (bond, text) in assembly.bonds().iter().zip(&texts) {
        assembly.add_bond(bond, &text.payload);
    }
    for (name, link) in &assembly.finish().links {
        assert_eq!(*name, link.name);
    }
}
