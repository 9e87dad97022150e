//! What a host is cabled to, where nobody says: made up from the file, every assumption said aloud.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};
use network::{IfName, Kind, Link, Network, PortVlans, Vid};
use twin::LagMode;
use twin::topology::{GuestSpec, LagSpec, NicSpec, Plug, PortSpec, StationSpec, SwitchSpec, Topology, trunk};

use crate::layers::{nics_below, tag_of};
use crate::needs::{Bundle, needs};

/// The name of the switch that is made up.
const SWITCH: &str = "switch1";
/// Untagged networks of further uplinks are kept apart by native VLANs from here on.
const APART: u16 = 4000;

/// What the switch is taken to be set to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SwitchSide {
    /// What the file needs.
    #[default]
    Fitting,
    /// Nothing: plain ports.
    Plain,
    /// A static group for each bond.
    Static,
    /// LACP for each bond.
    Lacp {
        /// With the fast rate; else as the file says.
        fast: Option<bool>,
        /// It speaks unasked.
        active: bool,
    },
}

/// What was made up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The host and what it is cabled to.
    pub topology: Topology,
    /// What was assumed, a sentence each.
    pub assumptions: Vec<String>,
}

/// Makes up a host and its network from what a file wants. `observed`: the host as it is, whose NICs are taken over.
#[must_use]
pub fn imagine(wanted: &Network, observed: Option<&Network>, side: SwitchSide, forward_delay: Duration) -> Setup {
    let mut made = Made { wanted, natives: natives(wanted), ..Made::new(wanted) };
    made.nics(observed);
    made.switch(side, forward_delay);
    made.stations();
    made.guests(observed);
    made.topology.switches[0].ports.sort_by(|a, b| a.name.len().cmp(&b.name.len()).then_with(|| a.name.cmp(&b.name)));
    Setup { topology: made.topology, assumptions: made.assumptions }
}

/// The native VLAN of each NIC's port: one for the NICs that are of one network.
fn natives(wanted: &Network) -> BTreeMap<IfName, Vid> {
    let mut out = BTreeMap::new();
    let way_out = wanted.routes.iter().find(|route| route.is_default()).map(|route| &route.link);
    let mut tops: Vec<&Link> = wanted.links.values().filter(|link| link.master.is_none()).collect();
    // The network of the default route is VLAN 1, as on a switch that nobody touched.
    tops.sort_by_key(|link| {
        way_out.is_none_or(|way| !nics_below(wanted, way).is_subset(&nics_below(wanted, &link.name)))
    });
    let mut next = 0;
    for top in tops {
        let nics = nics_below(wanted, &top.name);
        if nics.is_empty() || nics.iter().any(|nic| out.contains_key(nic)) {
            continue;
        }
        let vid = if next == 0 { Vid::ONE } else { Vid::new(APART + next).unwrap_or(Vid::ONE) };
        next += 1;
        out.extend(nics.into_iter().map(|nic| (nic, vid)));
    }
    out
}

struct Made<'a> {
    wanted: &'a Network,
    natives: BTreeMap<IfName, Vid>,
    topology: Topology,
    assumptions: Vec<String>,
    /// The next port of the switch for a station.
    next_port: usize,
    /// The next network for who has none.
    next_network: u8,
}

impl<'a> Made<'a> {
    fn new(wanted: &'a Network) -> Self {
        let topology = Topology { host: "host".to_owned(), ..Topology::default() };
        let (natives, assumptions) = (BTreeMap::new(), Vec::new());
        Self { wanted, natives, topology, assumptions, next_port: 0, next_network: 0 }
    }

    fn assume(&mut self, text: impl Into<String>) {
        self.assumptions.push(text.into());
    }

    fn nics(&mut self, observed: Option<&Network>) {
        let names = self.wanted.links.values().filter(|link| link.kind == Kind::Nic && !link.name.is_guest_port());
        let names: Vec<IfName> = names.map(|link| link.name.clone()).collect();
        for (number, name) in (1..).zip(&names) {
            let plug = Plug { switch: SWITCH.to_owned(), port: number.to_string() };
            let mut nic = NicSpec::copper(name.clone(), Some(plug));
            let known = observed.and_then(|host| host.link(name));
            if let Some(facts) = known.and_then(|link| link.facts.as_ref()) {
                nic.mac = facts.permanent_mac.or(known.and_then(|link| link.mac));
                nic.speed = facts.speed.unwrap_or(nic.speed);
                nic.driver = facts.driver.clone().unwrap_or(nic.driver);
            }
            self.topology.nics.push(nic);
        }
        self.next_port = names.len() + 1;
        let list: Vec<&str> = names.iter().map(IfName::as_str).collect();
        if observed.is_none() {
            self.assume(format!(
                "the host has {}: gigabit, 2 s from a signal to a link, 10 ms until a lost one is seen",
                list.join(", ")
            ));
        }
    }

    fn switch(&mut self, side: SwitchSide, forward_delay: Duration) {
        let mut ports = Vec::new();
        for nic in &self.topology.nics {
            let native = self.natives.get(&nic.name).copied().unwrap_or(Vid::ONE);
            let name = nic.cable.as_ref().map(|plug| plug.port.clone()).unwrap_or_default();
            ports.push(PortSpec { name, vlans: trunk(native), chassis: 0 });
        }
        let mut lags = Vec::new();
        for need in needs(self.wanted) {
            let ports: Vec<String> = self.ports_of(&need.slaves);
            let fits = |bundle| match bundle {
                Bundle::Plain => None,
                Bundle::Static => Some(LagMode::Static),
                Bundle::Lacp { fast } => Some(LagMode::Lacp { active: true, fast, individual: true }),
            };
            let fast_here = matches!(need.bundle, Bundle::Lacp { fast: true });
            let mode = match side {
                SwitchSide::Fitting => fits(need.bundle),
                SwitchSide::Plain => None,
                SwitchSide::Static => Some(LagMode::Static),
                SwitchSide::Lacp { fast, active } => {
                    Some(LagMode::Lacp { active, fast: fast.unwrap_or(fast_here), individual: true })
                }
            };
            let words = mode.map_or("plain ports, no group".to_owned(), mode_in_words);
            self.assumptions.push(format!("{SWITCH}, ports {} ({}): {words}", ports.join(" and "), need.bond));
            lags.extend(mode.map(|mode| LagSpec { name: need.bond.to_string(), ports, mode }));
        }
        let waits = match forward_delay.as_secs() {
            0 => "its ports forward as soon as they have a link".to_owned(),
            seconds => format!("its ports forward {seconds} s after they have a link (spanning tree)"),
        };
        self.assumptions.push(format!("all cables lead to one switch, {SWITCH}; they carry all VLANs, and {waits}"));
        self.topology.switches.push(SwitchSpec { name: SWITCH.to_owned(), forward_delay, ports, lags });
    }

    fn ports_of(&self, nics: &[IfName]) -> Vec<String> {
        let cable = |name: &IfName| self.topology.nics.iter().find(|nic| nic.name == *name)?.cable.clone();
        nics.iter().filter_map(|nic| Some(cable(nic)?.port)).collect()
    }

    /// Somebody for each of the host's addresses to talk to: its gateway, or a peer.
    fn stations(&mut self) {
        for link in self.wanted.links.values().filter(|link| link.kind != Kind::Loopback) {
            for address in &link.addresses {
                let net = address.net;
                let routes = self.wanted.routes.iter();
                let gateway = routes.filter_map(|route| route.gateway).find(|gateway| net.contains(gateway));
                let Some(ip) = gateway.or_else(|| peer(net)) else { continue };
                let name = if gateway.is_some() { format!("gateway {ip}") } else { format!("peer {ip}") };
                if !self.topology.stations.iter().any(|station| station.name == name) {
                    let vid = tag_of(self.wanted, link).or_else(|| self.native_of(&link.name));
                    self.station(name, ip, net.prefix_len(), vid.unwrap_or(Vid::ONE));
                }
            }
        }
    }

    fn native_of(&self, name: &IfName) -> Option<Vid> {
        nics_below(self.wanted, name).iter().find_map(|nic| self.natives.get(nic)).copied()
    }

    fn station(&mut self, name: String, ip: IpAddr, prefix: u8, vid: Vid) {
        let Ok(net) = IpNet::new(ip, prefix) else { return };
        let port = self.next_port.to_string();
        self.next_port += 1;
        let vlans = PortVlans::only_pvid(vid);
        if let Some(switch) = self.topology.switches.first_mut() {
            switch.ports.push(PortSpec { name: port.clone(), vlans, chassis: 0 });
        }
        let cable = Plug { switch: SWITCH.to_owned(), port };
        self.topology.stations.push(StationSpec { name, addresses: vec![net], cable });
    }

    /// The guests of the host where it is known; else one for each bridge, and one with a tag where the bridge filters.
    fn guests(&mut self, observed: Option<&Network>) {
        let bridges: Vec<&Link> = self.wanted.links.values().filter(|link| link.bridge().is_some()).collect();
        let mut number = 100;
        for link in bridges {
            let found: Vec<(IfName, Option<Vid>)> = guests_on(observed, &link.name);
            let tag = tag_of(self.wanted, link);
            let native = tag.or_else(|| self.native_of(&link.name));
            if found.is_empty() && native.is_some() {
                let filtered = self.first_tagged(link).into_iter().map(Some);
                for (place, vlan) in std::iter::once(None).chain(filtered).enumerate() {
                    if let Ok(port) = IfName::new(&format!("tap{number}i{place}")) {
                        self.guest(port, &link.name, vlan, vlan.or(native).unwrap_or(Vid::ONE));
                    }
                }
                number += 1;
            }
            for (port, vlan) in found {
                self.guest(port, &link.name, vlan, vlan.or(native).unwrap_or(Vid::ONE));
            }
        }
        let made: Vec<String> = self.topology.guests.iter().map(|guest| guest.port.to_string()).collect();
        if number > 100 {
            self.assume(format!("guests were made up, one for each bridge and one with a VLAN: {}", made.join(", ")));
        }
    }

    /// A VLAN that a bridge that filters lets out of the host with its tag.
    fn first_tagged(&self, bridge: &Link) -> Option<Vid> {
        let filters = bridge.bridge().is_some_and(network::Bridge::is_vlan_aware);
        let mut members = self.wanted.members(&bridge.name).filter(|_| filters);
        members.find_map(|port| {
            let vlans = port.bridge_port.as_ref()?.vlans.as_ref()?;
            vlans.members.iter().find(|vid| !vlans.untagged.contains(*vid))
        })
    }

    fn guest(&mut self, port: IfName, bridge: &IfName, vlan: Option<Vid>, on_wire: Vid) {
        self.next_network += 1;
        let third = self.next_network;
        let ip = |host| IpAddr::V4(Ipv4Addr::new(198, 18, third, host));
        let peer = format!("peer of {port}");
        let Ok(net) = IpNet::new(ip(100), 24) else { return };
        self.station(peer.clone(), ip(1), 24, on_wire);
        self.topology.guests.push(GuestSpec { port, bridge: bridge.clone(), vlan, addresses: vec![net], peer });
    }
}

/// The guests' ports of a host that is known, with their VLANs.
fn guests_on(observed: Option<&Network>, bridge: &IfName) -> Vec<(IfName, Option<Vid>)> {
    let members = observed.into_iter().flat_map(|host| host.members(bridge));
    let vlan = |link: &Link| link.bridge_port.as_ref()?.vlans.as_ref()?.pvid.filter(|vid| *vid != Vid::ONE);
    members.filter(|link| link.name.is_guest_port()).map(|link| (link.name.clone(), vlan(link))).collect()
}

/// Another address of the network, for somebody to talk to: the first that is not the host's.
fn peer(net: IpNet) -> Option<IpAddr> {
    match net {
        IpNet::V4(net) => Ipv4Net::hosts(&net).find(|ip| *ip != net.addr()).map(IpAddr::V4),
        IpNet::V6(net) => net.hosts().take(3).find(|ip| *ip != net.addr() && *ip != net.network()).map(IpAddr::V6),
    }
}

fn mode_in_words(mode: LagMode) -> String {
    match mode {
        LagMode::Static => "one static group, without LACP".to_owned(),
        LagMode::Lacp { active, fast, individual } => format!(
            "one LACP group, {}, {} rate{}",
            if active { "active" } else { "passive" },
            if fast { "fast" } else { "slow" },
            if individual { ", a port without LACP forwards by itself" } else { "" }
        ),
    }
}
