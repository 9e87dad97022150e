//! The whole network from a handful of dumps, and one file under /proc for each bond.
//!
//! [`common`] is what every look reads, whatever there is; the rest depends on that.

mod common;
mod failure;

use std::fs::File;
use std::io::Read;

use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkExtentMask, LinkMessage};
use netlink_packet_route::neighbour::NeighbourMessage;
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::{IfName, Network, ObserveError};

use crate::assemble::Assembly;
use crate::features::Features;
use crate::{DumpError, Socket, dhcp, driver, ethtool, proc_bonding, sysctl};

pub(crate) use common::{Gathering, Part, read as read_common};
use failure::Doing;
pub(crate) use failure::Failure;

type Message = NetlinkMessage<RouteNetlinkMessage>;

/// How often everything is read anew because a link came or went between two dumps.
const TRIES: u32 = 8;

/// Reads it.
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
    let mut gathering = Gathering::default();
    common::read(socket, &mut |part| {
        gathering.take(part);
        true
    })?;
    let assembly = gathering.finish()?;
    rest(socket, assembly)
}

/// Reads what depends on which links there are.
pub(crate) fn rest(socket: &mut Socket, mut assembly: Assembly) -> Result<Network, Failure> {
    if assembly.has_vlans() {
        let doing = "list the bridges' VLANs";
        assembly.add_vlans(&socket.dump(&vlans()).doing(doing)?).doing(doing)?;
    }
    for table in assembly.tables() {
        for family in [AddressFamily::Inet, AddressFamily::Inet6] {
            let doing = common::ROUTES;
            assembly.add_routes(family, &common::routes(socket, family, table).doing(doing)?).doing(doing)?;
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
        let mut found = found.unwrap_or_default();
        found.extend(driver::read(socket, link).iter().map(|(row, value)| (row, value.clone())));
        (settings, found)
    });
    if sysctl::has_mpls() {
        assembly.add_mpls(sysctl::read_mpls);
    }
    assembly.add_dhcp(&dhcp::running());
    Ok(assembly.finish())
}

fn vlans() -> Message {
    let mut message = LinkMessage::default();
    message.header.interface_family = AddressFamily::Bridge;
    message.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::BrvlanCompressed])];
    NetlinkMessage::from(RouteNetlinkMessage::GetLink(message))
}

fn remotes(vxlan: u32) -> Message {
    let mut message = NeighbourMessage::default();
    message.header.family = AddressFamily::Bridge;
    message.header.ifindex = vxlan;
    NetlinkMessage::from(RouteNetlinkMessage::GetNeighbour(message))
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
