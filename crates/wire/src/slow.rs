//! The slow protocols (IEEE 802.3, 57A): LACP and the marker protocol share a group address and an ethertype, and differ by
//! the first byte after the header.

use network::Mac;

use crate::ethernet::{HEADER_LEN, Header};

/// Where all slow protocols are sent to.
pub const GROUP: Mac = Mac([0x01, 0x80, 0xc2, 0x00, 0x00, 0x02]);
/// Their ethertype.
pub const ETHERTYPE: u16 = 0x8809;
/// How many bytes an LACPDU or a marker PDU has after the header.
pub const PDU_LEN: usize = 110;
/// How many bytes such a frame has, without the check sequence.
pub const FRAME_LEN: usize = HEADER_LEN + PDU_LEN;

/// Which slow protocol a frame is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subtype {
    /// 1: LACP.
    Lacp,
    /// 2: the marker protocol.
    Marker,
    /// Another: 3 is link OAM, 10 the organisation-specific ones.
    Other(u8),
}

impl Subtype {
    /// By the first byte after the header; `None` where there is none.
    #[must_use]
    pub fn of(payload: &[u8]) -> Option<Self> {
        Some(match payload.first()? {
            1 => Self::Lacp,
            2 => Self::Marker,
            other => Self::Other(*other),
        })
    }
}

/// A slow protocols' frame around what [`crate::lacp`] or [`crate::marker`] emits.
#[must_use]
pub fn frame(source: Mac, pdu: &[u8; PDU_LEN]) -> [u8; FRAME_LEN] {
    let header = Header { destination: GROUP, source, ethertype: ETHERTYPE };
    let mut out = [0; FRAME_LEN];
    out[..HEADER_LEN].copy_from_slice(&header.emit());
    out[HEADER_LEN..].copy_from_slice(pdu);
    out
}

/// What follows the header of a slow protocols' frame; `None` where it is no such frame.
#[must_use]
pub fn payload(frame: &[u8]) -> Option<&[u8]> {
    let (header, payload) = Header::parse(frame).ok()?;
    (header.destination == GROUP && header.ethertype == ETHERTYPE).then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_known_by_its_header() {
        let made = frame(Mac([2, 0, 0, 0, 0, 1]), &[1; PDU_LEN]);
        assert_eq!(payload(&made), Some(&[1; PDU_LEN][..]));
        assert_eq!(Subtype::of(&[1; PDU_LEN]), Some(Subtype::Lacp));
        assert_eq!(Subtype::of(&[2]), Some(Subtype::Marker));
        assert_eq!(Subtype::of(&[10]), Some(Subtype::Other(10)));
        assert_eq!(Subtype::of(&[]), None);
        for byte in [0, 12] {
            let mut other = made;
            other[byte] ^= 0x40;
            assert_eq!(payload(&other), None, "byte {byte}");
        }
        assert_eq!(payload(&made[..13]), None);
    }
}
