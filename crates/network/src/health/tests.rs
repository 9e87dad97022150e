//! Each rule on a network that breaks it, beside the sound one that it comes from.

use super::*;
use crate::bond::{BondPort, BondPortState, BondState};
use crate::lacp::{Aggregator, LacpEnd, PortLacp};
use crate::link::Facts;
use crate::option::Value;

const SWITCH: Mac = Mac([0x02, 0, 0, 0, 0, 1]);
const OTHER_SWITCH: Mac = Mac([0x02, 0, 0, 0, 0, 2]);

fn name(name: &str) -> IfName {
    name.parse().unwrap()
}

fn slave(link: &str) -> Link {
    let mut slave = Link::new(name(link), Kind::Nic);
    slave.up = Some(true);
    slave.master = Some(name("bond0"));
    slave.facts =
        Some(Box::new(Facts { carrier: Some(true), speed: Some(1000), full_duplex: Some(true), ..Facts::default() }));
    let state = BondPortState { mii: MiiStatus::Up, active: true, failures: 0, original_mac: None, lacp: None };
    slave.bond_port = Some(BondPort { state: Some(Box::new(state)), ..BondPort::default() });
    slave
}

fn bond(mode: BondMode, slaves: &[&str]) -> Network {
    let mut network = Network::default();
    let mut bond = Bond { slaves: slaves.iter().copied().map(name).collect(), ..Bond::default() };
    bond.options.set(option::bond::MODE, Value::Number(mode.number()));
    bond.options.set(option::bond::MIIMON, Value::Number(100));
    bond.options.set(option::bond::ARP_INTERVAL, Value::Number(0));
    bond.state = Some(BondState::default());
    let mut link = Link::new(name("bond0"), Kind::Bond(bond));
    link.up = Some(true);
    link.facts = Some(Box::new(Facts { carrier: Some(true), ..Facts::default() }));
    network.insert(link);
    slaves.iter().for_each(|link| network.insert(slave(link)));
    network
}

fn lacp() -> Network {
    let mut network = bond(BondMode::Lacp, &["enp3s0", "enp4s0"]);
    let Kind::Bond(bond) = &mut network.links.get_mut(&name("bond0")).unwrap().kind else { panic!("made as a bond") };
    let aggregator = Aggregator { id: 1, ports: 2, actor_key: 9, partner_key: 9, partner_mac: SWITCH };
    bond.state = Some(BondState { active_slave: None, aggregator: Some(aggregator) });
    for slave in ["enp3s0", "enp4s0"] {
        port(&mut network, slave).lacp = Some(PortLacp {
            aggregator: 1,
            actor_state: PortState(0x3f),
            partner_state: PortState(0x3f),
            actor: None,
            partner: Some(LacpEnd { system_priority: 32768, system: SWITCH, key: 9, port_priority: 128, port: 1 }),
            actor_churn: None,
            partner_churn: None,
        });
    }
    network
}

fn port<'a>(network: &'a mut Network, slave: &str) -> &'a mut BondPortState {
    let link = network.links.get_mut(&name(slave)).unwrap();
    link.bond_port.as_mut().unwrap().state.as_mut().unwrap()
}

fn lacp_of<'a>(network: &'a mut Network, slave: &str) -> &'a mut PortLacp {
    port(network, slave).lacp.as_mut().unwrap()
}

fn judge(network: &Network, link: &str) -> Health {
    health(network, network.link(&name(link)).unwrap())
}

#[test]
fn sound_bonds_are_healthy() {
    for mode in [BondMode::ActiveBackup, BondMode::BalanceAlb, BondMode::BalanceRr] {
        assert_eq!(judge(&bond(mode, &["enp3s0", "enp4s0"]), "bond0"), Health::Healthy, "{mode}");
    }
    assert_eq!(judge(&lacp(), "bond0"), Health::Healthy);
    assert_eq!(judge(&lacp(), "enp3s0"), Health::Healthy);
}

#[test]
fn a_slave_that_is_down_leaves_one_alone() {
    for mii in [MiiStatus::Down, MiiStatus::GoingBack] {
        let mut network = bond(BondMode::ActiveBackup, &["enp3s0", "enp4s0"]);
        port(&mut network, "enp3s0").mii = mii;
        let expected = vec![Reason::Slave { slave: name("enp3s0"), mii }, Reason::OneUsableSlave(name("enp4s0"))];
        assert_eq!(judge(&network, "bond0"), Health::Degraded(expected));
    }
}

#[test]
fn a_bond_needs_slaves_carrier_and_a_monitor() {
    assert_eq!(judge(&bond(BondMode::ActiveBackup, &[]), "bond0"), Health::Down(vec![Reason::NoSlaves]));

    let mut network = bond(BondMode::ActiveBackup, &["enp3s0", "enp4s0"]);
    network.links.get_mut(&name("bond0")).unwrap().facts.as_mut().unwrap().carrier = Some(false);
    assert_eq!(judge(&network, "bond0"), Health::Down(vec![Reason::NoCarrier]));

    let mut network = bond(BondMode::ActiveBackup, &["enp3s0", "enp4s0"]);
    let Kind::Bond(bond) = &mut network.links.get_mut(&name("bond0")).unwrap().kind else { panic!("made as a bond") };
    bond.options.set(option::bond::MIIMON, Value::Number(0));
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![Reason::NoMonitor]));
}

#[test]
fn slaves_of_one_speed() {
    let mut network = bond(BondMode::BalanceXor, &["enp3s0", "enp4s0"]);
    network.links.get_mut(&name("enp4s0")).unwrap().facts.as_mut().unwrap().speed = Some(100);
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![Reason::DifferentSpeeds(vec![100, 1000])]));
}

#[test]
fn no_partner_at_all_is_said_once() {
    let mut network = lacp();
    for slave in ["enp3s0", "enp4s0"] {
        let lacp = lacp_of(&mut network, slave);
        lacp.actor_state = PortState(0x4f);
        lacp.partner_state = PortState(0);
        lacp.partner.as_mut().unwrap().system = Mac::ZERO;
    }
    let Kind::Bond(bond) = &mut network.links.get_mut(&name("bond0")).unwrap().kind else { panic!("made as a bond") };
    bond.state.as_mut().unwrap().aggregator.as_mut().unwrap().partner_mac = Mac::ZERO;
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![Reason::NoPartner]));
    assert_eq!(judge(&network, "enp3s0"), Health::Degraded(vec![Reason::SlaveWithoutPartner(name("enp3s0"))]));
}

#[test]
fn a_link_that_has_just_come_up_is_given_time() {
    let mut network = lacp();
    for slave in ["enp3s0", "enp4s0"] {
        lacp_of(&mut network, slave).actor_state = PortState(0xc7);
    }
    let Kind::Bond(bond) = &mut network.links.get_mut(&name("bond0")).unwrap().kind else { panic!("made as a bond") };
    bond.state.as_mut().unwrap().aggregator.as_mut().unwrap().partner_mac = Mac::ZERO;
    let awaited = ["enp3s0", "enp4s0"].map(|slave| Reason::PartnerAwaited(name(slave)));
    assert_eq!(judge(&network, "bond0"), Health::Degraded(awaited.to_vec()));
}

#[test]
fn a_slave_that_the_switch_leaves_out() {
    let mut network = lacp();
    lacp_of(&mut network, "enp4s0").actor_state = PortState(0x47);
    let reason = Reason::SlaveWithoutPartner(name("enp4s0"));
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![reason]));

    let mut network = lacp();
    lacp_of(&mut network, "enp4s0").actor_state = PortState(0x80 | 0x07);
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![Reason::PartnerSilent(name("enp4s0"))]));

    let mut network = lacp();
    lacp_of(&mut network, "enp4s0").partner_state = PortState(0x07);
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![Reason::PartnerOutOfSync(name("enp4s0"))]));
}

#[test]
fn several_switches_several_lags_several_aggregators() {
    let mut network = lacp();
    lacp_of(&mut network, "enp4s0").aggregator = 2;
    let elsewhere = Reason::DifferentAggregators(vec![name("enp4s0")]);
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![elsewhere.clone()]));

    lacp_of(&mut network, "enp4s0").partner.as_mut().unwrap().key = 10;
    let keys = Reason::DifferentPartnerKeys(vec![9, 10]);
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![elsewhere.clone(), keys]));

    lacp_of(&mut network, "enp4s0").partner.as_mut().unwrap().system = OTHER_SWITCH;
    let systems = Reason::DifferentPartners(vec![SWITCH, OTHER_SWITCH]);
    assert_eq!(judge(&network, "bond0"), Health::Degraded(vec![elsewhere, systems]));
}

#[test]
fn a_bridge_is_as_well_as_its_uplinks() {
    let mut network = bond(BondMode::ActiveBackup, &["enp3s0", "enp4s0"]);
    let bridge = Bridge { ports: vec![name("bond0"), name("tap100i0")], ..Bridge::default() };
    let mut link = Link::new(name("vmbr0"), Kind::Bridge(bridge));
    link.up = Some(true);
    network.insert(link);
    assert_eq!(judge(&network, "vmbr0"), Health::Healthy);

    network.links.get_mut(&name("bond0")).unwrap().facts.as_mut().unwrap().carrier = Some(false);
    assert_eq!(judge(&network, "vmbr0"), Health::Down(vec![Reason::UplinksDown(vec![name("bond0")])]));

    let mut alone = Link::new(name("vmbr1"), Kind::Bridge(Bridge::default()));
    alone.up = Some(true);
    alone.facts = Some(Box::new(Facts { carrier: Some(false), ..Facts::default() }));
    network.insert(alone);
    assert_eq!(judge(&network, "vmbr1"), Health::Healthy);
}
