//! Devices that Bowline understands and does not make: they are the host's, whatever the kernel calls them.

#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

use interfaces::Configuration;
use network::{Bridge, BridgePort, Kind, Link, Network};
use plan::{Problem, differences, plan};

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
fn it_is_missed_where_it_is_not_there_and_never_made() {
    let plan = plan(&wanted(FILE), &Network::default());
    let missing = |name: &str| Problem::Missing { link: name.parse().unwrap() };
    for name in ["vxlan7", "gre1x", "d0"] {
        assert!(plan.problems.contains(&missing(name)), "{name}: {:?}", plan.problems);
    }
    assert!(plan.steps.iter().all(|step| step.change.link().as_str() == "vmbr0"), "{:?}", plan.steps);
}

#[test]
fn what_lives_in_a_daemon_is_not_missed() {
    let text = "auto b\niface b inet manual\n ovs_type OVSBond\n ovs_bridge x\n ovs_bonds y z\nauto d\niface d inet ppp\n provider p\n";
    let plan = plan(&wanted(text), &Network::default());
    let missed: Vec<String> = plan.problems.iter().map(ToString::to_string).collect();
    assert_eq!(missed, ["this host has no interface y", "this host has no interface z"]);
    assert!(plan.steps.is_empty());
}
