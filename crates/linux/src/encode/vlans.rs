//! The VLANs of a bridge port, or of the bridge itself: `RTM_SETLINK` and `RTM_DELLINK` of family `AF_BRIDGE`
//! (`br_setlink`, `br_dellink`).

use netlink_packet_core::DefaultNla;
use netlink_packet_route::link::{LinkAttribute, LinkMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::{VidRange, VlanEntry};

use super::{Request, request};
use crate::attribute::nest;

pub(crate) const IFLA_BRIDGE_FLAGS: u16 = 0;
pub(crate) const IFLA_BRIDGE_VLAN_INFO: u16 = 2;
/// `BRIDGE_FLAGS_SELF`: the device itself, not its master.
pub(crate) const BRIDGE_FLAGS_SELF: u16 = 2;
pub(crate) const BRIDGE_VLAN_INFO_PVID: u16 = 1 << 1;
pub(crate) const BRIDGE_VLAN_INFO_UNTAGGED: u16 = 1 << 2;
pub(crate) const BRIDGE_VLAN_INFO_RANGE_BEGIN: u16 = 1 << 3;
pub(crate) const BRIDGE_VLAN_INFO_RANGE_END: u16 = 1 << 4;

/// How many ranges a message holds: two attributes of eight bytes each, so 32,000 bytes. A nest can't exceed 65,535.
const RANGES: usize = 2000;

pub(super) fn add(index: u32, itself: bool, entries: &[VlanEntry]) -> Vec<Request> {
    messages(index, itself, entries, entry).map(|message| request(RouteNetlinkMessage::SetLink(message), 0)).collect()
}

pub(super) fn remove(index: u32, itself: bool, ranges: &[VidRange]) -> Vec<Request> {
    messages(index, itself, ranges, |range| infos(*range, 0))
        .map(|message| request(RouteNetlinkMessage::DelLink(message), 0))
        .collect()
}

fn messages<'a, T>(
    index: u32,
    itself: bool,
    entries: &'a [T],
    encode: impl Fn(&T) -> Vec<DefaultNla> + 'a,
) -> impl Iterator<Item = LinkMessage> + 'a {
    entries.chunks(RANGES).map(move |chunk| {
        let flags = itself.then(|| DefaultNla::new(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF.to_ne_bytes().to_vec()));
        let spec: Vec<_> = flags.into_iter().chain(chunk.iter().flat_map(&encode)).collect();
        let mut message = LinkMessage::default();
        message.header.interface_family = AddressFamily::Bridge;
        message.header.index = index;
        message.attributes = vec![LinkAttribute::Other(nest(libc::IFLA_AF_SPEC, &spec))];
        message
    })
}

fn entry(entry: &VlanEntry) -> Vec<DefaultNla> {
    let untagged = if entry.untagged { BRIDGE_VLAN_INFO_UNTAGGED } else { 0 };
    let pvid = if entry.pvid { BRIDGE_VLAN_INFO_PVID } else { 0 };
    infos(entry.range, untagged | pvid)
}

/// One attribute for a single VLAN, two for a range (`br_vlan_valid_range`: a range of one is EINVAL).
fn infos(range: VidRange, flags: u16) -> Vec<DefaultNla> {
    let info = |flags: u16, vid: u16| {
        DefaultNla::new(IFLA_BRIDGE_VLAN_INFO, [flags.to_ne_bytes(), vid.to_ne_bytes()].concat())
    };
    if range.first == range.last {
        return vec![info(flags, range.first.get())];
    }
    vec![
        info(flags | BRIDGE_VLAN_INFO_RANGE_BEGIN, range.first.get()),
        info(flags | BRIDGE_VLAN_INFO_RANGE_END, range.last.get()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_vlans_are_one_pair() {
        let all = VlanEntry { range: "2-4094".parse().unwrap(), untagged: false, pvid: false };
        assert_eq!(entry(&all).len(), 2);
        let mut requests = add(3, false, &[all]);
        requests[0].finalize();
        // Two headers of 16 bytes, the nest's 4, two attributes of 8.
        assert_eq!((requests.len(), requests[0].header.length), (1, 52));
    }

    #[test]
    fn a_long_list_is_several_messages() {
        let odd: Vec<VidRange> = (0..2047).map(|n| (2 * n + 1).to_string().parse().unwrap()).collect();
        let mut requests = remove(3, true, &odd);
        assert_eq!(requests.len(), 2);
        for request in &mut requests {
            request.finalize();
            assert!(request.header.length < 33_000);
        }
    }
}
