//! What of a frame counts (`struct flow_keys`), and the pieces that both ways of finding it share.

use super::Frame;

/// The transport protocols, and where behind their header's start four bytes tell flows apart (`proto_ports_offset`): ports,
/// or the index of an IPsec association.
const PORTS: [(u8, usize); 7] = [
    (6, 0),   // TCP
    (17, 0),  // UDP
    (33, 0),  // DCCP
    (50, 0),  // ESP
    (51, 4),  // AH
    (132, 0), // SCTP
    (136, 0), // UDP-Lite
];

pub(super) const ICMP: u8 = 1;
pub(super) const ICMPV6: u8 = 58;

/// What of a frame counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Keys {
    /// The source address, folded to 32 bits as the machine reads them.
    pub(super) source: u32,
    /// The destination address, the same way.
    pub(super) destination: u32,
    /// The four bytes of the ports; 0: none.
    pub(super) ports: u32,
    /// ICMP's type, code and identifier.
    pub(super) icmp: Icmp,
}

/// ICMP's part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Icmp {
    pub(super) kind: u8,
    code: u8,
    /// 0: it has none.
    id: u16,
}

impl Icmp {
    /// Reads it there; nothing where the header is not whole (`skb_flow_get_icmp_tci`).
    pub(super) fn read(frame: &Frame<'_>, at: usize) -> Option<Self> {
        let [kind, code, _, _, a, b, _, _] = frame.get(at)?;
        // Echo, timestamp, and ICMPv6's echo: the kernel does not ask which ICMP it is.
        let has_id = matches!(kind, 0 | 8 | 13 | 14 | 128 | 129);
        let id = if has_id { u16::from_be_bytes([a, b]).max(1) } else { 0 };
        Some(Self { kind, code, id })
    }
}

impl Keys {
    /// The four bytes that tell flows between two addresses apart.
    pub(super) fn layer4(&self) -> u32 {
        if self.icmp.id == 0 {
            return self.ports;
        }
        let [a, b] = self.icmp.id.to_le_bytes();
        u32::from_le_bytes([self.icmp.kind, self.icmp.code, a, b])
    }

    /// Takes the addresses of an IPv4 header.
    pub(super) fn take_ipv4(&mut self, header: &[u8; 20]) {
        let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        (self.source, self.destination) = (word(12), word(16));
    }

    /// Takes the addresses of an IPv6 header (`ipv6_addr_hash`).
    pub(super) fn take_ipv6(&mut self, header: &[u8; 40]) {
        let fold = |from: usize| {
            header[from..from + 16]
                .chunks_exact(4)
                .fold(0, |sum, word| sum ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        };
        (self.source, self.destination) = (fold(8), fold(24));
    }
}

/// The ports of that protocol, whose header starts there; 0 where it has none or is cut off (`__skb_flow_get_ports`).
pub(super) fn ports(frame: &Frame<'_>, at: usize, protocol: u8) -> u32 {
    let offset = PORTS.iter().find(|(number, _)| *number == protocol).map(|(_, offset)| offset);
    offset.and_then(|offset| frame.raw(at + offset)).unwrap_or(0)
}

/// Whether an IPv4 header is that of a fragment, the first included.
pub(super) fn is_fragment(header: &[u8; 20]) -> bool {
    u16::from_be_bytes([header[6], header[7]]) & 0x3fff != 0
}
