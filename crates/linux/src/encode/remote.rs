//! The other ends of a VXLAN device: entries of its forwarding table for no address in particular (`vxlan_fdb_add`).

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_APPEND, NLM_F_CREATE};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::{Request, request};

/// Beside those that are there (`NLM_F_APPEND`).
pub(super) fn add(index: u32, remote: IpAddr) -> Request {
    request(RouteNetlinkMessage::NewNeighbour(message(index, remote)), NLM_F_CREATE | NLM_F_APPEND)
}

pub(super) fn remove(index: u32, remote: IpAddr) -> Request {
    request(RouteNetlinkMessage::DelNeighbour(message(index, remote)), 0)
}

fn message(index: u32, remote: IpAddr) -> NeighbourMessage {
    let mut message = NeighbourMessage::default();
    message.header.family = AddressFamily::Bridge;
    message.header.ifindex = index;
    message.header.state = NeighbourState::Permanent;
    message.header.flags = NeighbourFlags::Own;
    let remote = match remote {
        IpAddr::V4(ip) => NeighbourAddress::Inet(ip),
        IpAddr::V6(ip) => NeighbourAddress::Inet6(ip),
    };
    message.attributes =
        vec![NeighbourAttribute::LinkLayerAddress(vec![0; 6]), NeighbourAttribute::Destination(remote)];
    message
}
