use network::VlanProtocol::{Dot1Ad, Dot1Q};
use proptest::prelude::*;

use super::*;

/// dst 00:11:22:33:44:55, src bc:24:11:aa:bb:cc.
fn frame(ethertype: u16, payload: &[u8]) -> Vec<u8> {
    let header = [0, 0x11, 0x22, 0x33, 0x44, 0x55, 0xbc, 0x24, 0x11, 0xaa, 0xbb, 0xcc];
    [&header[..], &ethertype.to_be_bytes(), payload].concat()
}

/// 10.0.0.5 → 10.0.0.9.
fn ipv4(protocol: u8, fragment: u16, payload: &[u8]) -> Vec<u8> {
    let [f, g] = fragment.to_be_bytes();
    let header = [0x45, 0, 0, 40, 0, 0, f, g, 64, protocol, 0, 0, 10, 0, 0, 5, 10, 0, 0, 9];
    [&header[..], payload].concat()
}

fn of(policy: Policy, bytes: &[u8]) -> u32 {
    hash(policy, &Frame::new(bytes))
}

/// 51234 → 443.
const TCP: [u8; 8] = [0xc8, 0x22, 0x01, 0xbb, 0, 0, 0, 1];

#[test]
fn worked_values() {
    let tcp = frame(0x0800, &ipv4(6, 0, &TCP));
    assert_eq!(of(Policy::Layer2, &tcp), 2201);
    assert_eq!(of(Policy::Layer2, &frame(0x0806, &[0; 28])), 2207);
    assert_eq!(of(Policy::Layer2, &frame(0x86dd, &[0; 40])), 34372);
    assert_eq!(of(Policy::Layer23, &tcp), 202_114_205);
    assert_eq!(of(Policy::Layer34, &tcp), 1_541_098_030);
    let echo = frame(0x0800, &ipv4(1, 0, &[8, 0, 0, 0, 0x12, 0x34, 0, 1]));
    assert_eq!(of(Policy::Layer34, &echo), 253_039_889);
    assert_eq!(hash(Policy::VlanSrcMac, &Frame::tagged(&tcp, Dot1Q, 100)), 1_482_681);
}

#[test]
fn tunnels_are_looked_into_by_encap_alone() {
    let inner = ipv4(6, 0, &TCP);
    let bare = frame(0x0800, &inner);
    let gre = frame(0x0800, &ipv4(47, 0, &[&[0, 0, 8, 0], &inner[..]].concat()));
    let in_ip = frame(0x0800, &ipv4(4, 0, &inner));
    let pppoe = frame(0x8864, &[&[0x11, 0, 0, 7, 0, 50, 0, 0x21], &inner[..]].concat());
    for outer in [&gre, &in_ip, &pppoe] {
        assert_eq!(of(Policy::Encap34, outer), of(Policy::Encap34, &bare));
    }
    assert_ne!(of(Policy::Layer34, &gre), of(Policy::Layer34, &bare));
    assert_eq!(of(Policy::Encap34, &bare), of(Policy::Layer34, &bare));
    assert_eq!(of(Policy::Encap23, &bare), of(Policy::Layer23, &bare));
}

#[test]
fn a_tag_in_the_bytes_is_seen_by_encap_alone() {
    let inner = ipv4(6, 0, &TCP);
    let tagged = frame(0x8100, &[&[0, 100, 8, 0], &inner[..]].concat());
    assert_eq!(of(Policy::Encap34, &tagged), of(Policy::Encap34, &frame(0x0800, &inner)));
    assert_eq!(of(Policy::Layer34, &tagged), of(Policy::Layer2, &tagged));
    // Beside the bytes it counts for nothing but vlan+srcmac.
    let bytes = frame(0x0800, &inner);
    let (plain, beside) = (Frame::new(&bytes), Frame::tagged(&bytes, Dot1Ad, 7));
    for policy in Policy::ALL {
        assert_eq!(hash(policy, &plain) == hash(policy, &beside), policy != Policy::VlanSrcMac, "{policy:?}");
    }
}

/// As a bond on 6.1 did it.
#[test]
fn a_tag_of_mpls_is_written_into_the_bytes() {
    let bytes = frame(0x8847, &[0xdf, 0x16, 0xe0, 0xb8, 0x5f, 0xf2, 0xcf, 0xa7]);
    let beside = Frame::tagged(&bytes, Dot1Q, 100);
    assert_eq!(hash(Policy::Layer2, &beside), of(Policy::Layer2, &frame(0x8100, &[])));
    assert_eq!(hash(Policy::VlanSrcMac, &beside), of(Policy::VlanSrcMac, &bytes));
}

#[test]
fn fragments_have_no_ports() {
    let ports = [Policy::Layer34, Policy::Encap34]
        .map(|policy| [0, 0x2000, 0x0010].map(|fragment| of(policy, &frame(0x0800, &ipv4(17, fragment, &TCP)))));
    for [whole, first, later] in ports {
        assert_eq!(first, later);
        assert_ne!(whole, first);
    }
    // "Don't fragment" is no fragment.
    assert_eq!(ports[0][0], of(Policy::Layer34, &frame(0x0800, &ipv4(17, 0x4000, &TCP))));
}

#[test]
fn an_icmp_error_goes_with_what_it_is_about() {
    let about = ipv4(6, 0, &TCP);
    let mut error = ipv4(1, 0, &[&[3, 1, 0, 0, 0, 0, 0, 0], &about[..]].concat());
    // From a router.
    error[12..16].copy_from_slice(&[192, 0, 2, 1]);
    assert_eq!(of(Policy::Layer34, &frame(0x0800, &error)), of(Policy::Layer34, &frame(0x0800, &about)));
    assert_eq!(of(Policy::Layer23, &frame(0x0800, &error)), of(Policy::Layer23, &frame(0x0800, &about)));
    assert_ne!(of(Policy::Encap34, &frame(0x0800, &error)), of(Policy::Encap34, &frame(0x0800, &about)));
}

/// The dissector knows ARP and asks it for nothing: encap3+4 sends all of it through one slave.
#[test]
fn arp() {
    let arp = frame(0x0806, &[7; 28]);
    assert_eq!(of(Policy::Layer23, &arp), of(Policy::Layer2, &arp));
    assert_eq!(of(Policy::Encap34, &arp), 0);
}

#[test]
fn an_id_of_zero_counts_as_one() {
    let echo = |id: u8| of(Policy::Layer34, &frame(0x0800, &ipv4(1, 0, &[8, 0, 0, 0, 0, id, 0, 1])));
    assert_eq!(echo(0), echo(1));
    assert_ne!(echo(1), echo(2));
}

#[test]
fn the_slave_is_the_remainder() {
    assert_eq!([slave(7, 3), slave(6, 3), slave(5, 1), slave(5, 0)], [Some(1), Some(0), Some(0), None]);
}

proptest! {
    #[test]
    fn any_bytes_have_a_hash(
        mut bytes in prop::collection::vec(any::<u8>(), 0..150),
        ethertype in prop::sample::select(vec![0x0800_u16, 0x86dd, 0x8100, 0x88a8, 0x8864, 0x8847, 0x0806, 0x892f, 0x4305]),
        protocol in prop::sample::select(vec![1_u8, 4, 6, 17, 41, 43, 44, 47, 50, 51, 58, 60, 0]),
        tag in any::<Option<u16>>(),
    ) {
        if let Some(place) = bytes.get_mut(12..14) {
            place.copy_from_slice(&ethertype.to_be_bytes());
        }
        for at in [20, 23] {
            if let Some(place) = bytes.get_mut(at) {
                *place = protocol;
            }
        }
        for policy in Policy::ALL {
            let frame = tag.map_or(Frame::new(&bytes), |tag| Frame::tagged(&bytes, Dot1Q, tag));
            let _ = hash(policy, &frame);
            let _ = hash(policy, &Frame::from_packet_socket(&bytes));
        }
    }
}
