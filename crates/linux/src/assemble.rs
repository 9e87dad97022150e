//! A [`Network`] from what the kernel told, dump by dump. Pure: [`crate::Linux`] brings the dumps.

use std::collections::{BTreeMap, BTreeSet};

use netlink_packet_route::AddressFamily;
use network::address::RT_TABLE_MAIN;
use network::dhcp::Dhcp;
use network::{Given, IfName, Kind, Link, Network, Options, PortVlans, Route};

use crate::decode::{Names, address, device, link::Reader, route, vlans};
use crate::{RawMessage, ReadError, ethtool, proc_bonding};

/// A network in the making. It begins with the links; all else refers to them by number.
#[derive(Clone, Debug)]
pub struct Assembly {
    names: Names,
    network: Network,
}

impl Assembly {
    /// Begins with the answer to `RTM_GETLINK`. Bonds have their slaves by number until [`Assembly::add_bond`] tells the
    /// order of enslavement; bridges have their ports by name.
    ///
    /// # Errors
    /// When a message is malformed, or refers to a link that is not there; so for all of these.
    pub fn from_links(messages: Vec<RawMessage>) -> Result<Self, ReadError> {
        let names = Names::read(payloads(&messages))?;
        let reader = Reader::new(&names);
        let (mut network, mut members) = (Network::default(), BTreeMap::<IfName, Vec<IfName>>::new());
        let mut last = Last::default();
        // Each message goes when it is read: a host of thousands of links is in memory once, not twice.
        for message in messages {
            let mut link = reader.read(&message.payload)?;
            last.share(&mut link);
            if let Some(master) = &link.master {
                members.entry(master.clone()).or_default().push(link.name.clone());
            }
            network.insert(link);
        }
        for (master, mut names) in members {
            match network.links.get_mut(&master).map(|link| &mut link.kind) {
                Some(Kind::Bond(bond)) => bond.slaves = names,
                Some(Kind::Bridge(bridge)) => {
                    names.sort();
                    bridge.ports = names;
                }
                _ => {}
            }
        }
        Ok(Self { names, network })
    }

    /// Whether any bridge filters by VLAN, so that [`Assembly::add_vlans`] has something to add.
    #[must_use]
    pub fn has_vlans(&self) -> bool {
        self.network.links.values().any(filters)
    }

    /// Adds the answer to `RTM_GETLINK` of `AF_BRIDGE`: the VLANs of bridges that filter, and of their ports. A bridge
    /// that does not filter keeps a list that means nothing.
    ///
    /// # Errors
    /// See [`Assembly::from_links`].
    pub fn add_vlans(&mut self, messages: &[RawMessage]) -> Result<(), ReadError> {
        let mut found: BTreeMap<IfName, PortVlans> = BTreeMap::new();
        for payload in payloads(messages) {
            let (index, vlans) = vlans::vlans(payload)?;
            found.insert(self.names.get(index)?, vlans);
        }
        let filtering: BTreeSet<IfName> =
            self.network.links.values().filter(|link| filters(link)).map(|link| link.name.clone()).collect();
        for link in self.network.links.values_mut() {
            let vlans = found.remove(&link.name);
            if let (Kind::Bridge(bridge), true) = (&mut link.kind, filtering.contains(&link.name)) {
                bridge.vlans = Some(vlans.unwrap_or_default());
            } else if let (Some(port), Some(master)) = (&mut link.bridge_port, &link.master)
                && filtering.contains(master)
            {
                port.vlans = Some(vlans.unwrap_or_default());
            }
        }
        Ok(())
    }

    /// Adds the answer to `RTM_GETADDR`.
    ///
    /// # Errors
    /// See [`Assembly::from_links`].
    pub fn add_addresses(&mut self, messages: &[RawMessage]) -> Result<(), ReadError> {
        for payload in payloads(messages) {
            if let Some((index, address)) = address::address(payload)?
                && let Some(link) = self.network.links.get_mut(&self.names.get(index)?)
            {
                link.addresses.push(address);
            }
        }
        Ok(())
    }

    /// Adds the answer to `RTM_GETROUTE` of a family. A kernel without IPv6 answers for another family: those routes are
    /// passed over.
    ///
    /// # Errors
    /// See [`Assembly::from_links`].
    pub fn add_routes(&mut self, family: AddressFamily, messages: &[RawMessage]) -> Result<(), ReadError> {
        let tables = self.tables();
        for payload in payloads(messages).filter(|payload| payload.first() == Some(&family.into())) {
            let routes = route::routes(payload, &self.names)?;
            let known = |route: &Route| route.table == RT_TABLE_MAIN || tables.contains(&route.table);
            self.network.routes.extend(routes.into_iter().filter(known));
        }
        Ok(())
    }

    /// The routing tables of VRFs.
    #[must_use]
    pub fn tables(&self) -> Vec<u32> {
        let vrf = |link: &Link| if let Kind::Given(Given::Vrf { table }) = link.kind { table } else { None };
        self.network.links.values().filter_map(vrf).collect()
    }

    /// The VXLAN devices, by number: each has remote ends to ask for.
    #[must_use]
    pub fn vxlans(&self) -> Vec<u32> {
        let vxlans = self.network.links.values().filter(|link| matches!(link.kind, Kind::Given(Given::Vxlan(_))));
        vxlans.filter_map(|link| Some(link.index()?.0)).collect()
    }

    /// Adds the answer to `RTM_GETNEIGH` of `AF_BRIDGE` for a VXLAN device: its remote ends.
    ///
    /// # Errors
    /// See [`Assembly::from_links`].
    pub fn add_remotes(&mut self, messages: &[RawMessage]) -> Result<(), ReadError> {
        for payload in payloads(messages) {
            let Some((index, remote)) = device::remote(payload)? else { continue };
            let name = self.names.get(index)?;
            if let Some(Kind::Given(Given::Vxlan(vxlan))) = self.network.links.get_mut(&name).map(|link| &mut link.kind)
                && vxlan.group != Some(remote)
            {
                vxlan.remotes.push(remote);
                vxlan.remotes.sort_unstable();
            }
        }
        Ok(())
    }

    /// The bonds that have slaves.
    #[must_use]
    pub fn bonds(&self) -> Vec<IfName> {
        let has_slaves = |link: &&Link| link.bond().is_some_and(|bond| !bond.slaves.is_empty());
        self.network.links.values().filter(has_slaves).map(|link| link.name.clone()).collect()
    }

    /// Adds what /proc/net/bonding tells of a bond: the order of enslavement, and the ends of LACP. A slave that the text
    /// does not have comes last.
    pub fn add_bond(&mut self, name: &IfName, text: &[u8]) {
        let told = proc_bonding::slaves(text);
        if let Some(Kind::Bond(bond)) = self.network.links.get_mut(name).map(|link| &mut link.kind) {
            let place = |slave: &IfName| told.iter().position(|told| told.name == slave.as_str());
            bond.slaves.sort_by_key(|slave| place(slave).unwrap_or(usize::MAX));
        }
        for slave in told {
            let link = slave.name.parse().ok().and_then(|slave: IfName| self.network.links.get_mut(&slave));
            let link = link.filter(|link| link.master.as_ref() == Some(name));
            let state = link.and_then(|link| link.bond_port.as_mut()).and_then(|port| port.state.as_mut());
            if let Some(lacp) = state.and_then(|state| state.lacp.as_mut()) {
                lacp.actor = slave.actor;
                lacp.partner = slave.partner;
                lacp.actor_churn = slave.actor_churn;
                lacp.partner_churn = slave.partner_churn;
            }
        }
    }

    /// Adds what ethtool tells of NICs and of the slaves of bonds; not of others, for a host can have a thousand guests.
    pub fn add_settings(&mut self, mut ask: impl FnMut(&IfName) -> (ethtool::Settings, Options)) {
        for link in self.network.links.values_mut() {
            if (link.kind == Kind::Nic || link.bond_port.is_some())
                && let Some(facts) = &mut link.facts
            {
                let (settings, features) = ask(&link.name);
                link.nic = features;
                facts.driver = settings.driver;
                facts.speed = settings.speed;
                facts.full_duplex = settings.full_duplex;
            }
        }
    }

    /// Adds which links a DHCP client feeds.
    pub fn add_dhcp(&mut self, running: &BTreeMap<IfName, Dhcp>) {
        for (name, families) in running {
            if let Some(link) = self.network.links.get_mut(name) {
                link.dhcp = *families;
            }
        }
    }

    /// The whole.
    #[must_use]
    pub fn finish(self) -> Network {
        self.network
    }
}

/// The options of the last bridge and port that were read, for the next one to share.
#[derive(Default)]
struct Last {
    bridge: Options,
    bridge_port: Options,
    ipv4: Options,
    ipv6: Options,
}

impl Last {
    fn share(&mut self, link: &mut Link) {
        link.ipv4.share(&mut self.ipv4);
        link.ipv6.share(&mut self.ipv6);
        if let Kind::Bridge(bridge) = &mut link.kind {
            bridge.options.share(&mut self.bridge);
        }
        if let Some(port) = &mut link.bridge_port {
            port.options.share(&mut self.bridge_port);
        }
    }
}

fn payloads(messages: &[RawMessage]) -> impl Iterator<Item = &[u8]> {
    messages.iter().map(|message| message.payload.as_slice())
}

fn filters(link: &Link) -> bool {
    link.bridge().is_some_and(network::Bridge::is_vlan_aware)
}
