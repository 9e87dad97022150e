//! What a kernel holds, and who has carrier.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use network::bridge::StpState;
use network::link::Facts;
use network::model::Model;
use network::{IfName, Kind, Link, Mac, Network};

use crate::bond::{Bonding, Settings};
use crate::bridge::Bridging;
use crate::frame::{Data, Frame};
use crate::log::Note;
use crate::phy::Phy;

/// What is to be known of a NIC that a host is built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NicFacts {
    /// The address that the hardware was made with.
    pub mac: Mac,
    /// Megabits a second; 0: unknown, as of a veth without `ethtool`.
    pub speed: u32,
    /// Full duplex.
    pub full_duplex: bool,
    /// The driver, as `ethtool -i` names it.
    pub driver: String,
    /// The largest MTU that it takes.
    pub max_mtu: u32,
    /// The link's kind.
    pub kind: Kind,
}

/// A port of the machine: a NIC, or the host's end of a guest's.
#[derive(Clone, Debug)]
pub(crate) struct Nic {
    pub(crate) phy: Phy,
    pub(crate) facts: NicFacts,
}

/// A bond's driver, with its options as it last took them over.
#[derive(Clone, Debug)]
pub(crate) struct Bond {
    pub(crate) driver: Bonding,
    pub(crate) settings: Settings,
    pub(crate) is_open: bool,
}

/// What a kernel lets out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// A frame by a port of the machine.
    Wire(IfName, Frame),
    /// A packet of a flow that reached an address of the host.
    Delivered(Data),
}

/// The kernel of a simulated host.
#[derive(Clone, Debug)]
pub struct Kernel {
    pub(crate) name: String,
    pub(crate) model: Model,
    pub(crate) nics: BTreeMap<IfName, Nic>,
    pub(crate) bonds: BTreeMap<IfName, Bond>,
    pub(crate) bridges: BTreeMap<IfName, Bridging>,
    pub(crate) neighbours: BTreeMap<(IfName, IpAddr), Mac>,
    /// Neighbours that were asked for, and when.
    pub(crate) asked: BTreeMap<(IfName, IpAddr), Duration>,
    pub(crate) indices: BTreeMap<IfName, u32>,
    pub(crate) next_index: u32,
    /// It grows whenever anything changes that decides a frame's way.
    pub(crate) version: u64,
    /// What happened since it was last asked.
    pub(crate) notes: Vec<Note>,
}

impl Kernel {
    /// A kernel that has just booted, with nothing but `lo`.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let lo = IfName::new("lo").expect("it is a name");
        let mut network = Network::default();
        let mut loopback = Link::new(lo.clone(), Kind::Loopback);
        (loopback.up, loopback.mtu, loopback.mac) = (Some(true), Some(65536), Some(Mac::ZERO));
        network.insert(loopback);
        Self {
            name: name.to_owned(),
            model: Model::new(network),
            nics: BTreeMap::new(),
            bonds: BTreeMap::new(),
            bridges: BTreeMap::new(),
            neighbours: BTreeMap::new(),
            asked: BTreeMap::new(),
            indices: BTreeMap::from([(lo, 1)]),
            next_index: 2,
            version: 0,
            notes: Vec::new(),
        }
    }

    /// Puts a NIC in. It is down.
    pub fn add_nic(&mut self, name: &IfName, facts: NicFacts, phy: Phy) {
        let mut link = Link::new(name.clone(), facts.kind.clone());
        (link.up, link.mac, link.mtu) = (Some(false), Some(facts.mac), Some(1500));
        // What a bond that lets it go gives it back.
        link.facts = Some(Box::new(Facts { permanent_mac: Some(facts.mac), ..Facts::default() }));
        self.model.insert(link);
        self.number(name);
        self.nics.insert(name.clone(), Nic { phy, facts });
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives a new link its number.
    pub(crate) fn number(&mut self, name: &IfName) {
        if !self.indices.contains_key(name) {
            self.indices.insert(name.clone(), self.next_index);
            self.next_index += 1;
        }
    }

    /// Whether a link is administratively up.
    pub(crate) fn is_up(&self, name: &IfName) -> bool {
        self.model.link(name).is_some_and(|link| link.up == Some(true))
    }

    /// Whether a link is up and has carrier.
    pub(crate) fn is_running(&self, name: &IfName) -> bool {
        // VLAN devices ride on each other; a chain is no longer than the links there are, and none comes back to itself.
        let mut name = name;
        for _ in 0..=self.model.links.len() {
            if !self.is_up(name) {
                return false;
            }
            match self.model.link(name).map(|link| &link.kind) {
                Some(Kind::Vlan(vlan)) => name = &vlan.lower,
                Some(Kind::Bond(_)) => return self.bonds.get(name).is_some_and(|bond| bond.driver.carrier),
                Some(Kind::Bridge(_)) => return self.bridges.get(name).is_some_and(Bridging::has_carrier),
                _ => return self.nics.get(name).is_none_or(|nic| nic.phy.has_carrier()),
            }
        }
        false
    }

    /// The address that a link sends from.
    pub(crate) fn mac(&self, name: &IfName) -> Mac {
        let said = self.model.link(name).and_then(|link| link.mac);
        said.unwrap_or_else(|| {
            // The kernel would take one by chance (`eth_hw_addr_random`); the twin's is the same in every run.
            let [a, b, c, d] = self.indices.get(name).copied().unwrap_or(0).to_be_bytes();
            Mac([0x02, 0x54, a, b, c, d])
        })
    }

    /// Carries what changed below up the stack: slaves' carrier to bonds, bonds' to bridges.
    pub(crate) fn refresh(&mut self, now: Duration) {
        // A bond in a bridge in a VLAN in a bridge: each round takes the news one storey up.
        for _ in 0..=self.bonds.len() + self.bridges.len() {
            let changed = self.refresh_bonds(now) | self.refresh_bridges(now);
            if !changed {
                break;
            }
            self.version += 1;
        }
        let running: Vec<(IfName, IpAddr)> = self
            .neighbours
            .keys()
            .chain(self.asked.keys())
            .filter(|(link, _)| !self.is_running(link))
            .cloned()
            .collect();
        for key in running {
            self.neighbours.remove(&key);
            self.asked.remove(&key);
            self.version += 1;
        }
    }

    fn refresh_bonds(&mut self, now: Duration) -> bool {
        let names: Vec<IfName> = self.bonds.keys().cloned().collect();
        let mut changed = false;
        for name in names {
            let Some(mut bond) = self.bonds.remove(&name) else { continue };
            let slaves: Vec<(IfName, bool)> =
                bond.driver.slaves.iter().map(|slave| (slave.name.clone(), slave.carrier)).collect();
            for (slave, had) in slaves {
                let has = self.is_running(&slave);
                if has != had {
                    bond.driver.carrier(now, &bond.settings, &slave, has);
                    changed = true;
                }
            }
            self.bonds.insert(name, bond);
        }
        changed
    }

    fn refresh_bridges(&mut self, now: Duration) -> bool {
        let names: Vec<IfName> = self.bridges.keys().cloned().collect();
        let mut changed = false;
        for name in names {
            let Some(bridge) = self.model.link(&name).and_then(Link::bridge).cloned() else { continue };
            let up = self.is_up(&name);
            for port in &bridge.ports {
                let live = up && self.is_running(port);
                if let Some(bridging) = self.bridges.get_mut(&name) {
                    changed |= bridging.set_live(now, &bridge.options, port, live);
                }
            }
        }
        changed
    }

    /// A port's spanning-tree state.
    pub(crate) fn port_state(&self, bridge: &IfName, port: &IfName) -> StpState {
        self.bridges.get(bridge).map_or(StpState::Disabled, |bridging| bridging.state(port))
    }

    /// When anything in it is next due.
    pub(crate) fn deadline(&self, now: Duration) -> Option<Duration> {
        let nics = self.nics.values().filter_map(|nic| nic.phy.deadline());
        let bonds = self.bonds.values().filter_map(|bond| bond.driver.deadline(now, &bond.settings));
        nics.chain(bonds).chain(self.bridges.values().filter_map(Bridging::deadline)).min()
    }

    /// Lets time pass.
    pub(crate) fn poll(&mut self, now: Duration, out: &mut Vec<Sent>) {
        let changed: Vec<IfName> = {
            let nics = self.nics.iter_mut();
            nics.filter_map(|(name, nic)| nic.phy.poll(now).then(|| name.clone())).collect()
        };
        for name in changed {
            self.note_carrier(&name);
        }
        self.refresh(now);
        let bonds: Vec<IfName> = self.bonds.keys().cloned().collect();
        for name in bonds {
            self.poll_bond(now, &name, out);
        }
        let bridges: Vec<IfName> = self.bridges.keys().cloned().collect();
        for name in bridges {
            let options = self.model.link(&name).and_then(Link::bridge).map(|bridge| bridge.options.clone());
            if let (Some(bridging), Some(options)) = (self.bridges.get_mut(&name), options)
                && bridging.poll(now, &options)
            {
                self.version += 1;
            }
        }
        self.refresh(now);
    }

    pub(crate) fn note_carrier(&mut self, name: &IfName) {
        let carrier = self.nics.get(name).is_some_and(|nic| nic.phy.has_carrier());
        self.version += 1;
        self.notes.push(Note::Carrier { host: self.name.clone(), link: name.clone(), carrier });
    }

    fn poll_bond(&mut self, now: Duration, name: &IfName, out: &mut Vec<Sent>) {
        let Some(mut bond) = self.bonds.remove(name) else { return };
        let before = bond.driver.active.clone();
        let probes = bond.driver.is_arp_tick(now, &bond.settings);
        let ticked = bond.driver.poll(now, &bond.settings);
        let probers = if probes { bond.driver.probers(&bond.settings) } else { Vec::new() };
        let targets = bond.settings.arp_targets.clone();
        self.bonds.insert(name.clone(), bond);
        self.after_bond(now, name, before.as_ref(), out);
        if ticked.changed {
            self.version += 1;
            self.refresh(now);
        }
        if ticked.announce {
            self.announce(now, name, out);
        }
        for prober in &probers {
            self.probe(now, name, prober, &targets, out);
        }
        self.send_lacpdus(name, out);
    }

    /// What follows when a bond's active slave is another one.
    pub(crate) fn after_bond(&mut self, now: Duration, name: &IfName, before: Option<&IfName>, out: &mut Vec<Sent>) {
        let Some(bond) = self.bonds.get_mut(name) else { return };
        let active = bond.driver.active.clone();
        if active.as_ref() == before {
            return;
        }
        let at_once = bond.driver.take_notice();
        self.version += 1;
        self.notes.push(Note::Active { host: self.name.clone(), bond: name.clone(), slave: active.clone() });
        self.fail_over_mac(name, before, active.as_ref());
        self.refresh(now);
        if at_once {
            self.announce(now, name, out);
        }
    }
}
