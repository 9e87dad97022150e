//! A change, and what follows from it in what runs behind the links.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use network::address::{RT_TABLE_MAIN, RTPROT_KERNEL};
use network::option::{bond, bond_port};
use network::{Bridge, Change, Device, IfName, Kind, Link, Mac, Options, Refusal, Route, effect};

use super::Kernel;
use super::state::{Bond, Sent};
use crate::bond::{Bonding, Joining, Settings};
use crate::bridge::Bridging;
use crate::log::Note;
use crate::phy::Phy;

/// `RT_SCOPE_LINK`.
const SCOPE_LINK: u8 = 253;
/// The metric of IPv6 routes that the kernel makes (`IP6_RT_PRIO_ADDRCONF`).
const METRIC_V6: u32 = 256;

/// What the kernel that is modelled (6.1) does not know yet: it acknowledges the attribute and ignores it.
pub const UNKNOWN: [network::Opt; 2] = [bond::BROADCAST_NEIGHBOR, bond::LACP_STRICT];

impl Kernel {
    /// Makes a change, or refuses it as the kernel would.
    ///
    /// # Errors
    /// The refusal. As `bond_changelink` does, a message keeps what came before the option that was refused.
    pub(crate) fn execute(&mut self, now: Duration, change: &Change, out: &mut Vec<Sent>) -> Result<(), Refusal> {
        let (part, refusal) = self.judge(change);
        let Some(part) = part else { return refusal.map_or(Ok(()), Err) };
        effect::apply(&mut self.model, &part);
        self.notes.push(Note::Change { host: self.name.clone(), change: part.to_string() });
        self.version += 1;
        self.follow(now, &part, out);
        refusal.map_or(Ok(()), Err)
    }

    fn follow(&mut self, now: Duration, change: &Change, out: &mut Vec<Sent>) {
        match change {
            Change::Create { link, device, mac, .. } => self.create(link, device, *mac),
            Change::Delete { link } => self.forget(link),
            Change::SetMac { link, .. } => {
                if let Some(bridging) = self.bridges.get_mut(link) {
                    bridging.pinned = true;
                }
            }
            _ => {}
        }
        self.forget_unknown(change.link());
        self.follow_power(now);
        self.follow_members(now, out);
        self.follow_options(now, out);
        self.follow_addresses();
        self.follow_bridges();
        self.refresh(now);
        self.connect();
        let bonds: Vec<IfName> = self.bonds.keys().cloned().collect();
        bonds.iter().for_each(|bond| self.send_lacpdus(bond, out));
    }

    fn create(&mut self, name: &IfName, device: &Device, mac: Option<Mac>) {
        self.number(name);
        match device {
            Device::Bond { .. } => {
                let settings = self.settings(name);
                let driver = Bonding::default();
                self.bonds.insert(name.clone(), Bond { driver, settings, is_open: false });
            }
            Device::Bridge { .. } => {
                self.bridges.insert(name.clone(), Bridging::new(mac.is_some()));
            }
            Device::Vlan { .. } | Device::Given { .. } => {
                let names: Vec<IfName> =
                    self.model.links.keys().filter(|name| !self.indices.contains_key(*name)).cloned().collect();
                names.iter().for_each(|name| self.number(name));
            }
        }
    }

    fn forget(&mut self, name: &IfName) {
        self.bonds.remove(name);
        self.bridges.remove(name);
        let links = &self.model.links;
        self.indices.retain(|name, _| links.contains_key(name));
        self.neighbours.retain(|(link, _), _| links.contains_key(link));
    }

    /// Takes out what this kernel has no such options for.
    fn forget_unknown(&mut self, name: &IfName) {
        let touched: Vec<IfName> =
            std::iter::once(name.clone()).chain(self.model.members(name).map(|link| link.name.clone())).collect();
        for link in touched {
            for option in UNKNOWN {
                let scope = option.scope;
                if let Some(options) = self.model.link_mut(&link).and_then(|link| link.options_mut(scope))
                    && options.get(option).is_some()
                {
                    options.remove(option);
                }
            }
        }
    }

    pub(super) fn settings(&self, bond: &IfName) -> Settings {
        Settings::of(&self.model.link(bond).and_then(Link::bond).map(|bond| bond.options.clone()).unwrap_or_default())
    }

    /// NICs are on or off as their links say, and so are bonds' monitors.
    fn follow_power(&mut self, now: Duration) {
        let names: Vec<IfName> = self.nics.keys().cloned().collect();
        for name in names {
            let up = self.is_up(&name);
            if self.nics.get_mut(&name).is_some_and(|nic| nic.phy.set_up(now, up)) {
                self.note_carrier(&name);
            }
        }
    }

    /// Bonds take in and let go as the model says. Slaves are open by now.
    fn follow_members(&mut self, now: Duration, out: &mut Vec<Sent>) {
        let names: Vec<IfName> = self.bonds.keys().cloned().collect();
        for name in names {
            let Some(wanted) = self.model.link(&name).and_then(Link::bond).map(|bond| bond.slaves.clone()) else {
                continue;
            };
            let Some(mut bond) = self.bonds.remove(&name) else { continue };
            let before = bond.driver.active.clone();
            let settings = bond.settings.clone();
            let had: Vec<IfName> = bond.driver.slaves.iter().map(|slave| slave.name.clone()).collect();
            for slave in had.iter().filter(|slave| !wanted.contains(slave)) {
                bond.driver.release(now, &settings, slave);
            }
            for slave in wanted.iter().filter(|slave| !had.contains(slave)) {
                bond.driver.enslave(now, &settings, self.joining(slave));
            }
            let up = self.is_up(&name);
            if up != bond.is_open {
                bond.is_open = up;
                if up { bond.driver.open(now, &settings) } else { bond.driver.close(now) }
            }
            self.bonds.insert(name.clone(), bond);
            self.after_bond(now, &name, before.as_ref(), out);
        }
    }

    fn joining(&self, slave: &IfName) -> Joining {
        let nic = self.nics.get(slave);
        let original = self.model.link(slave).and_then(effect::original_mac);
        Joining {
            name: slave.clone(),
            mac: nic.map(|nic| nic.facts.mac).or(original).unwrap_or_else(|| self.mac(slave)),
            carrier: self.is_running(slave),
            speed: nic.map_or(0, |nic| nic.facts.speed),
            full_duplex: nic.is_none_or(|nic| nic.facts.full_duplex),
        }
    }

    /// Bonds act by their options as they are now.
    fn follow_options(&mut self, now: Duration, out: &mut Vec<Sent>) {
        let names: Vec<IfName> = self.bonds.keys().cloned().collect();
        for name in names {
            let settings = self.settings(&name);
            let system = self.mac(&name);
            let options =
                self.model.link(&name).and_then(Link::bond).map(|bond| bond.options.clone()).unwrap_or_default();
            let ports: Vec<(IfName, Options)> = self
                .model
                .members(&name)
                .filter_map(|link| Some((link.name.clone(), link.bond_port.as_ref()?.options.clone())))
                .collect();
            let Some(bond) = self.bonds.get_mut(&name) else { continue };
            let before = bond.driver.active.clone();
            for (slave, options) in &ports {
                if let Some(slave) = bond.driver.slave_mut(slave) {
                    slave.prio = options.number(bond_port::PRIO).unwrap_or(0);
                }
                let priority = options.number(bond_port::ACTOR_PORT_PRIO).and_then(|n| u16::try_from(n).ok());
                if let (Some(aggregation), Some(priority)) = (&mut bond.driver.aggregation, priority) {
                    aggregation.set_priority(now, slave, priority);
                }
            }
            bond.driver.follow_lacp(now, &settings, &options, system);
            let old = std::mem::replace(&mut bond.settings, settings);
            if old != bond.settings {
                let new = bond.settings.clone();
                bond.driver.reset(now, &old, &new);
            }
            if let Some(network::Value::Link(Some(chosen))) = options.get(bond::ACTIVE_SLAVE) {
                bond.driver.choose(&bond.settings, chosen);
            }
            if let Some(options) = self.model.link_mut(&name).and_then(|link| link.options_mut(network::Scope::Bond)) {
                // A choice is made once; what is active from then on is the driver's to say.
                options.remove(bond::ACTIVE_SLAVE);
            }
            self.after_bond(now, &name, before.as_ref(), out);
        }
    }

    /// Bridges forget ports that left, and take the least of their ports' addresses where none was given.
    fn follow_bridges(&mut self) {
        let names: Vec<IfName> = self.bridges.keys().cloned().collect();
        for name in names {
            let Some(ports) = self.model.link(&name).and_then(Link::bridge).map(|bridge| bridge.ports.clone()) else {
                continue;
            };
            let least = ports.iter().map(|port| self.mac(port)).min();
            let Some(bridging) = self.bridges.get_mut(&name) else { continue };
            bridging.keep(&ports);
            if !bridging.pinned
                && let (Some(least), Some(link)) = (least, self.model.link_mut(&name))
            {
                link.mac = Some(least);
            }
        }
    }

    /// The routes that come with addresses of links that are up (`fib_add_ifaddr`, `addrconf_prefix_route`).
    fn connect(&mut self) {
        let mut missing = Vec::new();
        for link in self.model.links.values().filter(|link| link.up == Some(true) && link.kind != Kind::Loopback) {
            for address in &link.addresses {
                if let Some(route) = connected(&link.name, address.net)
                    && !self.model.routes.iter().any(|old| old.is_same(&route))
                {
                    missing.push(route);
                }
            }
        }
        let links = &self.model.links;
        let alone = |route: &Route| {
            let link = links.get(&route.link);
            let has = |link: &Link| link.addresses.iter().any(|a| a.net.trunc() == route.destination);
            effect::is_connected(route) && !link.is_some_and(has)
        };
        let gone: Vec<Route> = self.model.routes.iter().filter(|route| alone(route)).cloned().collect();
        let routes = self.model.routes_mut();
        routes.retain(|route| !gone.contains(route));
        routes.extend(missing);
    }

    /// The bond's address goes where `fail_over_mac` says (`bond_do_fail_over_mac`).
    pub(super) fn fail_over_mac(&mut self, name: &IfName, before: Option<&IfName>, active: Option<&IfName>) {
        use crate::bond::FailOverMac;
        let Some(bond) = self.bonds.get(name) else { return };
        let original = |name: &IfName| bond.driver.slave(name).map(|slave| slave.original_mac);
        match (bond.settings.fail_over_mac, active) {
            (FailOverMac::Active, Some(active)) => {
                let mac = original(active);
                if let (Some(mac), Some(link)) = (mac, self.model.link_mut(name)) {
                    link.mac = Some(mac);
                }
            }
            (FailOverMac::Follow, Some(active)) => {
                // They swap; without one before, with whoever has the bond's (`bond_get_old_active`).
                let (freed, bonds) = (self.mac(active), self.mac(name));
                let holders = bond.driver.slaves.iter().map(|slave| slave.name.clone());
                let holder = holders.filter(|slave| slave != active).find(|slave| self.mac(slave) == bonds);
                let old = before.cloned().or(holder);
                let mac = old.as_ref().map_or(bonds, |old| self.mac(old));
                if let Some(link) = self.model.link_mut(active) {
                    link.mac = Some(mac);
                }
                if let Some(link) = old.as_ref().and_then(|old| self.model.link_mut(old)) {
                    link.mac = Some(freed);
                }
            }
            _ => {}
        }
        self.follow_addresses();
        self.follow_bridges();
    }

    /// Where load is balanced, the active slave has the bond's address, and whoever had that at first has the active one's
    /// (`bond_alb_init_slave`, `bond_alb_handle_active_change`).
    pub(super) fn follow_addresses(&mut self) {
        for (name, bond) in &self.bonds {
            if !bond.settings.balances_load() {
                continue;
            }
            let Some(mac) = self.model.link(name).and_then(|link| link.mac) else { continue };
            let original = |name: &IfName| bond.driver.slave(name).map(|slave| slave.original_mac);
            let freed = bond.driver.active.as_ref().and_then(original).unwrap_or(mac);
            for slave in &bond.driver.slaves {
                let own = match (Some(&slave.name) == bond.driver.active.as_ref(), slave.original_mac == mac) {
                    (true, _) => mac,
                    (false, true) => freed,
                    (false, false) => slave.original_mac,
                };
                if let Some(link) = self.model.link_mut(&slave.name) {
                    link.mac = Some(own);
                }
            }
        }
    }

    /// Starts a guest's NIC on a bridge, as Proxmox does: its port is up, with carrier, in the bridge.
    ///
    /// # Errors
    /// The refusal: there is no such bridge.
    pub(crate) fn start_guest(
        &mut self,
        now: Duration,
        port: &IfName,
        bridge: &IfName,
        facts: super::NicFacts,
    ) -> Result<(), Refusal> {
        if !self.nics.contains_key(port) {
            self.add_nic(port, facts, Phy::new(Duration::ZERO, Duration::ZERO));
        }
        let into = Change::SetMaster { link: port.clone(), master: Some(bridge.clone()) };
        // A guest that has just started has nothing that it could send.
        let mut out = Vec::new();
        self.execute(now, &into, &mut out)?;
        self.execute(now, &Change::SetUp { link: port.clone(), up: true }, &mut out)
    }

    /// The signal at a NIC came or went.
    pub(crate) fn set_signal(&mut self, now: Duration, name: &IfName, signal: bool, out: &mut Vec<Sent>) {
        if self.nics.get_mut(name).is_some_and(|nic| nic.phy.set_signal(now, signal)) {
            self.note_carrier(name);
            self.refresh(now);
            let bonds: Vec<IfName> = self.bonds.keys().cloned().collect();
            bonds.iter().for_each(|bond| self.send_lacpdus(bond, out));
        }
    }

    /// Whether it is a bridge that filters by VLAN.
    pub(crate) fn filters(&self, bridge: &IfName) -> bool {
        self.model.link(bridge).and_then(Link::bridge).is_some_and(Bridge::is_vlan_aware)
    }
}

fn connected(link: &IfName, net: IpNet) -> Option<Route> {
    let (metric, source, scope) = match net.addr() {
        IpAddr::V4(address) => (0, Some(address.into()), SCOPE_LINK),
        IpAddr::V6(_) => (METRIC_V6, None, 0),
    };
    (net.prefix_len() < net.max_prefix_len()).then(|| Route {
        destination: net.trunc(),
        gateway: None,
        link: link.clone(),
        metric,
        onlink: false,
        protocol: RTPROT_KERNEL,
        source,
        table: RT_TABLE_MAIN,
        scope,
    })
}
