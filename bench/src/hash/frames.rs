//! The frames that are hashed: many flows of a sort, so that no two in a row are the same.

/// A sort of frame.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// What people call it.
    pub name: &'static str,
    ethertype: u16,
    /// The network header and what follows it; the flow's number goes where the ports are.
    packet: fn(u32) -> Vec<u8>,
}

/// All sorts.
pub const SORTS: [Sort; 3] = [
    Sort { name: "IPv4, TCP", ethertype: 0x0800, packet: ipv4 },
    Sort { name: "IPv6, TCP", ethertype: 0x86dd, packet: ipv6 },
    Sort { name: "IPv4 in GRE", ethertype: 0x0800, packet: gre },
];

impl Sort {
    /// That many frames of it, each of another flow.
    #[must_use]
    pub fn frames(&self, count: u32) -> Vec<Vec<u8>> {
        let macs = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
        let frame = |flow| [&macs[..], &self.ethertype.to_be_bytes(), &(self.packet)(flow)].concat();
        (0..count).map(frame).collect()
    }
}

fn tcp(flow: u32) -> Vec<u8> {
    [&flow.to_be_bytes()[..], &[0; 16]].concat()
}

fn ipv4(flow: u32) -> Vec<u8> {
    header(6, &tcp(flow))
}

fn gre(flow: u32) -> Vec<u8> {
    header(47, &[&[0, 0, 8, 0][..], &ipv4(flow)].concat())
}

fn header(protocol: u8, payload: &[u8]) -> Vec<u8> {
    let header = [0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 5, 10, 0, 0, 9];
    [&header[..], payload].concat()
}

fn ipv6(flow: u32) -> Vec<u8> {
    [&[0x60, 0, 0, 0, 0, 20, 6, 64][..], &[0x20; 16], &[0xfd; 16], &tcp(flow)].concat()
}

#[cfg(test)]
mod tests {
    use wire::hash::{Frame, Policy, hash};

    use super::*;

    #[test]
    fn the_sorts_are_what_they_say() {
        let [four, six, tunnel] = SORTS.map(|sort| sort.frames(2));
        let of = |policy, frame: &[u8]| hash(policy, &Frame::new(frame));
        for frames in [&four, &six] {
            assert_ne!(of(Policy::Layer34, &frames[0]), of(Policy::Layer34, &frames[1]), "ports count");
        }
        assert_eq!(of(Policy::Encap34, &tunnel[1]), of(Policy::Layer34, &four[1]));
    }
}
