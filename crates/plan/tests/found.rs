//! What random hosts found, as plain tests.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

use std::collections::BTreeMap;

use network::option::{self, bond};
use network::{
    Bond, BondMode, Bridge, BridgePort, Change, Device, Going, IfName, Kind, Link, Network, Options, Scope, Value,
};
use plan::{apply, plan};

fn name(text: &str) -> IfName {
    text.parse().unwrap()
}

/// A bond as the kernel shows it: with the options of every mode.
fn shown(mode: BondMode) -> Link {
    let mut options: Options =
        option::of(Scope::Bond).iter().filter_map(|row| Some((*row, row.default_in(mode)?))).collect();
    options.set(bond::MODE, Value::Number(mode.number()));
    options.set(bond::ARP_IP_TARGET, Value::Ipv4s(Vec::new()));
    let kind = Kind::Bond(Bond { options, ..Bond::default() });
    Link { up: Some(true), mtu: Some(1500), ..Link::new(name("bond0"), kind) }
}

fn foreign(options: &Options, mode: BondMode) -> Vec<String> {
    options
        .iter()
        .filter(|(row, _)| bond::MODE_BOUND.contains(row) && !row.modes.contains(mode))
        .map(|(row, _)| row.name.to_owned())
        .collect()
}

#[test]
fn a_bond_is_made_again_with_the_options_of_its_mode_alone() {
    for mode in BondMode::ALL {
        let mut host = Network::default();
        host.insert(shown(mode));
        let leaving = BTreeMap::from([(name("bond0"), Going::Delete)]);
        let steps = plan(&Network { leaving, ..Network::default() }, &host).steps;
        let Some(Change::Create { device: Device::Bond { options }, .. }) = steps[0].inverse.first() else {
            panic!("{:?}", steps[0].inverse);
        };
        assert_eq!(options.number(bond::MODE), Some(mode.number()));
        assert_eq!(foreign(options, mode), Vec::<String>::new(), "{mode}");
    }
}

#[test]
fn a_mode_goes_back_after_what_the_driver_refuses_in_it() {
    let mut host = Network::default();
    host.insert(shown(BondMode::ActiveBackup));
    let mut wanted = Network::default();
    let said = [(bond::MODE, Value::Number(BondMode::Lacp.number())), (bond::LACP_RATE, Value::Number(1))];
    let kind = Kind::Bond(Bond { options: said.into_iter().collect(), ..Bond::default() });
    wanted.insert(Link { up: Some(true), ..Link::new(name("bond0"), kind) });
    let steps = plan(&wanted, &host).steps;
    let sets_mode =
        |change: &Change| matches!(change, Change::SetOptions { options, .. } if options.get(bond::MODE).is_some());
    let step = steps.iter().find(|step| sets_mode(&step.change)).unwrap();
    let [Change::SetOptions { options: first, .. }, Change::SetOptions { options, .. }] = &step.inverse[..] else {
        panic!("{:?}", step.inverse)
    };
    assert_eq!(first.number(bond::LACP_RATE), Some(0), "while the mode is still the other one");
    assert_eq!(options.number(bond::MODE), Some(BondMode::ActiveBackup.number()));
    assert_eq!(foreign(options, BondMode::ActiveBackup), Vec::<String>::new());
}

/// The bridge moves to another NIC, and the file forgets the old one: that goes down in the same plan, once it is free.
#[test]
fn a_nic_that_the_file_forgets_goes_down_when_its_bridge_has_let_it_go() {
    let mut host = Network::default();
    let port = |text| {
        let mut link = Link::new(name(text), Kind::Nic);
        (link.up, link.mtu) = (Some(true), Some(1500));
        link
    };
    let old = Link { master: Some(name("vmbr0")), bridge_port: Some(BridgePort::default()), ..port("enp2s0") };
    host.insert(old);
    host.insert(port("enp5s0"));
    let bridge = |port| Kind::Bridge(Bridge { ports: vec![name(port)], ..Bridge::default() });
    host.insert(Link { up: Some(true), mtu: Some(1500), ..Link::new(name("vmbr0"), bridge("enp2s0")) });
    let mut wanted = Network::default();
    let new = Link {
        master: Some(name("vmbr0")),
        bridge_port: Some(BridgePort::default()),
        up: Some(true),
        ..Link::new(name("enp5s0"), Kind::Nic)
    };
    wanted.insert(new);
    wanted.insert(Link { up: Some(true), ..Link::new(name("vmbr0"), bridge("enp5s0")) });
    wanted.leaving = BTreeMap::from([(name("enp2s0"), Going::Release(Vec::new()))]);
    let steps = plan(&wanted, &host).steps;
    let last = steps.last().map(|step| step.change.to_string());
    assert_eq!(last.as_deref(), Some("bring enp2s0 down"));
    steps.iter().for_each(|step| apply(&mut host, &step.change));
    assert_eq!(plan(&wanted, &host).steps, []);
}

/// In another mode the kernel does not show them, and the one that was set before is found again with the mode.
#[test]
fn what_a_mode_hides_is_set_when_a_bond_comes_to_the_mode() {
    let mut host = Network::default();
    let mut found = shown(BondMode::ActiveBackup);
    if let Kind::Bond(it) = &mut found.kind {
        it.options.remove(bond::AD_ACTOR_SYS_PRIO);
        it.options.remove(bond::AD_USER_PORT_KEY);
    }
    host.insert(found);
    let mut wanted = Network::default();
    let options = [(bond::MODE, Value::Number(BondMode::Lacp.number()))].into_iter().collect();
    let kind = Kind::Bond(Bond { options, ..Bond::default() });
    wanted.insert(Link { up: Some(true), ..Link::new(name("bond0"), kind) });
    let steps = plan(&wanted, &host).steps;
    let set = steps.iter().find_map(|step| match &step.change {
        Change::SetOptions { options, .. } => Some(options),
        _ => None,
    });
    assert_eq!(set.and_then(|options| options.number(bond::AD_ACTOR_SYS_PRIO)), Some(65535));
    assert_eq!(set.and_then(|options| options.number(bond::AD_USER_PORT_KEY)), Some(0));
}
