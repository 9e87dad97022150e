//! The whole network from a handful of dumps, and one file under /proc for each bond.

use std::fs::File;
use std::io::{self, Read};

use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::address::AddressMessage;
use netlink_packet_route::link::{LinkAttribute, LinkExtentMask, LinkMessage};
use netlink_packet_route::neighbour::NeighbourMessage;
use netlink_packet_route::route::{RouteAttribute, RouteMessage, RouteType};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::address::RT_TABLE_MAIN;
use network::{IfName, Network, ObserveError};

use crate::assemble::Assembly;
use crate::features::Features;
use crate::{DumpError, RawMessage, ReadError, Socket, dhcp, ethtool, proc_bonding};

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

fn once(socket: &mut Socket) -> Result<Network, Failure> {
    let doing = "list the links";
    let mut assembly = Assembly::from_links(socket.dump(&links()).doing(doing)?).doing(doing)?;
    if assembly.has_vlans() {
        let doing = "list the bridges' VLANs";
        assembly.add_vlans(&socket.dump(&vlans()).doing(doing)?).doing(doing)?;
    }
    let doing = "list the addresses";
    assembly.add_addresses(&socket.dump(&addresses()).doing(doing)?).doing(doing)?;
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        for table in [RT_TABLE_MAIN].into_iter().chain(assembly.tables()) {
            let doing = "list the routes";
            assembly.add_routes(family, &dump_routes(socket, family, table).doing(doing)?).doing(doing)?;
        }
    }
    for vxlan in assembly.vxlans() {
        let doing = "list the remote ends of a VXLAN device";
        assembly.add_remotes(&socket.dump(&remotes(vxlan)).doing(doing)?).doing(doing)?;
    }
    for bond in assembly.bonds() {
        assembly.add_bond(&bond, &read_proc(&bond));
    }
    let mut features = None;
    assembly.add_settings(|link| {
        let settings = ethtool::settings(socket, link);
        if features.is_none() {
            features = Features::names(socket, link).ok();
        }
        // What the driver does not say is not there: its NIC is part of the network all the same.
        let found = features.as_ref().and_then(|features: &Features| features.read(socket, link).ok());
        (settings, found.unwrap_or_default())
    });
    assembly.add_dhcp(&dhcp::running());
    Ok(assembly.finish())
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

type Message = NetlinkMessage<RouteNetlinkMessage>;

/// Statistics are half of a link's message, and not asked for.
fn links() -> Message {
    let mut message = LinkMessage::default();
    message.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats])];
    NetlinkMessage::from(RouteNetlinkMessage::GetLink(message))
}

fn vlans() -> Message {
    let mut message = LinkMessage::default();
    message.header.interface_family = AddressFamily::Bridge;
    message.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::BrvlanCompressed])];
    NetlinkMessage::from(RouteNetlinkMessage::GetLink(message))
}

fn addresses() -> Message {
    NetlinkMessage::from(RouteNetlinkMessage::GetAddress(AddressMessage::default()))
}

fn remotes(vxlan: u32) -> Message {
    let mut message = NeighbourMessage::default();
    message.header.family = AddressFamily::Bridge;
    message.header.ifindex = vxlan;
    NetlinkMessage::from(RouteNetlinkMessage::GetNeighbour(message))
}

/// One table alone: a router's others can hold a million. A table that was never used does not exist yet.
fn dump_routes(socket: &mut Socket, family: AddressFamily, table: u32) -> Result<Vec<RawMessage>, DumpError> {
    let mut message = RouteMessage::default();
    message.header.address_family = family;
    message.attributes = vec![RouteAttribute::Table(table)];
    message.header.kind = RouteType::Unicast;
    match socket.dump(&NetlinkMessage::from(RouteNetlinkMessage::GetRoute(message))) {
        Err(DumpError::Kernel(error)) if error.errno == libc::ENOENT => Ok(Vec::new()),
        answer => answer,
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
