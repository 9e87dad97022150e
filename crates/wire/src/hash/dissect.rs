//! Addresses and ports for the policies that look into tunnels: the kernel's flow dissector (`__skb_flow_dissect`) with the
//! keys that the driver asks for.
//!
//! What is looked into: tags, PPPoE, IP in IP, GRE (Ethernet and PPTP in it too), IPv6's extension headers, B.A.T.M.A.N.,
//! HSR and PRP. What it knows and finds no address in (ARP, MPLS, FCoE, PTP) counts as a packet without any; what it does
//! not know is none.

use super::Frame;
use super::frame::{TAG_LEN, TAGS};
use super::keys::{ICMP, ICMPV6, Icmp, Keys, is_fragment, ports};

/// How many headers it goes through at most (`MAX_FLOW_DISSECT_HDRS`).
const MAX_HEADERS: u32 = 15;

const IPV4: u16 = 0x0800;
const IPV6: u16 = 0x86dd;
const MPLS: u16 = 0x8847;
/// Ethernet in GRE.
const ETHERNET: u16 = 0x6558;
/// PPP in GRE.
const PPTP: u16 = 0x880b;

/// What is next.
enum Next {
    /// Another header by ethertype.
    Protocol,
    /// Another header by IP protocol.
    IpProtocol,
    /// What is behind an IP header.
    Inside,
    /// Nothing: that was all.
    Done,
    /// It is none of what is known, or cut off.
    Bad,
}

/// How far it has come.
struct Walk<'a, 'b> {
    frame: &'a Frame<'b>,
    keys: Keys,
    /// The ethertype of what is at `at`.
    protocol: u16,
    at: usize,
    ip_protocol: u8,
    fragment: bool,
    /// The accelerated tag was passed.
    tag_passed: bool,
    headers: u32,
}

/// What counts; `None`: the frame is not known, or cut off.
pub(super) fn keys(frame: &Frame<'_>) -> Option<Keys> {
    let mut walk = Walk {
        frame,
        keys: Keys::default(),
        protocol: frame.ethertype()?,
        at: frame.network(),
        ip_protocol: 0,
        fragment: false,
        tag_passed: false,
        headers: 0,
    };
    let mut next = walk.network();
    loop {
        next = match next {
            Next::Done => return Some(walk.keys),
            Next::Bad => return None,
            Next::Inside => walk.transport(),
            Next::Protocol | Next::IpProtocol if !walk.may_go_on() => return Some(walk.keys),
            Next::Protocol => walk.network(),
            Next::IpProtocol => walk.transport(),
        };
    }
}

impl Walk<'_, '_> {
    fn may_go_on(&mut self) -> bool {
        self.headers += 1;
        self.headers <= MAX_HEADERS
    }

    /// A header by ethertype.
    fn network(&mut self) -> Next {
        match self.protocol {
            IPV4 => self.ipv4(),
            IPV6 => self.ipv6(),
            tag if TAGS.contains(&tag) => self.tag(),
            0x8864 => self.pppoe(),
            0x88ca => self.tipc(),
            // ARP, RARP, MPLS
            0x0806 | 0x8035 | MPLS | 0x8848 => Next::Done,
            // FCoE, PTP: their headers must be whole
            0x8906 => self.whole(38),
            0x88f7 => self.whole(34),
            0x4305 => self.batman(),
            // PRP, HSR
            0x88fb | 0x892f => self.go_on(self.frame.get(self.at).map(|[_, _, _, _, a, b]| [a, b]), 6),
            _ => Next::Bad,
        }
    }

    fn whole(&self, length: usize) -> Next {
        if self.frame.rest(self.at) < length { Next::Bad } else { Next::Done }
    }

    /// Goes over a header that says what comes after it.
    fn go_on(&mut self, protocol: Option<[u8; 2]>, length: usize) -> Next {
        let Some(protocol) = protocol else { return Next::Bad };
        self.protocol = u16::from_be_bytes(protocol);
        self.at += length;
        Next::Protocol
    }

    fn ipv4(&mut self) -> Next {
        let Some(header) = self.frame.get::<20>(self.at).filter(|header| header[0] & 0x0f >= 5) else {
            return Next::Bad;
        };
        self.at += usize::from(header[0] & 0x0f) * 4;
        self.ip_protocol = header[9];
        self.keys.take_ipv4(&header);
        if is_fragment(&header) {
            self.fragment = true;
            return Next::Done;
        }
        Next::Inside
    }

    fn ipv6(&mut self) -> Next {
        let Some(header) = self.frame.get::<40>(self.at) else { return Next::Bad };
        self.at += header.len();
        self.ip_protocol = header[6];
        self.keys.take_ipv6(&header);
        Next::Inside
    }

    /// A tag. One that is beside the bytes is passed first, and then what is in them is looked at again.
    fn tag(&mut self) -> Next {
        if self.frame.tag().is_some() && !self.tag_passed {
            self.tag_passed = true;
            self.protocol = self.frame.ethertype().unwrap_or(self.protocol);
            return Next::Protocol;
        }
        self.tag_passed = true;
        self.go_on(self.frame.get(self.at).map(|[_, _, a, b]| [a, b]), TAG_LEN)
    }

    fn pppoe(&mut self) -> Next {
        let Some([0x11, 0, _, _, _, _, a, b]) = self.frame.get(self.at) else { return Next::Bad };
        self.at += 8;
        let ppp = u16::from_be_bytes([a, b]);
        self.protocol = match ppp {
            0x0021 => IPV4,
            0x0057 => IPV6,
            0x0281 | 0x0283 => MPLS,
            // A protocol of PPP is odd, and its first byte even.
            _ => return if ppp & 0x0101 == 1 { Next::Done } else { Next::Bad },
        };
        Next::Protocol
    }

    /// The source node counts, but for keepalives, which go by chance.
    fn tipc(&mut self) -> Next {
        if self.frame.rest(self.at) < 16 {
            return Next::Bad;
        }
        (self.keys.source, self.keys.destination) = (self.frame.raw(self.at + 12).unwrap_or(0), 0);
        Next::Done
    }

    fn batman(&mut self) -> Next {
        // Version 15, unicast: a header of 10 bytes and an Ethernet header.
        let Some(header) = self.frame.get::<24>(self.at).filter(|header| header[0] == 0x40 && header[1] == 15) else {
            return Next::Bad;
        };
        self.go_on(Some([header[22], header[23]]), header.len())
    }

    /// A header by IP protocol.
    fn transport(&mut self) -> Next {
        let next = match self.ip_protocol {
            47 => self.gre(),
            0 | 43 | 60 if self.protocol == IPV6 => self.extension(),
            44 if self.protocol == IPV6 => self.fragment_header(),
            4 => self.inside(IPV4),
            41 => self.inside(IPV6),
            137 => self.inside(MPLS),
            ICMP | ICMPV6 => {
                if let Some(icmp) = Icmp::read(self.frame, self.at) {
                    self.keys.icmp = icmp;
                }
                Next::Done
            }
            _ => Next::Done,
        };
        if !self.fragment {
            self.keys.ports = ports(self.frame, self.at, self.ip_protocol);
        }
        next
    }

    fn inside(&mut self, protocol: u16) -> Next {
        self.protocol = protocol;
        Next::Protocol
    }

    fn extension(&mut self) -> Next {
        let Some([next, length]) = self.frame.get(self.at) else { return Next::Bad };
        self.ip_protocol = next;
        self.at += (usize::from(length) + 1) << 3;
        Next::IpProtocol
    }

    fn fragment_header(&mut self) -> Next {
        let Some([next, _, _, _, _, _, _, _]) = self.frame.get(self.at) else { return Next::Bad };
        self.fragment = true;
        self.ip_protocol = next;
        self.at += 8;
        Next::Done
    }

    fn gre(&mut self) -> Next {
        const CHECKSUM: u16 = 0x8000;
        const ROUTING: u16 = 0x4000;
        const KEY: u16 = 0x2000;
        const SEQUENCE: u16 = 0x1000;
        const ACKNOWLEDGE: u16 = 0x0080;
        let (frame, at) = (self.frame, self.at);
        let (Some(flags), Some(protocol)) = (frame.u16(at), frame.u16(at + 2)) else { return Next::Bad };
        let version = flags & 7;
        if flags & ROUTING != 0 || version > 1 {
            return Next::Done;
        }
        self.protocol = protocol;
        if version == 1 && (protocol != PPTP || flags & KEY == 0) {
            return Next::Done;
        }
        let mut length = 4;
        length += if flags & CHECKSUM != 0 { 4 } else { 0 };
        if flags & KEY != 0 {
            if frame.raw(at + length).is_none() {
                return Next::Bad;
            }
            length += 4;
        }
        length += if flags & SEQUENCE != 0 { 4 } else { 0 };
        if version == 1 {
            length += if flags & ACKNOWLEDGE != 0 { 4 } else { 0 };
            match frame.get(at + length) {
                Some([_, _, 0, 0x21]) => self.protocol = IPV4,
                Some([_, _, 0, 0x57]) => self.protocol = IPV6,
                Some(_) => {}
                None => return Next::Bad,
            }
            length += 4;
        } else if protocol == ETHERNET {
            let Some(header) = frame.get::<14>(at + length) else { return Next::Bad };
            self.protocol = u16::from_be_bytes([header[12], header[13]]);
            length += header.len();
        }
        self.at += length;
        Next::Protocol
    }
}
