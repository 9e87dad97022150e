//! A [`Change`] as netlink messages. Pure: the numbers of links come in as a function.
//!
//! Links are changed by `RTM_NEWLINK` without `NLM_F_CREATE`, never by `RTM_SETLINK`: the kernel acknowledges bond and
//! bridge options in an `RTM_SETLINK` and ignores them (`rtnl_setlink` never calls `changelink`).

mod address;
mod device;
mod link;
mod options;
mod remote;
mod route;
mod vlans;

use std::io;

use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::RouteNetlinkMessage;
use network::{Change, Field, IfName};

pub(crate) use device::{
    IFLA_VRF_TABLE, IFLA_VXLAN_AGEING, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6, IFLA_VXLAN_ID, IFLA_VXLAN_LEARNING,
    IFLA_VXLAN_LINK, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6, IFLA_VXLAN_PORT, IFLA_VXLAN_TTL, inner_protocol,
    tunnel_attributes,
};
pub(crate) use link::{
    IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_VLAN_ID, IFLA_VLAN_PROTOCOL,
};
pub use options::{option, options};
pub(crate) use vlans::{
    BRIDGE_VLAN_INFO_PVID, BRIDGE_VLAN_INFO_RANGE_BEGIN, BRIDGE_VLAN_INFO_RANGE_END, BRIDGE_VLAN_INFO_UNTAGGED,
    IFLA_BRIDGE_VLAN_INFO,
};

use crate::EncodeError;

/// A request as it goes to [`crate::Socket::request`], with the flags that it needs beyond request and acknowledgement.
pub type Request = NetlinkMessage<RouteNetlinkMessage>;

/// Looks up the number of a link, now.
pub struct Links<'a>(pub &'a dyn Fn(&IfName) -> io::Result<u32>);

impl Links<'_> {
    /// The link that is to be changed.
    fn index(&self, name: &IfName) -> Result<u32, EncodeError> {
        (self.0)(name).map_err(|source| EncodeError::NoLink { name: name.clone(), field: None, source })
    }

    /// A link that a property names.
    fn index_for(&self, name: &IfName, field: Field) -> Result<u32, EncodeError> {
        (self.0)(name).map_err(|source| EncodeError::NoLink { name: name.clone(), field: Some(field), source })
    }
}

/// The messages of a change: one, but for VLAN lists that are longer than a message may be; none for what is set by other
/// means ([`crate::sysctl`], [`crate::features`], [`crate::dhcp`], [`crate::ovs`]).
///
/// # Errors
/// When a link that the change names does not exist, or a value does not fit its attribute.
pub fn encode(change: &Change, links: &Links<'_>) -> Result<Vec<Request>, EncodeError> {
    Ok(match change {
        Change::Create { link, device, mac, mtu } => vec![link::create(link, device, *mac, *mtu, links)?],
        Change::SetDevice { link, device } => vec![link::set_device(links.index(link)?, device, links)?],
        Change::AddRemote { link, remote } => vec![remote::add(links.index(link)?, *remote)],
        Change::RemoveRemote { link, remote } => vec![remote::remove(links.index(link)?, *remote)],
        Change::Delete { link } => vec![link::delete(links.index(link)?)],
        Change::SetUp { link, up } => vec![link::set_up(links.index(link)?, *up)],
        Change::SetMtu { link, mtu } => vec![link::set_mtu(links.index(link)?, *mtu)],
        Change::SetMac { link, mac } => vec![link::set_mac(links.index(link)?, *mac)],
        Change::SetAlias { link, alias } => vec![link::set_alias(links.index(link)?, alias)],
        Change::SetMaster { link, master } => {
            let master = master.as_ref().map(|master| links.index_for(master, Field::Master)).transpose()?;
            vec![link::set_master(links.index(link)?, master)]
        }
        Change::SetOptions { link, scope, options } => {
            link::set_options(links.index(link)?, *scope, &self::options(options, links)?).into_iter().collect()
        }
        Change::AddVlans { link, itself, vlans } => vlans::add(links.index(link)?, *itself, vlans),
        Change::RemoveVlans { link, itself, vlans } => vlans::remove(links.index(link)?, *itself, vlans),
        Change::AddAddress { link, address } => vec![address::add(links.index(link)?, address)],
        Change::RemoveAddress { link, address } => vec![address::remove(links.index(link)?, address)],
        Change::StartDhcp { .. } | Change::StopDhcp { .. } | Change::EditSwitch { .. } => Vec::new(),
        Change::ReplaceRoute { route } => vec![route::replace(links.index(&route.link)?, route)],
        Change::RemoveRoute { route } => vec![route::remove(links.index(&route.link)?, route)],
    })
}

fn request(message: RouteNetlinkMessage, flags: u16) -> Request {
    let mut request = NetlinkMessage::from(message);
    request.header.flags = flags;
    request
}
