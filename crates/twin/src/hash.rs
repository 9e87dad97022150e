//! The transmit hash of a frame: its bytes, as far as [`wire::hash`] looks into them.

use std::net::IpAddr;

use network::VlanProtocol;
use wire::ethernet::{HEADER_LEN, Header};
use wire::hash::{self, Policy};

use crate::frame::{Data, Frame, Payload};

/// UDP's number.
const UDP: u8 = 17;

/// The hash by `xmit_hash_policy`'s number; one that the driver does not have counts as layer2.
#[must_use]
pub fn transmit(policy: i64, frame: &Frame) -> u32 {
    let bytes = bytes(frame);
    let policy = Policy::from_number(policy).unwrap_or(Policy::Layer2);
    let seen = match frame.tag {
        Some(vid) => hash::Frame::tagged(&bytes, VlanProtocol::Dot1Q, vid.get()),
        None => hash::Frame::new(&bytes),
    };
    hash::hash(policy, &seen)
}

fn bytes(frame: &Frame) -> Vec<u8> {
    let header = Header { destination: frame.destination, source: frame.source, ethertype: frame.ethertype() };
    let mut out = Vec::with_capacity(HEADER_LEN + 48);
    out.extend(header.emit());
    if let Payload::Data(data) = &frame.payload {
        network_header(&mut out, data);
        out.extend(data.source_port.to_be_bytes());
        out.extend(data.destination_port.to_be_bytes());
        // UDP's length and no checksum.
        out.extend([0, 8, 0, 0]);
    }
    out
}

fn network_header(out: &mut Vec<u8>, data: &Data) {
    match (data.source, data.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            // Version and length, then UDP after a time to live of 64; what the hash does not look at is 0.
            out.extend([0x45, 0, 0, 28, 0, 0, 0, 0, 64, UDP, 0, 0]);
            out.extend(source.octets());
            out.extend(destination.octets());
        }
        (source, destination) => {
            out.extend([0x60, 0, 0, 0, 0, 8, UDP, 64]);
            for address in [source, destination] {
                let address = match address {
                    IpAddr::V4(address) => address.to_ipv6_mapped(),
                    IpAddr::V6(address) => address,
                };
                out.extend(address.octets());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Way;
    use network::Mac;

    /// The worked values of the driver's documentation in this project.
    #[test]
    fn agrees_with_the_worked_values() {
        let mut frame = Frame {
            destination: Mac([0x00, 0x11, 0x22, 0x33, 0x44, 0x55]),
            source: Mac([0xbc, 0x24, 0x11, 0xaa, 0xbb, 0xcc]),
            tag: None,
            payload: Payload::Data(Data {
                flow: 0,
                way: Way::Out,
                source: "10.0.0.5".parse().unwrap(),
                destination: "10.0.0.9".parse().unwrap(),
                source_port: 51234,
                destination_port: 443,
            }),
        };
        assert_eq!(transmit(0, &frame), 2201);
        assert_eq!(transmit(2, &frame), 202_114_205);
        assert_eq!(transmit(1, &frame), 1_541_098_030);
        frame.tag = Some(network::Vid::new(100).unwrap());
        assert_eq!(transmit(5, &frame), 1_482_681);
    }
}
