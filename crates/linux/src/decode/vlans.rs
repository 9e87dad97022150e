//! The VLANs of bridges and their ports: `RTM_NEWLINK` of family `AF_BRIDGE` (`br_fill_ifinfo`).

use netlink_packet_core::{DecodeError, parse_u16};
use netlink_packet_route::link::LinkHeader;
use network::{PortVlans, Vid, VidRange, VlanEntry};

use crate::attribute::{Attribute, attributes};
use crate::encode::{
    BRIDGE_VLAN_INFO_PVID, BRIDGE_VLAN_INFO_RANGE_BEGIN, BRIDGE_VLAN_INFO_RANGE_END, BRIDGE_VLAN_INFO_UNTAGGED,
    IFLA_BRIDGE_VLAN_INFO,
};

/// The number of the port, or of the bridge where it speaks for itself, and its VLANs.
///
/// # Errors
/// When an attribute is malformed, or a range has an end without a beginning.
pub fn vlans(payload: &[u8]) -> Result<(u32, PortVlans), DecodeError> {
    let header = LinkHeader::parse(payload)?;
    let mut vlans = PortVlans::default();
    for attribute in attributes(&payload[size_of::<libc::ifinfomsg>()..]) {
        let attribute = attribute?;
        if attribute.kind == libc::IFLA_AF_SPEC {
            read(attribute, &mut vlans)?;
        }
    }
    Ok((header.index, vlans))
}

fn read(spec: Attribute<'_>, into: &mut PortVlans) -> Result<(), DecodeError> {
    let mut first = None;
    for attribute in spec.nested() {
        let attribute = attribute?;
        if attribute.kind != IFLA_BRIDGE_VLAN_INFO {
            continue;
        }
        let (flags, vid) = info(attribute)?;
        if flags & BRIDGE_VLAN_INFO_RANGE_BEGIN != 0 {
            first = Some(vid);
            continue;
        }
        let first = match (flags & BRIDGE_VLAN_INFO_RANGE_END != 0, first.take()) {
            (true, Some(first)) if first <= vid => first,
            (true, _) => return Err(format!("VLAN {vid} ends a range that does not begin").into()),
            (false, _) => vid,
        };
        into.add(VlanEntry {
            range: VidRange { first, last: vid },
            untagged: flags & BRIDGE_VLAN_INFO_UNTAGGED != 0,
            pvid: flags & BRIDGE_VLAN_INFO_PVID != 0,
        });
    }
    Ok(())
}

/// `struct bridge_vlan_info`.
fn info(attribute: Attribute<'_>) -> Result<(u16, Vid), DecodeError> {
    let (flags, vid) = attribute.value.split_at_checked(2).unwrap_or_default();
    let vid = Vid::new(parse_u16(vid)?).map_err(|error| DecodeError::from(error.to_string()))?;
    Ok((parse_u16(flags)?, vid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_core::Emitable;
    use network::Change;
    use proptest::prelude::*;

    use crate::encode::{Links, encode};

    fn entry(range: &str, untagged: bool, pvid: bool) -> VlanEntry {
        VlanEntry { range: range.parse().unwrap(), untagged, pvid }
    }

    #[test]
    fn what_is_sent_reads_back() {
        let mut wanted = PortVlans::default();
        for one in [entry("1", true, true), entry("2-99", false, false), entry("100", true, false)] {
            wanted.add(one);
        }
        let change = Change::AddVlans { link: "eth0".parse().unwrap(), itself: false, vlans: wanted.entries() };
        let request = encode(&change, &Links(&|_| Ok(5))).unwrap().remove(0);
        let mut bytes = vec![0; request.payload_length()];
        request.payload_bytes(&mut bytes);
        assert_eq!(vlans(&bytes).unwrap(), (5, wanted));
    }

    trait Payload {
        fn payload_length(&self) -> usize;
        fn payload_bytes(&self, into: &mut [u8]);
    }

    impl Payload for crate::encode::Request {
        fn payload_length(&self) -> usize {
            self.buffer_len() - 16
        }
        fn payload_bytes(&self, into: &mut [u8]) {
            let mut message = self.clone();
            message.finalize();
            let mut bytes = vec![0; Emitable::buffer_len(&message)];
            message.serialize(&mut bytes);
            into.copy_from_slice(&bytes[16..]);
        }
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = vlans(&bytes);
        }
    }
}
