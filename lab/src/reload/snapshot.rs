//! What must not be disturbed, as the kernel has it at one moment.
//!
//! A neighbour entry on each link and a learned FDB entry on each port are planted as witnesses: the kernel forgets them
//! when the link goes down, loses its carrier, its MAC or its place in the bridge, however short.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use linux::Socket;
use linux::attribute::attributes;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_DUMP, NLM_F_REPLACE, NLM_F_REQUEST, NetlinkMessage};
use netlink_packet_route::link::{LinkFlags, LinkMessage};
use netlink_packet_route::neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::ReloadError;

/// All links of a network namespace at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// By name.
    pub links: BTreeMap<String, LinkState>,
}

/// What of a link a reload should leave as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkState {
    /// The kernel's number for it.
    pub index: u32,
    /// How often its carrier came or went (`IFLA_CARRIER_CHANGES`).
    pub carrier_changes: u32,
    /// Whether it has carrier.
    pub has_carrier: bool,
    /// Whose member it is.
    pub master: Option<String>,
    /// Its MAC.
    pub mac: Vec<u8>,
    /// Whether the neighbour that was planted is known on it.
    pub has_neighbour: bool,
    /// Whether the address that was planted is known behind it.
    pub is_learned: bool,
    /// Its flags (`IFF_*`).
    pub flags: u32,
}

/// The lengths of `struct ifinfomsg` and `struct ndmsg`, behind which attributes start.
const IFINFOMSG: usize = 16;
const NDMSG: usize = 12;
/// `IFLA_CARRIER_CHANGES`, `NDA_DST`, `NDA_LLADDR` and `NTF_MASTER`'s dump family.
const CARRIER_CHANGES: u16 = 35;
const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
/// Links on which a neighbour means nothing.
const NO_NEIGHBOURS: u32 = LinkFlags::Noarp.bits() | LinkFlags::Loopback.bits();

impl Snapshot {
    /// Takes one of the calling thread's network namespace.
    ///
    /// # Errors
    /// When the kernel can't be asked.
    pub fn take() -> Result<Self, ReloadError> {
        let mut socket = open()?;
        let mut links = links(&mut socket)?;
        let neighbours = neighbours(&mut socket, AddressFamily::Inet, NDA_DST)?;
        let learned = neighbours_of_bridges(&mut socket)?;
        for link in links.values_mut() {
            link.has_neighbour = neighbours.contains(&(link.index, neighbour(link.index).octets().to_vec()));
            link.is_learned = learned.contains(&(link.index, station(link.index).to_vec()));
        }
        Ok(Self { links })
    }

    /// How often a carrier came or went since then, on the links that are still the same.
    #[must_use]
    pub fn carrier_changes_since(&self, before: &Self) -> u32 {
        let of = |(name, was): (&String, &LinkState)| {
            let is = self.links.get(name).filter(|is| is.index == was.index)?;
            is.carrier_changes.checked_sub(was.carrier_changes)
        };
        before.links.iter().filter_map(of).sum()
    }

    /// The same without what is planted: what can be waited for to be at rest.
    ///
    /// # Errors
    /// When the kernel can't be asked.
    pub fn of_links() -> Result<Self, ReloadError> {
        Ok(Self { links: links(&mut open()?)? })
    }
}

/// Plants a neighbour on each link that is up, and an address behind each port of a bridge; `pvids` has the VLAN in which
/// a port of a VLAN-aware bridge learns what comes untagged.
///
/// # Errors
/// When the kernel refuses one.
pub fn plant_witnesses(pvids: &BTreeMap<String, Option<u16>>) -> Result<(), ReloadError> {
    let mut socket = open()?;
    for (name, link) in links(&mut socket)? {
        let is_up = link.flags & LinkFlags::Up.bits() != 0;
        if is_up && link.has_carrier && link.flags & NO_NEIGHBOURS == 0 {
            let message = about(AddressFamily::Inet, link.index, NeighbourFlags::empty());
            let address = NeighbourAttribute::Destination(neighbour(link.index).into());
            plant(
                &mut socket,
                message,
                vec![address, NeighbourAttribute::LinkLayerAddress(station(link.index).to_vec())],
            )?;
        }
        let Some(pvid) = pvids.get(&name) else { continue };
        let vlan = pvid.map(NeighbourAttribute::Vlan);
        let message = about(AddressFamily::Bridge, link.index, NeighbourFlags::Controller);
        let address = NeighbourAttribute::LinkLayerAddress(station(link.index).to_vec());
        plant(&mut socket, message, [address].into_iter().chain(vlan).collect())?;
    }
    Ok(())
}

fn about(family: AddressFamily, index: u32, flags: NeighbourFlags) -> NeighbourMessage {
    let mut message = NeighbourMessage::default();
    message.header.family = family;
    message.header.ifindex = index;
    message.header.state = NeighbourState::Reachable;
    message.header.flags = flags;
    message
}

fn plant(
    socket: &mut Socket,
    mut message: NeighbourMessage,
    attributes: Vec<NeighbourAttribute>,
) -> Result<(), ReloadError> {
    message.attributes = attributes;
    let mut message = NetlinkMessage::from(RouteNetlinkMessage::NewNeighbour(message));
    message.header.flags = NLM_F_CREATE | NLM_F_REPLACE;
    socket.request(message).map_err(|source| failed("a place for a witness")(Box::new(source)))
}

/// The neighbour that is planted on the link of that number: of RFC 2544's network, which nobody here uses.
fn neighbour(index: u32) -> Ipv4Addr {
    let [.., high, low] = index.to_be_bytes();
    Ipv4Addr::new(198, 18, high, low)
}

/// Its MAC, locally administered.
fn station(index: u32) -> [u8; 6] {
    let [.., high, low] = index.to_be_bytes();
    [0x02, 0x57, 0x00, 0x00, high, low]
}

fn open() -> Result<Socket, ReloadError> {
    Socket::open().map_err(|source| failed("a socket")(Box::new(source)))
}

fn failed(what: &'static str) -> impl Fn(Box<dyn std::error::Error + Send + Sync>) -> ReloadError {
    move |source| ReloadError::Kernel { what, source }
}

fn dump(socket: &mut Socket, what: &'static str, message: RouteNetlinkMessage) -> Result<Vec<Vec<u8>>, ReloadError> {
    let mut message = NetlinkMessage::from(message);
    message.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let found = socket.dump(&message).map_err(|source| failed(what)(Box::new(source)))?;
    Ok(found.into_iter().map(|message| message.payload).collect())
}

fn links(socket: &mut Socket) -> Result<BTreeMap<String, LinkState>, ReloadError> {
    let what = "links";
    let mut out = BTreeMap::new();
    let (mut names, mut masters) = (BTreeMap::new(), BTreeMap::new());
    for payload in dump(socket, what, RouteNetlinkMessage::GetLink(LinkMessage::default()))? {
        let (Some(index), Some(flags)) = (word(&payload, 4), word(&payload, 8)) else { continue };
        let mut link = LinkState { index, flags, ..LinkState::default() };
        let mut name = String::new();
        for attribute in attributes(payload.get(IFINFOMSG..).unwrap_or_default()) {
            let read = attribute.and_then(|attribute| {
                match attribute.kind {
                    libc::IFLA_IFNAME => name = attribute.text()?,
                    libc::IFLA_ADDRESS => link.mac = attribute.value.to_vec(),
                    libc::IFLA_MASTER => _ = masters.insert(index, attribute.u32()?),
                    libc::IFLA_CARRIER => link.has_carrier = attribute.u8()? == 1,
                    CARRIER_CHANGES => link.carrier_changes = attribute.u32()?,
                    _ => {}
                }
                Ok(())
            });
            read.map_err(|source| failed(what)(Box::new(source)))?;
        }
        names.insert(index, name.clone());
        out.insert(name, link);
    }
    for link in out.values_mut() {
        link.master = masters.get(&link.index).and_then(|master| names.get(master)).cloned();
    }
    Ok(out)
}

/// By link, what of each neighbour the attribute `key` holds.
fn neighbours(socket: &mut Socket, family: AddressFamily, key: u16) -> Result<BTreeSet<(u32, Vec<u8>)>, ReloadError> {
    let what = "neighbours";
    let mut message = NeighbourMessage::default();
    message.header.family = family;
    let mut out = BTreeSet::new();
    for payload in dump(socket, what, RouteNetlinkMessage::GetNeighbour(message))? {
        let Some(index) = word(&payload, 4) else { continue };
        for attribute in attributes(payload.get(NDMSG..).unwrap_or_default()) {
            let attribute = attribute.map_err(|source| failed(what)(Box::new(source)))?;
            if attribute.kind == key {
                out.insert((index, attribute.value.to_vec()));
            }
        }
    }
    Ok(out)
}

fn neighbours_of_bridges(socket: &mut Socket) -> Result<BTreeSet<(u32, Vec<u8>)>, ReloadError> {
    neighbours(socket, AddressFamily::Bridge, NDA_LLADDR)
}

fn word(payload: &[u8], at: usize) -> Option<u32> {
    let bytes = payload.get(at..at + 4)?;
    bytes.try_into().ok().map(u32::from_ne_bytes)
}
