//! A [`Network`] from what the kernel told, dump by dump. Pure: [`crate::Linux`] brings the dumps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use netlink_packet_route::AddressFamily;
use network::address::RT_TABLE_MAIN;
use network::dhcp::Dhcp;
use network::{Given, IfName, Kind, Link, LinkIndex, Network, Options, PortVlans, Route};

use crate::decode::link::{Reader, Told};
use crate::decode::{address, device, route, vlans};
use crate::{RawMessage, ReadError, ethtool, proc_bonding};

/// A network in the making. It begins with the links; all else refers to them by number.
#[derive(Clone, Debug, Default)]
pub struct Assembly {
    reader: Reader,
    links: Vec<Told>,
    /// Messages that name a link which was not told before them.
    open: Vec<Vec<u8>>,
    network: Network,
}

impl Assembly {
    /// Begins with the answer to `RTM_GETLINK`.
    ///
    /// # Errors
    /// See [`Assembly::add_link`] and [`Assembly::end_links`].
    pub fn from_links(messages: &[RawMessage]) -> Result<Self, ReadError> {
        let mut out = Self::default();
        payloads(messages).try_for_each(|payload| out.add_link(payload))?;
        out.end_links()?;
        Ok(out)
    }

    /// Adds a message of the answer to `RTM_GETLINK`, as they come: a host of thousands of links is in memory once, not
    /// twice.
    ///
    /// # Errors
    /// When it is malformed.
    pub fn add_link(&mut self, payload: &[u8]) -> Result<(), ReadError> {
        self.reader.names.note(payload)?;
        match self.reader.read(payload) {
            Ok(told) => self.links.push(told),
            Err(ReadError::UnknownLink(_)) => self.open.push(payload.to_vec()),
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Says that all links were told: now they find each other. Bonds have their slaves by number until
    /// [`Assembly::add_bond`] tells the order of enslavement; bridges have their ports by name.
    ///
    /// # Errors
    /// When a message is malformed, or refers to a link that is not there; so for all that follow.
    pub fn end_links(&mut self) -> Result<(), ReadError> {
        self.reader.names.end()?;
        for payload in std::mem::take(&mut self.open) {
            let told = self.reader.read(&payload)?;
            self.links.push(told);
        }
        let mut links = std::mem::take(&mut self.links);
        let mut members: Vec<(IfName, Option<LinkIndex>, IfName)> = Vec::new();
        for Told { link, master } in &mut links {
            let link = Arc::make_mut(link);
            link.master = master.map(|index| self.reader.names.get(index)).transpose()?;
            members.extend(link.master.clone().map(|master| (master, link.index(), link.name.clone())));
        }
        members.sort_unstable();
        self.network.links = links.into_iter().map(|told| told.link).collect();
        for group in members.chunk_by(|(one, ..), (other, ..)| one == other) {
            let mut names: Vec<IfName> = group.iter().map(|(.., name)| name.clone()).collect();
            match self.network.links.get_mut(&group[0].0).map(|link| &mut link.kind) {
                Some(Kind::Bond(bond)) => bond.slaves = names,
                Some(Kind::Bridge(bridge)) => {
                    names.sort_unstable();
                    bridge.ports = names;
                }
                _ => {}
            }
        }
        Ok(())
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
    /// See [`Assembly::end_links`].
    pub fn add_vlans(&mut self, messages: &[RawMessage]) -> Result<(), ReadError> {
        let mut found: BTreeMap<IfName, PortVlans> = BTreeMap::new();
        for payload in payloads(messages) {
            let (index, vlans) = vlans::vlans(payload)?;
            found.insert(self.reader.names.get(index)?, vlans);
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
    /// See [`Assembly::end_links`].
    pub fn add_addresses(&mut self, messages: &[RawMessage]) -> Result<(), ReadError> {
        for payload in payloads(messages) {
            if let Some((index, address)) = address::address(payload)?
                && let Some(link) = self.network.links.get_mut(&self.reader.names.get(index)?)
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
    /// See [`Assembly::end_links`].
    pub fn add_routes(&mut self, family: AddressFamily, messages: &[RawMessage]) -> Result<(), ReadError> {
        let tables = self.tables();
        for payload in payloads(messages).filter(|payload| payload.first() == Some(&family.into())) {
            let routes = route::routes(payload, &self.reader.names)?;
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
    /// See [`Assembly::end_links`].
    pub fn add_remotes(&mut self, messages: &[RawMessage]) -> Result<(), ReadError> {
        for payload in payloads(messages) {
            let Some((index, remote)) = device::remote(payload)? else { continue };
            let name = self.reader.names.get(index)?;
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

    /// Adds how MPLS is treated on each link.
    pub fn add_mpls(&mut self, read: impl Fn(&IfName) -> Options) {
        self.network.links.values_mut().for_each(|link| link.mpls = read(&link.name));
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

fn payloads(messages: &[RawMessage]) -> impl Iterator<Item = &[u8]> {
    messages.iter().map(|message| message.payload.as_slice())
}

fn filters(link: &Link) -> bool {
    link.bridge().is_some_and(network::Bridge::is_vlan_aware)
}
