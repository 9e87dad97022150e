//! The transmit hash of a frame (`bond_xmit_hash`; little-endian hosts, 6.1 and later).

use std::net::IpAddr;

use crate::frame::{Frame, Payload};

/// The hash by `xmit_hash_policy`: 0 layer2, 1 layer3+4, 2 layer2+3, 3 encap2+3, 4 encap3+4, 5 vlan+srcmac. The twin's flows
/// carry no tunnels, so an `encap` policy is as its plain one.
#[must_use]
pub fn transmit(policy: i64, frame: &Frame) -> u32 {
    let ethernet = u32::from(frame.destination.0[5]) ^ u32::from(frame.source.0[5]) ^ u32::from(frame.ethertype());
    let Payload::Data(data) = &frame.payload else {
        return if policy == 5 { vlan_and_source(frame) } else { ethernet };
    };
    let addresses = word(data.source) ^ word(data.destination);
    // The two ports as they stand on the wire, read as a little-endian number.
    let ports = u32::from(data.source_port.swap_bytes()) | u32::from(data.destination_port.swap_bytes()) << 16;
    match policy {
        1 | 4 => fold(ports ^ addresses) >> 1,
        2 | 3 => fold(ethernet ^ addresses),
        5 => vlan_and_source(frame),
        _ => ethernet,
    }
}

/// The address as a little-endian word; of IPv6 all four, folded.
fn word(address: IpAddr) -> u32 {
    match address {
        IpAddr::V4(address) => u32::from_le_bytes(address.octets()),
        IpAddr::V6(address) => {
            let words = address.octets();
            words.chunks_exact(4).fold(0, |all, word| all ^ u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
        }
    }
}

fn fold(hash: u32) -> u32 {
    let hash = hash ^ (hash >> 16);
    hash ^ (hash >> 8)
}

fn vlan_and_source(frame: &Frame) -> u32 {
    let [a, b, c, d, e, f] = frame.source.0.map(u32::from);
    let tag = frame.tag.map_or(0, |vid| u32::from(vid.get()));
    tag ^ (a << 16 | b << 8 | c) ^ (d << 16 | e << 8 | f)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{Data, Way};
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
