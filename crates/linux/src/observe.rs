//! The whole network from a handful of dumps, and one file under /proc for each bond.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};

use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::address::AddressMessage;
use netlink_packet_route::link::{LinkAttribute, LinkExtentMask, LinkMessage};
use netlink_packet_route::route::{RouteHeader, RouteMessage, RouteType};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::{IfName, Kind, Link, Network, ObserveError, PortVlans, Route};

use crate::decode::{Names, address, link::Reader, route, vlans};
use crate::{DumpError, RawMessage, ReadError, Socket, ethtool, proc_bonding};

/// How often everything is read anew because a link came or went between two dumps.
const TRIES: u32 = 8;

pub(crate) fn observe(socket: &mut Socket) -> Result<Network, ObserveError> {
    for _ in 0..TRIES {
        match once(socket) {
            Ok(network) => return Ok(network),
            Err(Failure::Moved) => {}
            Err(Failure::Final(error)) => return Err(error),
        }
    }
    Err(ObserveError { doing: "read the network", source: DumpError::Changing { tries: TRIES }.into() })
}

enum Failure {
    /// A link came or went: begin again.
    Moved,
    Final(ObserveError),
}

/// Says what was being done when an error came.
trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, Failure>;
}

impl<T> Doing<T> for Result<T, DumpError> {
    fn doing(self, doing: &'static str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Final(ObserveError { doing, source: error.into() }))
    }
}

impl<T> Doing<T> for Result<T, ReadError> {
    fn doing(self, doing: &'static str) -> Result<T, Failure> {
        self.map_err(|error| match error {
            ReadError::UnknownLink(_) => Failure::Moved,
            error => {
                let source = io::Error::new(io::ErrorKind::InvalidData, error);
                Failure::Final(ObserveError { doing, source })
            }
        })
    }
}

fn once(socket: &mut Socket) -> Result<Network, Failure> {
    let messages = socket.dump(&list_links()).doing("list the links")?;
    let names = Names::read(payloads(&messages)).doing("list the links")?;
    let reader = Reader::new(&names);
    let mut links = Vec::with_capacity(messages.len());
    for payload in payloads(&messages) {
        links.push(reader.read(payload).doing("list the links")?);
    }
    if links.iter().any(filters) {
        let messages = socket.dump(&list_vlans()).doing("list the bridges' VLANs")?;
        add_vlans(&messages, &names, &mut links).doing("list the bridges' VLANs")?;
    }
    for link in &mut links {
        ask_driver(socket, link)?;
    }
    let mut network = Network::default();
    let order: Vec<IfName> = links.iter().map(|link| link.name.clone()).collect();
    links.into_iter().for_each(|link| network.insert(link));
    let messages = socket.dump(&list_addresses()).doing("list the addresses")?;
    add_addresses(&messages, &names, &mut network).doing("list the addresses")?;
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        let messages = list_routes(socket, family).doing("list the routes")?;
        network.routes.extend(routes(&messages, family, &names).doing("list the routes")?);
    }
    add_members(&order, &mut network);
    Ok(network)
}

fn payloads(messages: &[RawMessage]) -> impl Iterator<Item = &[u8]> {
    messages.iter().map(|message| message.payload.as_slice())
}

/// Statistics are half of a link's message, and not asked for.
fn list_links() -> NetlinkMessage<RouteNetlinkMessage> {
    let mut message = LinkMessage::default();
    message.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats])];
    NetlinkMessage::from(RouteNetlinkMessage::GetLink(message))
}

fn list_vlans() -> NetlinkMessage<RouteNetlinkMessage> {
    let mut message = LinkMessage::default();
    message.header.interface_family = AddressFamily::Bridge;
    message.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::BrvlanCompressed])];
    NetlinkMessage::from(RouteNetlinkMessage::GetLink(message))
}

fn list_addresses() -> NetlinkMessage<RouteNetlinkMessage> {
    NetlinkMessage::from(RouteNetlinkMessage::GetAddress(AddressMessage::default()))
}

/// The main table alone: a router's others can hold a million. A main table that was never used does not exist yet.
fn list_routes(socket: &mut Socket, family: AddressFamily) -> Result<Vec<RawMessage>, DumpError> {
    let mut message = RouteMessage::default();
    message.header.address_family = family;
    message.header.table = RouteHeader::RT_TABLE_MAIN;
    message.header.kind = RouteType::Unicast;
    match socket.dump(&NetlinkMessage::from(RouteNetlinkMessage::GetRoute(message))) {
        Err(DumpError::Kernel(error)) if error.errno == libc::ENOENT => Ok(Vec::new()),
        answer => answer,
    }
}

/// A kernel without IPv6 answers for IPv4 once more: those are passed over.
fn routes(messages: &[RawMessage], family: AddressFamily, names: &Names) -> Result<Vec<Route>, ReadError> {
    let mut out = Vec::new();
    for payload in payloads(messages) {
        if payload.first() == Some(&family.into()) {
            out.extend(route::routes(payload, names)?);
        }
    }
    Ok(out)
}

fn filters(link: &Link) -> bool {
    link.bridge().is_some_and(network::Bridge::is_vlan_aware)
}

/// Gives the VLANs to bridges that filter, and to their ports. A bridge that does not keeps a list that means nothing.
fn add_vlans(messages: &[RawMessage], names: &Names, links: &mut [Link]) -> Result<(), ReadError> {
    let mut found: BTreeMap<IfName, PortVlans> = BTreeMap::new();
    for payload in payloads(messages) {
        let (index, vlans) = vlans::vlans(payload)?;
        found.insert(names.get(index)?, vlans);
    }
    let filtering: Vec<IfName> = links.iter().filter(|link| filters(link)).map(|link| link.name.clone()).collect();
    for link in links {
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

/// NICs and slaves of bonds only: a driver's answer takes microseconds, and a host can have a thousand guests.
fn ask_driver(socket: &Socket, link: &mut Link) -> Result<(), Failure> {
    if link.kind != Kind::Nic && link.bond_port.is_none() {
        return Ok(());
    }
    let settings = match ethtool::settings(socket.raw(), &link.name) {
        Ok(settings) => settings,
        Err(error) if error.raw_os_error() == Some(libc::ENODEV) => return Err(Failure::Moved),
        Err(source) => return Err(Failure::Final(ObserveError { doing: "ask the drivers", source })),
    };
    if let Some(facts) = &mut link.facts {
        facts.driver = settings.driver;
        facts.speed = settings.speed;
        facts.full_duplex = settings.full_duplex;
    }
    Ok(())
}

fn add_addresses(messages: &[RawMessage], names: &Names, network: &mut Network) -> Result<(), ReadError> {
    for payload in payloads(messages) {
        if let Some((index, address)) = address::address(payload)?
            && let Some(link) = network.links.get_mut(&names.get(index)?)
        {
            link.addresses.push(address);
        }
    }
    Ok(())
}

/// Tells bonds and bridges their members: bridges by name, bonds in the order of enslavement, which only /proc knows.
/// Where that can't be read, by number.
fn add_members(order: &[IfName], network: &mut Network) {
    let mut members: BTreeMap<IfName, Vec<IfName>> = BTreeMap::new();
    for name in order {
        if let Some(master) = network.links.get(name).and_then(|link| link.master.clone()) {
            members.entry(master).or_default().push(name.clone());
        }
    }
    for (master, mut names) in members {
        match network.links.get_mut(&master).map(|link| &mut link.kind) {
            Some(Kind::Bridge(bridge)) => {
                names.sort();
                bridge.ports = names;
            }
            Some(Kind::Bond(_)) => {
                let told = proc_bonding::slaves(&read_proc(&master));
                let place = |name: &IfName| told.iter().position(|slave| slave.name == name.as_str());
                names.sort_by_key(|name| place(name).unwrap_or(usize::MAX));
                for slave in told {
                    add_lacp(slave, network);
                }
                if let Some(Kind::Bond(bond)) = network.links.get_mut(&master).map(|link| &mut link.kind) {
                    bond.slaves = names;
                }
            }
            _ => {}
        }
    }
}

fn add_lacp(told: proc_bonding::Slave, network: &mut Network) {
    let link = told.name.parse().ok().and_then(|name: IfName| network.links.get_mut(&name));
    let state = link.and_then(|link| link.bond_port.as_mut()).and_then(|port| port.state.as_mut());
    if let Some(lacp) = state.and_then(|state| state.lacp.as_mut()) {
        lacp.actor = told.actor;
        lacp.partner = told.partner;
        lacp.actor_churn = told.actor_churn;
        lacp.partner_churn = told.partner_churn;
    }
}

/// Empty when it can't be read: /proc may be missing (a sandbox), and the bond may be gone by now.
///
/// Not /proc/net, which is that of the process's first thread, whatever namespace this one is in.
fn read_proc(bond: &IfName) -> Vec<u8> {
    let mut text = Vec::new();
    let limit = u64::try_from(proc_bonding::MAX_LEN).unwrap_or(u64::MAX);
    let read = File::open(format!("/proc/thread-self/net/bonding/{bond}"))
        .and_then(|file| file.take(limit).read_to_end(&mut text));
    if read.is_err() {
        text.clear();
    }
    text
}
