//! `RTM_NEWLINK` as a link.

use std::sync::Arc;

use netlink_packet_core::DecodeError;
use netlink_packet_route::link::{LinkFlags, LinkHeader, LinkLayerType};
use network::link::Facts;
use network::{Kind, Link, LinkIndex, Options, Scope, Vid, Vlan, VlanProtocol};

use super::{Names, Rows, bond, bridge, devconf, device};
use crate::ReadError;
use crate::attribute::{Attribute, attributes};
use crate::encode::{
    IFLA_INFO_DATA, IFLA_INFO_KIND, IFLA_INFO_SLAVE_DATA, IFLA_INFO_SLAVE_KIND, IFLA_VLAN_ID, IFLA_VLAN_PROTOCOL,
};

const IFLA_LINK_NETNSID: u16 = 37;
const IFLA_PROP_LIST: u16 = 52;
const IFLA_ALT_IFNAME: u16 = 53;
const IFLA_PERM_ADDRESS: u16 = 54;

/// What reading links needs besides the messages.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The names of the links that were told so far.
    pub names: Names,
    pub(super) bond: Rows,
    pub(super) bond_port: Rows,
    pub(super) bridge: Rows,
    pub(super) bridge_port: Rows,
    pub(super) last: Last,
}

/// The options of the last link that had such: the next one mostly has the same, and shares their memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Last {
    pub(super) bridge: Options,
    pub(super) bridge_port: Options,
    pub(super) ipv4: Options,
    pub(super) ipv6: Options,
}

/// Prepares the option tables.
impl Default for Reader {
    fn default() -> Self {
        Self {
            names: Names::default(),
            bond: Rows::of(Scope::Bond),
            bond_port: Rows::of(Scope::BondPort),
            bridge: Rows::of(Scope::Bridge),
            bridge_port: Rows::of(Scope::BridgePort),
            last: Last::default(),
        }
    }
}

/// A link as its message has it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The link, without its master. It is large, and goes into the network as it lies.
    pub link: Arc<Link>,
    /// Its master, which is often told later: a bridge is made when its ports are there.
    pub master: Option<u32>,
}

impl Reader {
    /// Reads the payload of an `RTM_NEWLINK`: all of the link but what other dumps and /proc tell (members, VLANs,
    /// addresses, the ends of LACP).
    ///
    /// # Errors
    /// When an attribute that is needed is malformed, or names a link that was not told so far.
    pub fn read(&mut self, payload: &[u8]) -> Result<Told, ReadError> {
        let header = LinkHeader::parse(payload)?;
        let parts = Parts::read(&payload[size_of::<libc::ifinfomsg>()..])?;
        let up = header.flags.contains(LinkFlags::Up);
        let facts = Facts {
            index: Some(LinkIndex(header.index)),
            carrier: up.then(|| header.flags.contains(LinkFlags::LowerUp)),
            permanent_mac: parts.permanent_mac,
            altnames: parts.altnames.clone(),
            ..Facts::default()
        };
        let mut link = Link::new(self.names.get(header.index)?, self.kind(&header, &parts)?);
        link.up = Some(up);
        link.mtu = parts.mtu;
        link.mac = parts.mac;
        link.alias.clone_from(&parts.alias);
        link.facts = Some(Box::new(facts));
        if let Some(spec) = parts.families {
            (link.ipv4, link.ipv6) = devconf::read(spec, &mut self.last)?;
        }
        match (parts.member_of.as_deref(), parts.member_data) {
            (Some("bond"), Some(data)) => link.bond_port = Some(bond::port(self, data)?),
            (Some("bridge"), Some(data)) => link.bridge_port = Some(bridge::port(self, data)?),
            _ => {}
        }
        Ok(Told { link: Arc::new(link), master: parts.master })
    }

    fn kind(&mut self, header: &LinkHeader, parts: &Parts<'_>) -> Result<Kind, ReadError> {
        Ok(match (parts.kind.as_deref(), parts.data) {
            (Some("bond"), Some(data)) => Kind::Bond(bond::bond(self, data)?),
            (Some("bridge"), Some(data)) => Kind::Bridge(bridge::bridge(self, data)?),
            (Some("vlan"), Some(data)) => match (parts.lower, tag(data)?) {
                (Some(lower), (Some(vid), protocol)) => {
                    Kind::Vlan(Vlan { lower: self.names.get(lower)?, vid, protocol })
                }
                // On a link of another network namespace, or for priority tags (id 0): no file can say that.
                _ => Kind::Other("vlan".to_owned()),
            },
            (Some(kind), Some(data)) => match device::read(kind, data, &self.names)? {
                Some(given) => Kind::Given(given),
                None => Kind::Other(kind.to_owned()),
            },
            (Some(other), None) => Kind::Other(other.to_owned()),
            (None, _) if header.link_layer_type == LinkLayerType::Loopback => Kind::Loopback,
            (None, _) if header.link_layer_type == LinkLayerType::Ether => Kind::Nic,
            (None, _) => Kind::Other(format!("{:?}", header.link_layer_type).to_lowercase()),
        })
    }
}

/// The attributes of a link that mean anything to us.
#[derive(Default)]
struct Parts<'a> {
    master: Option<u32>,
    /// What it rides on, if that is in this network namespace: else the number means nothing here.
    lower: Option<u32>,
    mtu: Option<u32>,
    mac: Option<network::Mac>,
    permanent_mac: Option<network::Mac>,
    altnames: Vec<String>,
    alias: Option<String>,
    kind: Option<String>,
    data: Option<Attribute<'a>>,
    member_of: Option<String>,
    member_data: Option<Attribute<'a>>,
    families: Option<Attribute<'a>>,
}

impl<'a> Parts<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let (mut out, mut elsewhere) = (Self::default(), false);
        for attribute in attributes(bytes) {
            let attribute = attribute?;
            match attribute.kind {
                libc::IFLA_MASTER => out.master = Some(attribute.u32()?).filter(|&index| index != 0),
                libc::IFLA_LINK => out.lower = Some(attribute.u32()?),
                libc::IFLA_MTU => out.mtu = Some(attribute.u32()?),
                libc::IFLA_IFALIAS => out.alias = Some(attribute.text()?).filter(|alias| !alias.is_empty()),
                libc::IFLA_ADDRESS => out.mac = attribute.mac_if_ethernet(),
                libc::IFLA_LINKINFO => out.info(attribute)?,
                libc::IFLA_AF_SPEC => out.families = Some(attribute),
                IFLA_LINK_NETNSID => elsewhere = true,
                IFLA_PERM_ADDRESS => out.permanent_mac = attribute.mac_if_ethernet(),
                IFLA_PROP_LIST => {
                    for property in attribute.nested() {
                        let property = property?;
                        if property.kind == IFLA_ALT_IFNAME {
                            // One that no person can type is no help to find the link by, and no reason to hide it.
                            out.altnames.extend(property.text().ok());
                        }
                    }
                }
                _ => {}
            }
        }
        if elsewhere {
            out.lower = None;
        }
        Ok(out)
    }

    fn info(&mut self, info: Attribute<'a>) -> Result<(), DecodeError> {
        for attribute in info.nested() {
            let attribute = attribute?;
            match attribute.kind {
                IFLA_INFO_KIND => self.kind = Some(attribute.text()?),
                IFLA_INFO_DATA => self.data = Some(attribute),
                IFLA_INFO_SLAVE_KIND => self.member_of = Some(attribute.text()?),
                IFLA_INFO_SLAVE_DATA => self.member_data = Some(attribute),
                _ => {}
            }
        }
        Ok(())
    }
}

fn tag(data: Attribute<'_>) -> Result<(Option<Vid>, VlanProtocol), DecodeError> {
    let (mut vid, mut protocol) = (None, VlanProtocol::Dot1Q);
    for attribute in data.nested() {
        let attribute = attribute?;
        match attribute.kind {
            IFLA_VLAN_ID => vid = Vid::new(attribute.u16()?).ok(),
            IFLA_VLAN_PROTOCOL if attribute.u16_be()? == VlanProtocol::Dot1Ad.ethertype() => {
                protocol = VlanProtocol::Dot1Ad;
            }
            _ => {}
        }
    }
    Ok((vid, protocol))
}
