//! Addresses, routes and neighbours: enough to answer, to be found, and to send a flow's packets.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::time::Duration;

use network::{IfName, Kind, Mac};

use super::Kernel;
use super::state::Sent;
use crate::frame::{BROADCAST, Data, Frame, Neighbour, Payload};

/// How long a neighbour that does not answer is left in peace (`retrans_time_ms`).
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// Why a packet of the host did not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Local {
    /// It left.
    Sent,
    /// The host has no address, or no route there.
    NoRoute,
    /// The next hop's address is being asked for.
    Asking,
}

impl Kernel {
    /// Whether the host has that address on a link that is up.
    pub(super) fn has_address(&self, address: IpAddr) -> bool {
        let holds = |link: &network::Link| link.addresses.iter().any(|a| a.net.addr() == address);
        self.model.links.values().any(|link| link.up == Some(true) && holds(link))
    }

    /// A frame arrived that no bond or bridge above wants.
    pub(super) fn local(&mut self, now: Duration, device: &IfName, frame: &Frame, out: &mut Vec<Sent>) {
        let mine = frame.destination == self.mac(device) || frame.destination.is_multicast();
        if !mine || frame.tag.is_some() {
            return;
        }
        match &frame.payload {
            Payload::Data(data) if self.has_address(data.destination) => out.push(Sent::Delivered(*data)),
            Payload::Neighbour(neighbour) => self.hear(now, device, neighbour, out),
            Payload::Data(_) | Payload::Lacp(_) => {}
        }
    }

    fn hear(&mut self, now: Duration, device: &IfName, said: &Neighbour, out: &mut Vec<Sent>) {
        let key = (device.clone(), said.sender);
        let asks_us = said.asks && self.has_address(said.target);
        if asks_us || self.asked.remove(&key).is_some() || self.neighbours.contains_key(&key) {
            let news = self.neighbours.insert(key, said.sender_mac) != Some(said.sender_mac);
            self.version += u64::from(news);
        }
        if asks_us && said.sender != said.target {
            let mac = self.mac(device);
            let answer = Neighbour { asks: false, sender: said.target, sender_mac: mac, target: said.sender };
            self.output(now, device, Frame::neighbour(mac, said.sender_mac, answer), out);
        }
    }

    /// Tells everybody of the addresses of a link and of the VLAN devices on it (`NETDEV_NOTIFY_PEERS`). A bridge above
    /// does not pass that on, so neither its addresses nor its guests are announced (`br_device_event`).
    pub(super) fn announce(&mut self, now: Duration, name: &IfName, out: &mut Vec<Sent>) {
        let riders: Vec<IfName> = self.model.riders(name).map(|link| link.name.clone()).collect();
        for link in std::iter::once(name.clone()).chain(riders) {
            let addresses: Vec<IpAddr> =
                self.model.link(&link).into_iter().flat_map(|link| &link.addresses).map(|a| a.net.addr()).collect();
            let mac = self.mac(&link);
            for address in addresses {
                let word = Neighbour { asks: false, sender: address, sender_mac: mac, target: address };
                self.output(now, &link, Frame::neighbour(mac, BROADCAST, word), out);
            }
        }
    }

    /// The ARP monitor's questions, sent by one slave.
    pub(super) fn probe(
        &mut self,
        now: Duration,
        bond: &IfName,
        slave: &IfName,
        targets: &[IpAddr],
        out: &mut Vec<Sent>,
    ) {
        let mac = self.mac(bond);
        for target in targets {
            let Some((by, source, _)) = self.way_to(*target) else { continue };
            // Another way out is none of the bond's ("no path to arp_ip_target", `bond_arp_send_all`).
            if !self.stands_on(&by, bond) {
                continue;
            }
            let question = Neighbour { asks: true, sender: source, sender_mac: mac, target: *target };
            if let Some(bond) = self.bonds.get_mut(bond)
                && let Some(slave) = bond.driver.slave_mut(slave)
            {
                slave.last_tx = now;
            }
            self.output(now, slave, Frame::neighbour(mac, BROADCAST, question), out);
        }
    }

    /// Whether a link is another, or stands on it: as its bridge, as a VLAN device, or further up.
    fn stands_on(&self, upper: &IfName, lower: &IfName) -> bool {
        let (mut seen, mut rest) = (BTreeSet::new(), vec![lower.clone()]);
        while let Some(name) = rest.pop() {
            if name == *upper {
                return true;
            }
            if seen.insert(name.clone()) {
                rest.extend(self.model.link(&name).and_then(|link| link.master.clone()));
                rest.extend(self.model.riders(&name).map(|rider| rider.name.clone()));
            }
        }
        false
    }

    /// Which link leads there, with which address of ours, and by whom: the longest prefix, then the least metric.
    pub(crate) fn way_to(&self, destination: IpAddr) -> Option<(IfName, IpAddr, IpAddr)> {
        let routes = self
            .model
            .routes
            .iter()
            .filter(|route| route.destination.contains(&destination) && self.is_up(&route.link));
        let best = routes.max_by_key(|route| (route.destination.prefix_len(), std::cmp::Reverse(route.metric)))?;
        let link = self.model.link(&best.link)?;
        let hop = best.gateway.unwrap_or(destination);
        let of_family = |address: &&network::Address| address.net.addr().is_ipv4() == destination.is_ipv4();
        let near = link.addresses.iter().find(|address| address.net.contains(&hop));
        let any = self.model.links.values().flat_map(|link| &link.addresses).find(of_family);
        let source = best.source.or_else(|| near.or(any).map(|address| address.net.addr()))?;
        Some((best.link.clone(), source, hop))
    }

    /// Sends a packet of a flow from the host itself. `data.source` is filled in from the route.
    pub(crate) fn send(&mut self, now: Duration, mut data: Data, out: &mut Vec<Sent>) -> Local {
        let Some((link, source, hop)) = self.way_to(data.destination) else { return Local::NoRoute };
        data.source = source;
        let mac = self.mac(&link);
        let key = (link.clone(), hop);
        if let Some(neighbour) = self.neighbours.get(&key).copied() {
            self.output(now, &link, frame(mac, neighbour, data), out);
            return Local::Sent;
        }
        let asked = self.asked.get(&key).copied();
        if self.is_running(&link) && asked.is_none_or(|asked| now >= asked + ASK_AGAIN) {
            self.asked.insert(key, now);
            self.version += 1;
            let question = Neighbour { asks: true, sender: source, sender_mac: mac, target: hop };
            self.output(now, &link, Frame::neighbour(mac, BROADCAST, question), out);
        }
        Local::Asking
    }
}

fn frame(source: Mac, destination: Mac, data: Data) -> Frame {
    Frame { source, destination, tag: None, payload: Payload::Data(data) }
}

impl Kernel {
    /// The host's addresses on links that are up, the default route's link's first. Loopback's do not count.
    #[must_use]
    pub fn own_addresses(&self) -> Vec<ipnet::IpNet> {
        let way_out = self.model.routes.iter().find(|route| route.is_default()).map(|route| &route.link);
        let mut links: Vec<&network::Link> =
            self.model.links.values().filter(|link| link.up == Some(true) && link.kind != Kind::Loopback).collect();
        links.sort_by_key(|link| Some(&link.name) != way_out);
        links.into_iter().flat_map(|link| link.addresses.iter().map(|address| address.net)).collect()
    }

    /// Whether a bond takes turns, so that no two packets need fare alike.
    pub(crate) fn takes_turns(&self) -> bool {
        self.bonds.values().any(|bond| bond.driver.takes_turns(&bond.settings))
    }
}
