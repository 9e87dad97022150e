//! Networks as a kernel would show them.

use network::bond::{BondPortState, BondState, MiiStatus};
use network::lacp::{Aggregator, Churn, LacpEnd, PortLacp, PortState};
use network::link::Facts;
use network::option::{bond, bridge};
use network::{
    Address, Bond, BondMode, BondPort, Bridge, BridgePort, IfName, Kind, Link, Mac, Network, Options, Route, Value,
};

const SWITCH: Mac = Mac([0x00, 0x1b, 0x21, 0xaa, 0xbb, 0xcc]);
const HOST: Mac = Mac([0xbc, 0x24, 0x11, 0, 0, 1]);

pub fn name(name: &str) -> IfName {
    name.parse().unwrap()
}

/// A link that is up and has carrier.
fn link(name: &str, kind: Kind) -> Link {
    let mut link = Link::new(self::name(name), kind);
    (link.up, link.mtu, link.mac) = (Some(true), Some(1500), Some(HOST));
    link.facts = Some(Box::new(Facts { carrier: Some(true), ..Facts::default() }));
    link
}

/// NICs that nobody uses, up, as a freshly booted host has them.
pub fn nics(names: &[&str]) -> Network {
    let mut network = Network::default();
    for (n, nic) in (1..).zip(names) {
        let mut link = link(nic, Kind::Nic);
        let mac = Mac([0xbc, 0x24, 0x11, 0, 0, n]);
        link.mac = Some(mac);
        let facts = link.facts.as_mut().unwrap();
        facts.driver = Some("e1000e".to_owned());
        (facts.speed, facts.full_duplex, facts.permanent_mac) = (Some(1000), Some(true), Some(mac));
        network.insert(link);
    }
    let mut lo = link("lo", Kind::Loopback);
    lo.mtu = Some(65536);
    network.insert(lo);
    network
}

fn bonded(mode: BondMode, slaves: &[&str]) -> Network {
    let mut network = nics(slaves);
    let numbers = [(bond::MODE, mode.number()), (bond::MIIMON, 100), (bond::ARP_INTERVAL, 0)];
    let options: Options = numbers.into_iter().map(|(option, number)| (option, Value::Number(number))).collect();
    let slaves: Vec<IfName> = slaves.iter().copied().map(name).collect();
    for slave in &slaves {
        let slave = network.links.get_mut(slave).unwrap();
        slave.master = Some(name("bond0"));
        let state =
            BondPortState { mii: MiiStatus::Up, active: true, failures: 0, original_mac: slave.mac, lacp: None };
        slave.bond_port = Some(BondPort { state: Some(Box::new(state)), ..BondPort::default() });
        slave.mac = Some(HOST);
    }
    network.insert(link("bond0", Kind::Bond(Bond { options, slaves, state: Some(BondState::default()) })));
    bridge_over(&mut network, "vmbr0", &["bond0"]);
    network
}

fn bridge_over(network: &mut Network, upper: &str, ports: &[&str]) {
    for port in ports {
        let port = network.links.get_mut(&name(port)).unwrap();
        port.master = Some(name(upper));
        port.bridge_port = Some(BridgePort::default());
    }
    let numbers = [(bridge::STP_STATE, 0), (bridge::FORWARD_DELAY, 0)];
    let options = numbers.into_iter().map(|(option, number)| (option, Value::Number(number))).collect();
    let ports = ports.iter().copied().map(name).collect();
    let mut link = link(upper, Kind::Bridge(Bridge { options, ports, vlans: None }));
    link.addresses = vec![Address::new("192.168.1.10/24".parse().unwrap())];
    network.insert(link);
    network.routes = vec![Route::default_via("192.168.1.1".parse().unwrap(), name(upper), None)];
}

pub fn bond(network: &mut Network) -> &mut Bond {
    match &mut network.links.get_mut(&name("bond0")).unwrap().kind {
        Kind::Bond(bond) => bond,
        kind => panic!("bond0 is a {kind:?}"),
    }
}

pub fn slave<'a>(network: &'a mut Network, slave: &str) -> &'a mut BondPortState {
    network.links.get_mut(&name(slave)).unwrap().bond_port.as_mut().unwrap().state.as_mut().unwrap()
}

/// The article's first set-up.
pub fn active_backup() -> Network {
    let mut network = bonded(BondMode::ActiveBackup, &["enp3s0", "enp4s0"]);
    let bond = bond(&mut network);
    bond.options.set(bond::PRIMARY, Value::Link(Some(name("enp3s0"))));
    bond.state.as_mut().unwrap().active_slave = Some(name("enp3s0"));
    network
}

/// The same after its active cable was pulled.
pub fn one_slave_down() -> Network {
    let mut network = active_backup();
    bond(&mut network).state.as_mut().unwrap().active_slave = Some(name("enp4s0"));
    let state = slave(&mut network, "enp3s0");
    (state.mii, state.active, state.failures) = (MiiStatus::Down, false, 1);
    let facts = network.links.get_mut(&name("enp3s0")).unwrap().facts.as_mut().unwrap();
    (facts.carrier, facts.speed, facts.full_duplex) = (Some(false), None, None);
    network
}

/// NICs, and the bond that the bonding module makes when it is loaded.
pub fn module_loaded() -> Network {
    let mut network = nics(&["enp3s0", "enp4s0"]);
    let numbers = [(bond::MODE, 0), (bond::MIIMON, 0), (bond::ARP_INTERVAL, 0)];
    let options = numbers.into_iter().map(|(option, number)| (option, Value::Number(number))).collect();
    let mut bond = link("bond0", Kind::Bond(Bond { options, ..Bond::default() }));
    bond.up = Some(false);
    network.insert(bond);
    network
}

/// The article's second set-up.
pub fn lacp() -> Network {
    let mut network = bonded(BondMode::Lacp, &["enp3s0", "enp4s0"]);
    let bond = bond(&mut network);
    bond.options.set(bond::XMIT_HASH_POLICY, Value::Number(2));
    bond.options.set(bond::LACP_RATE, Value::Number(1));
    let aggregator = Aggregator { id: 1, ports: 2, actor_key: 9, partner_key: 1001, partner_mac: SWITCH };
    bond.state.as_mut().unwrap().aggregator = Some(aggregator);
    for (port, name) in (1..).zip(["enp3s0", "enp4s0"]) {
        let end = |system, key, port| LacpEnd { system_priority: 65535, system, key, port_priority: 255, port };
        slave(&mut network, name).lacp = Some(PortLacp {
            aggregator: 1,
            actor_state: PortState(0x3f),
            partner_state: PortState(0x3d),
            actor: Some(end(HOST, 9, port)),
            partner: Some(end(SWITCH, 1001, port + 10)),
            actor_churn: Some(Churn::None),
            partner_churn: Some(Churn::None),
        });
    }
    network
}

/// The same, where the switch knows nothing of LACP.
pub fn no_partner() -> Network {
    let mut network = lacp();
    let aggregator = bond(&mut network).state.as_mut().unwrap().aggregator.as_mut().unwrap();
    (aggregator.ports, aggregator.partner_key, aggregator.partner_mac) = (1, 1, Mac::ZERO);
    for (aggregator, actor, name) in [(1, 0x4f, "enp3s0"), (2, 0x47, "enp4s0")] {
        let state = slave(&mut network, name);
        state.active = aggregator == 1;
        let lacp = state.lacp.as_mut().unwrap();
        (lacp.aggregator, lacp.actor_state, lacp.partner_state) = (aggregator, PortState(actor), PortState(0));
        lacp.partner = Some(LacpEnd { system_priority: 65535, system: Mac::ZERO, key: 1, port_priority: 255, port: 1 });
        (lacp.actor_churn, lacp.partner_churn) = (Some(Churn::None), Some(Churn::Churned));
    }
    network
}

/// LACP under a VLAN-aware bridge with guests, a VLAN device, a bridge without uplink, a NIC that nobody uses.
pub fn guests() -> Network {
    let mut network = lacp();
    let mut ports = vec![name("bond0")];
    for port in ["fwpr102p0", "tap100i0", "veth101i0"] {
        let kind = if port.starts_with("tap") { "tun" } else { "veth" };
        let mut link = link(port, Kind::Other(kind.to_owned()));
        link.master = Some(name("vmbr0"));
        ports.push(name(port));
        network.insert(link);
    }
    network.insert(link("tap102i0", Kind::Other("tun".to_owned())));
    network.links.get_mut(&name("tap102i0")).unwrap().master = Some(name("fwbr102i0"));
    let inner = Bridge { ports: vec![name("tap102i0")], ..Bridge::default() };
    network.insert(link("fwbr102i0", Kind::Bridge(inner)));
    if let Kind::Bridge(bridge) = &mut network.links.get_mut(&name("vmbr0")).unwrap().kind {
        bridge.ports = ports;
        bridge.options.set(bridge::VLAN_FILTERING, Value::Number(1));
    }
    network.insert(link("vmbr1", Kind::Bridge(Bridge::default())));
    let vlan = network::Vlan { lower: name("vmbr0"), vid: "20".parse().unwrap(), protocol: Default::default() };
    let mut vlan = link("vmbr0.20", Kind::Vlan(vlan));
    vlan.addresses = vec![Address::new("10.20.0.2/24".parse().unwrap())];
    network.insert(vlan);
    let mut spare = nics(&["enp5s0"]).links.remove(&name("enp5s0")).unwrap();
    spare.up = Some(false);
    network.insert(spare);
    network
}
