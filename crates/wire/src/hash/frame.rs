//! A frame as the driver sees it.

use network::VlanProtocol;

use crate::ethernet::HEADER_LEN;

/// 802.1Q and 802.1ad tags.
pub(super) const TAGS: [u16; 2] = [VlanProtocol::Dot1Q.ethertype(), VlanProtocol::Dot1Ad.ethertype()];
/// How many bytes a tag has.
pub(super) const TAG_LEN: usize = 4;
/// MPLS, unicast and multicast.
const MPLS: [u16; 2] = [0x8847, 0x8848];
/// How deep the kernel looks for tags (`VLAN_MAX_DEPTH`).
const MAX_TAGS: usize = 8;

/// A frame that is handed to the bond to be sent. Bytes that it does not have are not there: nothing panics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    bytes: &'a [u8],
    tag: Option<u16>,
    /// The ethertype of a tag that was written before the bytes' own.
    written: Option<u16>,
    network: usize,
}

impl<'a> Frame<'a> {
    /// A frame from its Ethernet header on, as a bridge or the host itself hands it over: what follows the header is the
    /// network header, or a second tag.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, tag: None, written: None, network: HEADER_LEN }
    }

    /// The same with a VLAN tag, PCP and DEI included, beside the bytes: as a VLAN device or a bridge puts it (an
    /// accelerated tag). A frame that comes in with a tag has it there too.
    ///
    /// A bond takes no such tag of MPLS (`mpls_features`), and the kernel writes it into the bytes beforehand.
    #[must_use]
    pub fn tagged(bytes: &'a [u8], protocol: VlanProtocol, tag: u16) -> Self {
        let frame = Self::new(bytes);
        // Behind a tag that was written, the network header is where it was, by the bytes after it.
        match frame.inside_tags() {
            Some((ethertype, _)) if MPLS.contains(&ethertype) => Self { written: Some(protocol.ethertype()), ..frame },
            _ => Self { tag: Some(tag), ..frame },
        }
    }

    /// As a packet socket of all protocols hands it over: tags that are in the bytes stay there, and the network header is
    /// taken to come after them (`packet_parse_headers`).
    #[must_use]
    pub fn from_packet_socket(bytes: &'a [u8]) -> Self {
        let frame = Self::new(bytes);
        // A frame that ends within its tags is left as it is.
        let network = frame.inside_tags().map_or(HEADER_LEN, |(_, at)| at);
        Self { network, ..frame }
    }

    /// The ethertype behind the tags in the bytes, and where what it is about starts.
    fn inside_tags(&self) -> Option<(u16, usize)> {
        let (mut ethertype, mut at) = (self.ethertype()?, HEADER_LEN);
        for _ in 0..MAX_TAGS {
            if !TAGS.contains(&ethertype) {
                break;
            }
            ethertype = self.u16(at + 2)?;
            at += TAG_LEN;
        }
        (!TAGS.contains(&ethertype)).then_some((ethertype, at))
    }

    /// The tag beside the bytes.
    #[must_use]
    pub fn tag(&self) -> Option<u16> {
        self.tag
    }

    /// The ethertype in the header, which a tag in the bytes takes the place of.
    #[must_use]
    pub fn ethertype(&self) -> Option<u16> {
        self.written.or_else(|| self.u16(12))
    }

    /// Where the network header is.
    pub(super) fn network(&self) -> usize {
        self.network
    }

    /// That many bytes from there, if they are all there.
    pub(super) fn get<const N: usize>(&self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..)?.first_chunk::<N>().copied()
    }

    /// How many bytes there are from there on.
    pub(super) fn rest(&self, at: usize) -> usize {
        self.bytes.len().saturating_sub(at)
    }

    pub(super) fn u8(&self, at: usize) -> Option<u8> {
        self.get(at).map(|[byte]| byte)
    }

    pub(super) fn u16(&self, at: usize) -> Option<u16> {
        self.get(at).map(u16::from_be_bytes)
    }

    /// Four bytes as the machine reads them.
    pub(super) fn raw(&self, at: usize) -> Option<u32> {
        self.get(at).map(u32::from_le_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_sockets_network_header_comes_after_the_tags() {
        let mut bytes = [0; 40];
        (bytes[12], bytes[13]) = (0x81, 0);
        (bytes[16], bytes[17]) = (0x88, 0xa8);
        (bytes[20], bytes[21]) = (0x08, 0);
        assert_eq!(Frame::from_packet_socket(&bytes).network(), 22);
        assert_eq!(Frame::new(&bytes).network(), 14);
        assert_eq!(Frame::from_packet_socket(&bytes[..21]).network(), 14);
        assert_eq!(Frame::from_packet_socket(&[]).network(), 14);
    }
}
