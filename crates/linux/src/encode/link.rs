//! Links: made, deleted, and changed.

use netlink_packet_core::{DefaultNla, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkFlags, LinkMessage};
use network::{Device, Field, Given, IfName, Mac, Scope};

use super::{Links, Request, request};
use crate::EncodeError;
use crate::attribute::nest;

/// `IFLA_INFO_KIND`: what the link is.
pub(crate) const IFLA_INFO_KIND: u16 = 1;
/// `IFLA_INFO_DATA`: its options.
pub(crate) const IFLA_INFO_DATA: u16 = 2;
/// `IFLA_INFO_SLAVE_KIND`: what its master is.
pub(crate) const IFLA_INFO_SLAVE_KIND: u16 = 4;
/// `IFLA_INFO_SLAVE_DATA`: its options as a member.
pub(crate) const IFLA_INFO_SLAVE_DATA: u16 = 5;
/// `IFLA_VLAN_ID`, in the options of a VLAN device.
pub(crate) const IFLA_VLAN_ID: u16 = 1;
/// `IFLA_VLAN_PROTOCOL`.
pub(crate) const IFLA_VLAN_PROTOCOL: u16 = 5;

pub(super) fn create(
    name: &IfName,
    device: &Device,
    mac: Option<Mac>,
    mtu: Option<u32>,
    links: &Links<'_>,
) -> Result<Request, EncodeError> {
    let mut attributes = vec![LinkAttribute::IfName(name.to_string())];
    attributes.extend(mac.map(|mac| LinkAttribute::Address(mac.0.to_vec())));
    attributes.extend(mtu.map(LinkAttribute::Mtu));
    let (kind, data) = match device {
        Device::Bond { options } => ("bond", super::options(options, links)?),
        Device::Bridge { options } => ("bridge", super::options(options, links)?),
        Device::Vlan { lower, vid, protocol } => {
            attributes.push(LinkAttribute::Link(links.index_for(lower, Field::Kind)?));
            let protocol = DefaultNla::new(IFLA_VLAN_PROTOCOL, protocol.ethertype().to_be_bytes().to_vec());
            ("vlan", vec![DefaultNla::new(IFLA_VLAN_ID, vid.get().to_ne_bytes().to_vec()), protocol])
        }
        Device::Given { device } => super::device::data(device, false, links)?,
    };
    attributes.push(info(IFLA_INFO_KIND, kind, IFLA_INFO_DATA, &data));
    Ok(new_link(0, attributes, NLM_F_CREATE | NLM_F_EXCL))
}

/// `changelink` of the device's driver.
pub(super) fn set_device(index: u32, device: &Given, links: &Links<'_>) -> Result<Request, EncodeError> {
    let (kind, data) = super::device::data(device, true, links)?;
    Ok(new_link(index, vec![info(IFLA_INFO_KIND, kind, IFLA_INFO_DATA, &data)], 0))
}

pub(super) fn delete(index: u32) -> Request {
    request(RouteNetlinkMessage::DelLink(message(index, Vec::new())), 0)
}

pub(super) fn set_up(index: u32, up: bool) -> Request {
    let mut message = message(index, Vec::new());
    message.header.change_mask = LinkFlags::Up;
    message.header.flags = if up { LinkFlags::Up } else { LinkFlags::empty() };
    request(RouteNetlinkMessage::NewLink(message), 0)
}

pub(super) fn set_mtu(index: u32, mtu: u32) -> Request {
    new_link(index, vec![LinkAttribute::Mtu(mtu)], 0)
}

pub(super) fn set_mac(index: u32, mac: Mac) -> Request {
    new_link(index, vec![LinkAttribute::Address(mac.0.to_vec())], 0)
}

/// An empty one takes it away (`dev_set_alias`).
pub(super) fn set_alias(index: u32, alias: &str) -> Request {
    new_link(index, vec![LinkAttribute::IfAlias(alias.to_owned())], 0)
}

/// Master number 0 is none (`do_set_master`).
pub(super) fn set_master(index: u32, master: Option<u32>) -> Request {
    new_link(index, vec![LinkAttribute::Controller(master.unwrap_or(0))], 0)
}

/// `None`: an option of that scope is not set by a message.
pub(super) fn set_options(index: u32, scope: Scope, data: &[DefaultNla]) -> Option<Request> {
    let info = match scope {
        Scope::Bond => info(IFLA_INFO_KIND, "bond", IFLA_INFO_DATA, data),
        Scope::Bridge => info(IFLA_INFO_KIND, "bridge", IFLA_INFO_DATA, data),
        Scope::BondPort => info(IFLA_INFO_SLAVE_KIND, "bond", IFLA_INFO_SLAVE_DATA, data),
        Scope::BridgePort => info(IFLA_INFO_SLAVE_KIND, "bridge", IFLA_INFO_SLAVE_DATA, data),
        Scope::Ipv4 | Scope::Ipv6 | Scope::Mpls | Scope::Nic => return None,
    };
    Some(new_link(index, vec![info], 0))
}

fn info(kind_attribute: u16, kind: &str, data_attribute: u16, data: &[DefaultNla]) -> LinkAttribute {
    let kind = DefaultNla::new(kind_attribute, [kind.as_bytes(), &[0]].concat());
    LinkAttribute::Other(nest(libc::IFLA_LINKINFO, &[kind, nest(data_attribute, data)]))
}

fn new_link(index: u32, attributes: Vec<LinkAttribute>, flags: u16) -> Request {
    request(RouteNetlinkMessage::NewLink(message(index, attributes)), flags)
}

fn message(index: u32, attributes: Vec<LinkAttribute>) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.header.index = index;
    message.attributes = attributes;
    message
}
