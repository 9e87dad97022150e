//! What a 6.1 kernel answered, byte for byte, becomes the network that it had.
//!
//! `captured/` holds the answers of one namespace: `vmbr0`, VLAN-aware, over an 802.3ad bond whose slave `s1` was enslaved
//! before `s0`; a guest's port `g0`; `vmbr0.30`; an active-backup bond with ARP targets; two default routes. A line of a
//! `.hex` file is a message: its type, and what follows the netlink header. A `.txt` file is /proc/net/bonding.

use linux::RawMessage;
use linux::assemble::Assembly;
use netlink_packet_route::AddressFamily;

fn messages(text: &str) -> Vec<RawMessage> {
    text.lines()
        .map(|line| {
            let (kind, hex) = line.split_once(' ').expect("a type and bytes");
            let digit = |byte: u8| char::from(byte).to_digit(16).expect("hexadecimal");
            let bytes = hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1]));
            let payload = bytes.map(|byte| u8::try_from(byte).expect("two digits")).collect();
            RawMessage { kind: kind.parse().expect("a number"), payload }
        })
        .collect()
}

fn assembly() -> Assembly {
    let mut assembly =
        Assembly::from_links(&messages(include_str!("captured/links.hex"))).expect("a kernel's own words");
    assert!(assembly.has_vlans());
    assembly.add_vlans(&messages(include_str!("captured/vlans.hex"))).expect("a kernel's own words");
    assembly.add_addresses(&messages(include_str!("captured/addresses.hex"))).expect("a kernel's own words");
    let routes = messages(include_str!("captured/routes.hex"));
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        assembly.add_routes(family, &routes).expect("a kernel's own words");
    }
    assembly
}

#[test]
fn the_answers_become_the_network() {
    let mut assembly = assembly();
    for (bond, text) in [("bond0", include_str!("captured/bond0.txt")), ("bond1", include_str!("captured/bond1.txt"))] {
        assembly.add_bond(&bond.parse().unwrap(), text.as_bytes());
    }
    let network = assembly.finish();
    for name in ["lo", "bond0", "s0", "bond1", "s3", "vmbr0", "g0", "vmbr0.30"] {
        let link = serde_json::to_string_pretty(&network.links[&name.parse().unwrap()]).unwrap();
        insta::assert_snapshot!(name, link);
    }
    insta::assert_snapshot!("routes", serde_json::to_string_pretty(&network.routes).unwrap());
}

/// Without /proc a bond has its slaves by number, and everything else is the same.
#[test]
fn without_proc_the_slaves_are_in_another_order() {
    let bond0 = "bond0".parse().unwrap();
    let mut assembly = assembly();
    let slaves = |assembly: &Assembly| {
        let network = assembly.clone().finish();
        network.links[&bond0].bond().unwrap().slaves.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(slaves(&assembly), ["s0", "s1"]);
    assembly.add_bond(&bond0, include_bytes!("captured/bond0.txt"));
    assert_eq!(slaves(&assembly), ["s1", "s0"]);
}

/// An address, a route or a VLAN of a link that the list of links does not have: it came in between.
#[test]
fn a_link_that_is_not_in_the_list_is_told() {
    let links = messages(include_str!("captured/links.hex"));
    let mut assembly = Assembly::from_links(&links[..1]).unwrap();
    let unknown = |result: Result<(), linux::ReadError>| matches!(result, Err(linux::ReadError::UnknownLink(_)));
    assert!(unknown(assembly.add_addresses(&messages(include_str!("captured/addresses.hex")))));
    let routes = messages(include_str!("captured/routes.hex"));
    assert!(unknown(assembly.add_routes(AddressFamily::Inet6, &routes)));
    assert!(unknown(assembly.add_vlans(&messages(include_str!("captured/vlans.hex")))));
}

/// Cut off anywhere, a message is an error or a part of a link; it never panics.
#[test]
fn a_message_that_is_cut_off_never_panics() {
    for message in messages(include_str!("captured/links.hex")) {
        for end in 0..message.payload.len() {
            let cut = RawMessage { kind: message.kind, payload: message.payload[..end].to_vec() };
            let _ = Assembly::from_links(&[cut]);
        }
    }
}
