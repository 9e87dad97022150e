//! Addresses and ports for the policies that look into no tunnel (`bond_flow_dissect`, `bond_flow_ip`).
//!
//! Only IPv4 and IPv6 by the header's ethertype; of IPv6 only the next header. An ICMP error counts as the packet that it
//! is about.

use super::Frame;
use super::keys::{ICMP, ICMPV6, Icmp, Keys, is_fragment, ports};

/// How many bytes an ICMP header has.
const ICMP_LEN: usize = 8;

/// What counts; `None`: it is no IP packet, or not all of its header is there.
pub(super) fn keys(frame: &Frame<'_>, with_ports: bool) -> Option<Keys> {
    let mut keys = Keys::default();
    let mut walk = Walk { at: frame.network(), protocol: None, with_ports };
    walk.ip(frame, &mut keys)?;
    let Some(protocol @ (ICMP | ICMPV6)) = walk.protocol else { return Some(keys) };
    if let Some(icmp) = Icmp::read(frame, walk.at) {
        keys.icmp = icmp;
    }
    let is_error = match protocol {
        ICMP => matches!(keys.icmp.kind, 3 | 4 | 5 | 11 | 12),
        _ => matches!(keys.icmp.kind, 1..=4),
    };
    if is_error {
        walk.at += ICMP_LEN;
        walk.ip(frame, &mut keys)?;
    }
    Some(keys)
}

/// How far it has come.
struct Walk {
    at: usize,
    protocol: Option<u8>,
    with_ports: bool,
}

impl Walk {
    /// Takes an IP header. The packet in an ICMP error is of the family of the error.
    fn ip(&mut self, frame: &Frame<'_>, keys: &mut Keys) -> Option<()> {
        match frame.ethertype()? {
            0x0800 => {
                let header: [u8; 20] = frame.get(self.at)?;
                keys.take_ipv4(&header);
                self.at += usize::from(header[0] & 0x0f) * 4;
                if !is_fragment(&header) {
                    self.protocol = Some(header[9]);
                }
            }
            0x86dd => {
                let header: [u8; 40] = frame.get(self.at)?;
                keys.take_ipv6(&header);
                self.at += header.len();
                self.protocol = Some(header[6]);
            }
            _ => return None,
        }
        if let Some(protocol) = self.protocol.filter(|_| self.with_ports) {
            keys.ports = ports(frame, self.at, protocol);
        }
        Some(())
    }
}
