//! Devices of other kinds: what `IFLA_INFO_DATA` holds for each (`vxlan_nl2conf`, `vrf_newlink`, `veth_newlink`,
//! `ipgre_netlink_parms`, `ip_tunnel_newlink`, `ip6_tnl_newlink`, `vti_netlink_parms`).

use std::net::IpAddr;

use netlink_packet_core::{DefaultNla, Emitable};
use network::given::{Tunnel, Vxlan};
use network::{Field, Given, IfName};

use super::Links;
use crate::EncodeError;

pub(crate) const IFLA_VXLAN_ID: u16 = 1;
pub(crate) const IFLA_VXLAN_GROUP: u16 = 2;
pub(crate) const IFLA_VXLAN_LINK: u16 = 3;
pub(crate) const IFLA_VXLAN_LOCAL: u16 = 4;
pub(crate) const IFLA_VXLAN_TTL: u16 = 5;
pub(crate) const IFLA_VXLAN_LEARNING: u16 = 7;
pub(crate) const IFLA_VXLAN_AGEING: u16 = 8;
pub(crate) const IFLA_VXLAN_PORT: u16 = 15;
pub(crate) const IFLA_VXLAN_GROUP6: u16 = 16;
pub(crate) const IFLA_VXLAN_LOCAL6: u16 = 17;
pub(crate) const IFLA_VRF_TABLE: u16 = 1;
const VETH_INFO_PEER: u16 = 1;
const IPPROTO_IPIP: u8 = 4;
const IPPROTO_IPV6: u8 = 41;
/// The limit of nested encapsulations that `ip` gives to tunnels over IPv6 (`IPV6_DEFAULT_TNL_ENCAP_LIMIT`).
const ENCAP_LIMIT: u8 = 4;

/// The numbers of a tunnel's attributes: each driver has its own (include/uapi/linux/if_tunnel.h).
pub(crate) struct TunnelAttributes {
    pub(crate) link: u16,
    pub(crate) local: u16,
    pub(crate) remote: u16,
    /// A `vti` has none.
    pub(crate) ttl: Option<u16>,
    /// Of tunnels over IPv6.
    pub(crate) encap_limit: Option<u16>,
    /// What is inside, of `ip6tnl`.
    pub(crate) protocol: Option<u16>,
}

/// Those of a link kind; `None`: it is no tunnel.
pub(crate) fn tunnel_attributes(kind: &str) -> Option<TunnelAttributes> {
    let (gre, iptun) = ([1, 6, 7, 8], [1, 2, 3, 4]);
    let [link, local, remote, ttl] = match kind {
        "gre" | "gretap" | "ip6gre" | "ip6gretap" => gre,
        "ipip" | "sit" | "ip6tnl" => iptun,
        "vti" | "vti6" => [1, 4, 5, 0],
        _ => return None,
    };
    let encap_limit = match kind {
        "ip6gre" | "ip6gretap" => Some(11),
        "ip6tnl" => Some(6),
        _ => None,
    };
    let protocol = (kind == "ip6tnl").then_some(9);
    Some(TunnelAttributes { link, local, remote, ttl: Some(ttl).filter(|ttl| *ttl != 0), encap_limit, protocol })
}

/// What is inside of an `ip6tnl`, by the file's word for it.
pub(crate) fn inner_protocol(mode: &str) -> u8 {
    if mode == "ipip6" { IPPROTO_IPIP } else { IPPROTO_IPV6 }
}

/// The kind and the options of a device; of one that is there already without those that the kernel lets nobody change.
pub(super) fn data(
    device: &Given,
    is_there: bool,
    links: &Links<'_>,
) -> Result<(&'static str, Vec<DefaultNla>), EncodeError> {
    let kind = device.made_as().ok_or_else(|| EncodeError::Device { device: device.clone() })?;
    let data = match device {
        Given::Vxlan(vxlan) => vxlan_data(vxlan, is_there, links)?,
        Given::Vrf { table: Some(table) } => vec![number(IFLA_VRF_TABLE, *table)],
        Given::Vrf { table: None } => return Err(EncodeError::Device { device: device.clone() }),
        Given::Veth { peer } => peer.iter().map(peer_data).collect(),
        Given::Tunnel(tunnel) => tunnel_data(tunnel, kind, links)?,
        _ => Vec::new(),
    };
    Ok((kind, data))
}

fn vxlan_data(vxlan: &Vxlan, is_there: bool, links: &Links<'_>) -> Result<Vec<DefaultNla>, EncodeError> {
    let mut data: Vec<DefaultNla> = vxlan.id.map(|id| number(IFLA_VXLAN_ID, id)).into_iter().collect();
    if !is_there {
        // Even the same is refused for a device that is there (EOPNOTSUPP).
        let port = vxlan.port.unwrap_or(Vxlan::PORT);
        data.push(DefaultNla::new(IFLA_VXLAN_PORT, port.to_be_bytes().to_vec()));
    }
    data.extend(vxlan.local.map(|local| address(local, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6)));
    data.extend(vxlan.group.map(|group| address(group, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6)));
    if let Some(lower) = &vxlan.lower {
        data.push(number(IFLA_VXLAN_LINK, links.index_for(lower, Field::Kind)?));
    }
    data.extend(vxlan.ttl.map(|ttl| byte(IFLA_VXLAN_TTL, ttl)));
    data.extend(vxlan.learning.map(|learning| byte(IFLA_VXLAN_LEARNING, learning.into())));
    data.extend(vxlan.ageing.map(|ageing| number(IFLA_VXLAN_AGEING, ageing)));
    Ok(data)
}

/// All of it each time: what a change leaves out, the driver takes for zero (`ipgre_netlink_parms`).
fn tunnel_data(tunnel: &Tunnel, kind: &str, links: &Links<'_>) -> Result<Vec<DefaultNla>, EncodeError> {
    let misfit = || EncodeError::Device { device: Given::Tunnel(tunnel.clone()) };
    let attributes = tunnel_attributes(kind).ok_or_else(misfit)?;
    let mut data = Vec::new();
    if let Some(lower) = &tunnel.lower {
        data.push(number(attributes.link, links.index_for(lower, Field::Kind)?));
    }
    let over_v6 = attributes.encap_limit.is_some() || kind == "vti6";
    for (end, attribute) in [(tunnel.local, attributes.local), (tunnel.remote, attributes.remote)] {
        if end.is_some_and(|end| end.is_ipv6() != over_v6) {
            return Err(misfit());
        }
        data.extend(end.map(|end| address(end, attribute, attribute)));
    }
    data.extend(tunnel.ttl.zip(attributes.ttl).map(|(ttl, attribute)| byte(attribute, ttl)));
    data.extend(attributes.encap_limit.map(|attribute| byte(attribute, ENCAP_LIMIT)));
    data.extend(attributes.protocol.map(|attribute| byte(attribute, inner_protocol(&tunnel.mode))));
    Ok(data)
}

/// The other end of a veth: a `struct ifinfomsg` that says nothing, and its name.
fn peer_data(peer: &IfName) -> DefaultNla {
    let name = DefaultNla::new(libc::IFLA_IFNAME, [peer.as_str().as_bytes(), &[0]].concat());
    let mut bytes = vec![0; size_of::<libc::ifinfomsg>() + name.buffer_len()];
    name.emit(&mut bytes[size_of::<libc::ifinfomsg>()..]);
    DefaultNla::new(VETH_INFO_PEER | netlink_packet_core::NLA_F_NESTED, bytes)
}

fn number(attribute: u16, number: u32) -> DefaultNla {
    DefaultNla::new(attribute, number.to_ne_bytes().to_vec())
}

fn byte(attribute: u16, number: u8) -> DefaultNla {
    DefaultNla::new(attribute, vec![number])
}

fn address(ip: IpAddr, v4: u16, v6: u16) -> DefaultNla {
    match ip {
        IpAddr::V4(ip) => DefaultNla::new(v4, ip.octets().to_vec()),
        IpAddr::V6(ip) => DefaultNla::new(v6, ip.octets().to_vec()),
    }
}
