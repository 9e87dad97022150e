//! Frames of all sorts, the same in each run.

use chance::Chance;
use network::VlanProtocol::{self, Dot1Ad, Dot1Q};

/// A frame, and what is to be known of it.
#[derive(Clone)]
pub(super) struct Flow {
    /// From the Ethernet header on; the last eight bytes are the mark and the number, by which it is known again.
    pub(super) bytes: Vec<u8>,
    /// The tag that comes first in the bytes.
    pub(super) tag: Option<(VlanProtocol, u16)>,
    kind: &'static str,
}

impl std::fmt::Debug for Flow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:02x?}", self.kind, self.bytes)
    }
}

/// What no other frame ends with.
const MARK: [u8; 4] = [0xb0, 0x11, 0x1e, 0x5a];

impl Flow {
    /// The bytes as they are once the first tag was taken out.
    pub(super) fn without_tag(&self) -> Vec<u8> {
        [&self.bytes[..12], &self.bytes[16..]].concat()
    }
}

/// Which flow a frame is; `None`: somebody else's.
pub(super) fn number(frame: &[u8]) -> Option<usize> {
    let (rest, number) = frame.split_last_chunk::<4>()?;
    rest.ends_with(&MARK).then(|| u32::from_be_bytes(*number) as usize)
}

/// That many flows. `bridged`: only such as a bridge passes on (no group addresses).
pub(super) fn crafted(count: u32, bridged: bool) -> Vec<Flow> {
    let mut chance = Chance::new(1);
    (0..count).map(|number| flow(&mut chance, number, bridged)).collect()
}

fn flow(chance: &mut Chance, number: u32, bridged: bool) -> Flow {
    let mut macs = chance.bytes(12);
    // No group address as a source, and none of the switch's own as a destination.
    macs[6] = macs[6] & 0xfc | 2;
    macs[0] = if bridged || chance.below(4) > 0 { macs[0] & 0xfc | 2 } else { 0x33 };
    let (kind, ethertype, mut payload) = network(chance);
    // Some are cut off anywhere.
    if chance.below(20) == 0 {
        payload.truncate(usize::try_from(chance.below(payload.len() as u64 + 1)).expect("it is short"));
    }
    let (mut bytes, mut tag) = (macs, None);
    let tags = match chance.below(8) {
        0 | 1 => 1,
        2 => 2,
        _ => 0,
    };
    for n in 0..tags {
        let tci = u16::from_be_bytes([chance.bytes(1)[0], chance.bytes(1)[0]]);
        let protocol = if n + 1 < tags || chance.below(8) == 0 { Dot1Ad } else { Dot1Q };
        bytes.extend([protocol.ethertype().to_be_bytes(), tci.to_be_bytes()].concat());
        tag = tag.or(Some((protocol, tci)));
    }
    bytes.extend(ethertype.to_be_bytes());
    bytes.extend(payload);
    bytes.extend(MARK);
    bytes.extend(number.to_be_bytes());
    Flow { bytes, tag, kind }
}

/// A packet with its ethertype.
fn network(chance: &mut Chance) -> (&'static str, u16, Vec<u8>) {
    match chance.below(16) {
        0..=5 => {
            let (kind, packet) = ipv4(chance, 0);
            (kind, 0x0800, packet)
        }
        6..=10 => {
            let (kind, packet) = ipv6(chance, 0);
            (kind, 0x86dd, packet)
        }
        11 => ("ARP", 0x0806, [&[0, 1, 8, 0, 6, 4, 0, 1][..], &chance.bytes(20)].concat()),
        12 => {
            let (_, inner) = ipv4(chance, 1);
            ("PPPoE", 0x8864, [&[0x11, 0, 0, 9, 0, 60, 0, 0x21][..], &inner].concat())
        }
        13 => ("MPLS", 0x8847, chance.bytes(40)),
        14 => {
            let (_, inner) = ipv6(chance, 1);
            ("HSR", 0x892f, [&chance.bytes(4)[..], &[0x86, 0xdd], &inner].concat())
        }
        _ => ("unknown", 0x1234, chance.bytes(40)),
    }
}

fn ipv4(chance: &mut Chance, depth: u8) -> (&'static str, Vec<u8>) {
    let (kind, protocol, payload) = transport(chance, depth, false);
    let mut header = chance.bytes(20);
    let options = if chance.below(8) == 0 { 4 } else { 0 };
    header[0] = 0x45 + u8::try_from(options / 4).expect("it is 1");
    let fragment: u16 = match chance.below(8) {
        0 => 0x2000,
        1 => 0x2005,
        2 => 0x0009,
        3 => 0,
        _ => 0x4000,
    };
    header[6..8].copy_from_slice(&fragment.to_be_bytes());
    header[9] = protocol;
    // Neighbours, as in real life: the addresses differ in few bits.
    header[12..15].copy_from_slice(&[10, 0, 0]);
    header[16..19].copy_from_slice(&[10, 0, 0]);
    (kind, [header, chance.bytes(options), payload].concat())
}

fn ipv6(chance: &mut Chance, depth: u8) -> (&'static str, Vec<u8>) {
    let (kind, mut protocol, mut payload) = transport(chance, depth, true);
    match chance.below(8) {
        // Options, routing, a fragment.
        0 => {
            payload = [&[protocol, 1][..], &chance.bytes(14), &payload].concat();
            protocol = [0, 43, 60][usize::try_from(chance.below(3)).expect("it is small")];
        }
        1 => {
            payload = [&[protocol, 0][..], &chance.bytes(6), &payload].concat();
            protocol = 44;
        }
        _ => {}
    }
    let mut header = chance.bytes(40);
    header[0] = 0x60;
    header[6] = protocol;
    (kind, [header, payload].concat())
}

/// What is in an IP packet. A tunnel carries no tunnel.
fn transport(chance: &mut Chance, depth: u8, v6: bool) -> (&'static str, u8, Vec<u8>) {
    let kinds = if depth == 0 { 18 } else { 10 };
    match chance.below(kinds) {
        0..=2 => ("TCP", 6, chance.bytes(20)),
        3..=5 => ("UDP", 17, chance.bytes(8)),
        6 => ("ESP", 50, chance.bytes(16)),
        7 => ("AH", 51, chance.bytes(16)),
        8 => (
            "SCTP, DCCP or UDP-Lite",
            [132, 33, 136][usize::try_from(chance.below(3)).expect("it is small")],
            chance.bytes(16),
        ),
        9 => ("IGMP", 2, chance.bytes(8)),
        10..=12 => {
            let kinds: &[u8] = if v6 { &[128, 129, 130, 135] } else { &[0, 8, 13, 14, 17] };
            let kind = kinds[usize::try_from(chance.below(kinds.len() as u64)).expect("it is small")];
            let id = if chance.below(4) == 0 { vec![0, 0] } else { chance.bytes(2) };
            ("ICMP", if v6 { 58 } else { 1 }, [&[kind, 0, 1, 2][..], &id, &chance.bytes(10)].concat())
        }
        13 => {
            let kinds: &[u8] = if v6 { &[1, 2, 3, 4] } else { &[3, 4, 5, 11, 12] };
            let kind = kinds[usize::try_from(chance.below(kinds.len() as u64)).expect("it is small")];
            let (_, about) = if v6 { ipv6(chance, 1) } else { ipv4(chance, 1) };
            ("ICMP error", if v6 { 58 } else { 1 }, [&[kind, 1, 0, 0, 0, 0, 0, 0][..], &about].concat())
        }
        14 => ("IPv4 in IP", 4, ipv4(chance, 1).1),
        15 => ("IPv6 in IP", 41, ipv6(chance, 1).1),
        16 => ("GRE", 47, gre(chance)),
        _ => {
            let header = [&chance.bytes(12)[..], &[8, 0]].concat();
            ("Ethernet in GRE", 47, [&[0, 0, 0x65, 0x58][..], &header, &ipv4(chance, 1).1].concat())
        }
    }
}

fn gre(chance: &mut Chance) -> Vec<u8> {
    let flags = [0x0000_u16, 0x8000, 0x2000, 0xb000, 0x4000, 0x0003][usize::try_from(chance.below(6)).expect("small")];
    let mut optional = 0;
    for bit in [0x8000, 0x2000, 0x1000] {
        optional += if flags & bit != 0 { 4 } else { 0 };
    }
    [&flags.to_be_bytes()[..], &[8, 0], &chance.bytes(optional), &ipv4(chance, 1).1].concat()
}
