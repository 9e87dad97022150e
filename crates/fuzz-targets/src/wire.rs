//! Any bytes as a frame: read, written again as they were read, and hashed.

use network::VlanProtocol;
use wire::ethernet::Header;
use wire::hash::{Frame, Policy, hash, slave};
use wire::lacp::{Checks, Lacpdu};
use wire::lldp::Lldpdu;
use wire::marker::Marker;
use wire::slow::{self, PDU_LEN};

/// Any bytes as a frame.
///
/// # Panics
/// When what was read is not written as it was, or a strict receiver takes what a lenient one does not.
pub fn wire(bytes: &[u8]) {
    if let Ok((header, payload)) = Header::parse(bytes) {
        assert_eq!([&header.emit()[..], payload].concat(), bytes);
    }
    // As the payload too, so that a header need not be guessed.
    for payload in [Some(bytes), slow::payload(bytes)].into_iter().flatten() {
        let (lenient, strict) = (Lacpdu::parse(payload, Checks::Linux), Lacpdu::parse(payload, Checks::Strict));
        if let Ok(pdu) = strict {
            assert_eq!(lenient, Ok(pdu));
        }
        if let Ok(pdu) = lenient {
            assert_eq!(Lacpdu::parse(&pdu.emit(), Checks::Strict), Ok(pdu));
        }
        if let Ok(pdu) = Lldpdu::parse(payload) {
            assert_eq!(Lldpdu::parse(&pdu.emit()), Ok(pdu));
        }
        if let Ok(marker) = Marker::parse(payload) {
            assert_eq!(marker.emit()[..], payload[..PDU_LEN]);
            assert_eq!(marker.response().transaction(), marker.transaction());
        }
    }
    let tag = bytes.first_chunk().map_or(0, |first| u16::from_be_bytes(*first));
    for policy in Policy::ALL {
        for frame in [
            Frame::new(bytes),
            Frame::from_packet_socket(bytes),
            Frame::tagged(bytes, VlanProtocol::Dot1Q, tag),
            Frame::tagged(bytes, VlanProtocol::Dot1Ad, tag),
        ] {
            assert!(slave(hash(policy, &frame), 3).is_some_and(|slave| slave < 3));
        }
    }
}
