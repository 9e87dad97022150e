//! Devices of other kinds: made where they are missing, left alone where the kernel says no more of them than their kind.

#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

use interfaces::Configuration;
use network::{Bridge, BridgePort, Change, Kind, Link, Network};
use plan::{Problem, apply, differences, plan};

const FILE: &str = "\
auto vxlan7
iface vxlan7
    vxlan-id 7
    mtu 1450

auto gre1x
iface gre1x
    tunnel-mode gre
    tunnel-endpoint 192.0.2.9

auto d0
iface d0
    link-type dummy

auto vmbr0
iface vmbr0
    bridge-ports vxlan7
    bridge-stp off
    bridge-fd 0
    address-purge no
";

fn wanted(text: &str) -> Network {
    network::resolve(&Configuration::of("interfaces", text.as_bytes().to_vec())).wanted
}

fn other(name: &str, kind: &str) -> Link {
    let mut link = Link::new(name.parse().unwrap(), Kind::Other(kind.to_owned()));
    (link.up, link.mtu) = (Some(true), Some(1450));
    link
}

/// A host that has all of [`FILE`].
fn host() -> Network {
    let mut host = Network::default();
    let wanted = wanted(FILE);
    let bridge = wanted.link(&"vmbr0".parse().unwrap()).unwrap();
    let mut vmbr0 = Link::new(bridge.name.clone(), Kind::Bridge(bridge.bridge().unwrap().clone()));
    (vmbr0.up, vmbr0.mtu) = (Some(true), Some(1450));
    let mut port = other("vxlan7", "vxlan");
    (port.master, port.bridge_port) = (Some(vmbr0.name.clone()), Some(BridgePort::default()));
    [vmbr0, port, other("gre1x", "gre"), other("d0", "dummy")].into_iter().for_each(|link| host.insert(link));
    host
}

#[test]
fn a_device_that_is_there_is_neither_changed_nor_different() {
    let (wanted, host) = (wanted(FILE), host());
    assert!(wanted.links.values().filter(|link| matches!(link.kind, Kind::Given(_))).count() == 3);
    let plan = plan(&wanted, &host);
    assert!(plan.problems.is_empty(), "{:?}", plan.problems);
    assert!(plan.steps.is_empty(), "{:?}", plan.steps);
    assert!(differences(&wanted, &host).is_empty());
}

#[test]
fn it_is_brought_up_and_put_into_its_bridge_like_any_other() {
    let (wanted, mut host) = (wanted(FILE), host());
    host.insert(Link { up: Some(false), ..other("vxlan7", "vxlan") });
    if let Kind::Bridge(Bridge { ports, .. }) = &mut host.links.get_mut(&"vmbr0".parse().unwrap()).unwrap().kind {
        ports.clear();
    }
    let steps: Vec<String> = plan(&wanted, &host).steps.iter().map(|step| step.change.to_string()).collect();
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert!(steps.iter().all(|step| step.contains("vxlan7")), "{steps:?}");
}

#[test]
fn it_is_made_where_it_is_not_there() {
    let (wanted, mut host) = (wanted(FILE), Network::default());
    let there = plan(&wanted, &host);
    assert!(there.problems.is_empty(), "{:?}", there.problems);
    for name in ["vxlan7", "gre1x", "d0"] {
        let made = |step: &&plan::Step| matches!(&step.change, Change::Create { link, .. } if link.as_str() == name);
        assert_eq!(there.steps.iter().filter(made).count(), 1, "{name}: {:?}", there.steps);
    }
    there.steps.iter().for_each(|step| apply(&mut host, &step.change));
    assert!(plan(&wanted, &host).steps.is_empty(), "{:?}", plan(&wanted, &host).steps);
}

#[test]
fn what_bowline_does_not_make_is_missed() {
    let text = "auto x0\niface x0\n xfrm-id 7\n";
    let plan = plan(&wanted(text), &Network::default());
    assert_eq!(plan.problems, [Problem::Missing { link: "x0".parse().unwrap() }]);
    assert!(plan.steps.is_empty());
}

/// Plans on a host that has what `before` says.
fn change(before: &str, after: &str) -> Vec<String> {
    let mut host = Network::default();
    for nic in ["enp3s0", "enp4s0"] {
        let mut link = Link::new(nic.parse().unwrap(), Kind::Nic);
        (link.up, link.mtu) = (Some(true), Some(1500));
        host.insert(link);
    }
    let there = plan(&wanted(before), &host);
    assert!(there.problems.is_empty(), "{:?}", there.problems);
    there.steps.iter().for_each(|step| apply(&mut host, &step.change));
    let (after, before) = (wanted(after), host.clone());
    let steps = plan(&after, &host).steps;
    steps.iter().for_each(|step| apply(&mut host, &step.change));
    assert!(plan(&after, &host).steps.is_empty(), "{:?}", plan(&after, &host).steps);
    steps.iter().rev().flat_map(|step| &step.inverse).for_each(|change| apply(&mut host, change));
    assert_eq!(host.links, before.links, "undone by {steps:#?}");
    steps.iter().map(|step| step.change.to_string()).collect()
}

#[test]
fn only_what_the_kernel_can_t_change_is_made_anew() {
    let vxlan = |more: &str| format!("auto v7\niface v7\n vxlan-local-tunnelip 192.0.2.1\n{more}");
    let before = vxlan(" vxlan-id 7\n vxlan-remoteip 192.0.2.2\n vxlan-remoteip 192.0.2.3\n");
    assert_eq!(change(&before, &before), Vec::<String>::new());
    assert_eq!(
        change(&before, &vxlan(" vxlan-id 7\n vxlan-learning off\n vxlan-remoteip 192.0.2.3 192.0.2.4\n")),
        [
            "change what v7 is: VXLAN 7 from 192.0.2.1",
            "add the remote end 192.0.2.4 to v7",
            "take the remote end 192.0.2.2 from v7"
        ]
    );
    let anew = change(&before, &vxlan(" vxlan-id 8\n"));
    assert_eq!(anew, ["delete v7", "make VXLAN 8 from 192.0.2.1 v7", "bring v7 up"]);
    let gre =
        |end: &str| format!("auto g0\niface g0\n tunnel-mode gre\n tunnel-local 192.0.2.1\n tunnel-endpoint {end}\n");
    assert_eq!(
        change(&gre("192.0.2.8"), &gre("192.0.2.9")),
        ["change what g0 is: gre tunnel from 192.0.2.1 to 192.0.2.9"]
    );
    let vrf = |table: &str| format!("auto red\niface red\n vrf-table {table}\n");
    assert_eq!(change(&vrf("auto"), &vrf("1001")), Vec::<String>::new());
    assert_eq!(change(&vrf("1001"), &vrf("1002")), ["delete red", "make VRF of table 1002 red", "bring red up"]);
}

#[test]
fn a_link_goes_into_a_vrf_and_keeps_its_addresses() {
    let file = |vrf: &str| {
        format!(
            "auto enp3s0\niface enp3s0\n address 192.0.2.1/24\n address 2001:db8::1/64\n{vrf}\nauto red\niface red\n \
             vrf-table auto\n"
        )
    };
    let steps = change(&file(""), &file(" vrf red\n"));
    assert_eq!(steps, ["put enp3s0 into red", "add address 2001:db8::1/64 to enp3s0"]);
    let steps = change(&file(" vrf red\n"), &file(""));
    assert_eq!(steps, ["take enp3s0 out of its bond or bridge", "add address 2001:db8::1/64 to enp3s0"]);
}

#[test]
fn a_gateway_is_in_the_table_of_its_vrf() {
    let file = |vrf: &str| {
        format!(
            "auto enp3s0\niface enp3s0\n address 192.0.2.1/24\n gateway 192.0.2.254\n{vrf}\nauto enp4s0\niface enp4s0\n \
             address 192.0.3.1/24\n gateway 192.0.3.254\nauto red\niface red\n vrf-table auto\n"
        )
    };
    let wanted = wanted(&file(" vrf red\n"));
    let mut host = Network::default();
    for nic in ["enp3s0", "enp4s0"] {
        host.insert(Link { up: Some(true), ..Link::new(nic.parse().unwrap(), Kind::Nic) });
    }
    plan(&wanted, &host).steps.iter().for_each(|step| apply(&mut host, &step.change));
    let tables: Vec<(String, u32)> = host.routes.iter().map(|route| (route.link.to_string(), route.table)).collect();
    assert_eq!(tables, [("enp3s0".to_owned(), 1001), ("enp4s0".to_owned(), 254)]);
    assert!(plan(&wanted, &host).steps.is_empty());
    let out = change(
        &file(" vrf red\n").replacen(" gateway 192.0.3.254\n", "", 1),
        &file(" vrf red\n").replacen(" gateway 192.0.2.254\n", "", 1),
    );
    assert_eq!(
        out,
        ["route default via 192.0.3.254 dev enp4s0", "take away the route default via 192.0.2.254 dev enp3s0"]
    );
}

#[test]
fn a_vxlan_device_comes_back_with_the_device_that_it_sends_by() {
    let file = |vid: u16| {
        format!(
            "auto v\niface v\n vlan-raw-device enp3s0\n vlan-id {vid}\nauto x\niface x\n vxlan-id 7\n vxlan-physdev v\n \
             vxlan-remoteip 192.0.2.9\n"
        )
    };
    let steps = change(&file(5), &file(6));
    assert_eq!(steps.iter().filter(|step| step.starts_with("make ")).count(), 2, "{steps:?}");
}

#[test]
fn what_lives_in_a_daemon_is_not_missed() {
    let text = "auto b\niface b inet manual\n ovs_type OVSBond\n ovs_bridge x\n ovs_bonds y z\nauto d\niface d inet ppp\n provider p\n";
    let plan = plan(&wanted(text), &Network::default());
    let missed: Vec<String> = plan.problems.iter().map(ToString::to_string).collect();
    let of_b = "b is Open vSwitch's, which is not installed here or does not answer";
    assert_eq!(missed, ["this host has no interface y", "this host has no interface z", of_b]);
    assert!(plan.steps.is_empty());
}

#[test]
fn a_duplicate_of_another_hosts_address_is_no_agreement() {
    let wanted = wanted("auto a\niface a inet6 static\n address 2001:db8::1/64\n");
    let mut observed = Network::default();
    let a = network::Link::new("a".parse().unwrap(), network::Kind::Nic);
    let duplicate = network::Address { duplicate: true, ..network::Address::new("2001:db8::1/64".parse().unwrap()) };
    observed.insert(network::Link { up: Some(true), addresses: vec![duplicate], ..a });
    let plan = plan(&wanted, &observed);
    assert!(plan.steps.is_empty(), "to add it again would not help");
    let told = "another host on a has 2001:db8::1 already (duplicate address detection failed)";
    assert_eq!(plan.problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [told]);
    let found: Vec<String> = plan::differences(&wanted, &observed).into_iter().map(|it| it.found).collect();
    assert_eq!(found, ["a duplicate of another host's"]);
}
