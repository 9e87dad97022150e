//! Devices of other kinds than bonds, bridges and VLANs: what they are. Bowline makes some of them ([`Given::made_as`]);
//! the others are shown and reasoned of, and the host must have them.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{IfName, Vid};

/// A device that the file describes. Observed: of the kinds that Bowline makes, those that say something of themselves
/// (VXLAN, VRF, tunnels); any other is a [`crate::Kind::Other`] with the kernel's word for it, or a NIC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Given {
    /// A VXLAN device.
    Vxlan(Vxlan),
    /// A routing domain of its own.
    Vrf {
        /// Its routing table; `None` where the file leaves the number to the tool (`auto`).
        table: Option<u32>,
    },
    /// A device that takes packets and drops them.
    Dummy,
    /// One end of a virtual cable.
    Veth {
        /// The other end.
        peer: Option<IfName>,
    },
    /// An IP tunnel.
    Tunnel(Tunnel),
    /// A WireGuard device, with the file that holds its keys.
    Wireguard {
        /// The path.
        config: Option<String>,
    },
    /// An IPsec interface.
    Xfrm {
        /// The id that policies name (`if_id`).
        id: Option<u32>,
        /// The device it rides on.
        lower: Option<IfName>,
    },
    /// A mesh of batman-adv.
    Batman {
        /// The devices of the mesh.
        members: Vec<IfName>,
    },
    /// A point-to-point link that a daemon dials.
    Ppp {
        /// The peer's file under /etc/ppp/peers.
        provider: Option<String>,
        /// The device it dials over.
        lower: Option<IfName>,
    },
    /// Something of Open vSwitch's.
    Ovs(Ovs),
    /// Any other kind, by the kernel's word (`link-type` of ifupdown2).
    Kind(String),
}

/// A VXLAN device.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vxlan {
    /// The network's number (VNI), below 2^24. A device for many, as EVPN has, leaves it open.
    pub id: Option<u32>,
    /// The address of this end.
    pub local: Option<IpAddr>,
    /// The addresses of the other ends.
    pub remotes: Vec<IpAddr>,
    /// The multicast group that stands for all other ends.
    pub group: Option<IpAddr>,
    /// The UDP port; [`Vxlan::PORT`] where nothing is said.
    pub port: Option<u16>,
    /// Whether it learns which end an address is behind; on where nothing is said.
    pub learning: Option<bool>,
    /// For how many seconds it remembers; 300 where nothing is said.
    pub ageing: Option<u32>,
    /// Hops that the outer packet may take; 0 leaves it to the kernel.
    pub ttl: Option<u8>,
    /// The device it sends by.
    pub lower: Option<IfName>,
}

impl Vxlan {
    /// The UDP port that IANA gave it (RFC 7348), which is not the kernel's default (8472).
    pub const PORT: u16 = 4789;
}

/// An IP tunnel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tunnel {
    /// `gre`, `ipip`, `sit`, `6to4` and so on, as `ip tunnel` names them.
    pub mode: String,
    /// The address of this end.
    pub local: Option<IpAddr>,
    /// The address of the other end.
    pub remote: Option<IpAddr>,
    /// Hops that the outer packet may take; `None` where nothing is said or the inner packet's count is taken over.
    pub ttl: Option<u8>,
    /// The device it sends by.
    pub lower: Option<IfName>,
}

impl Tunnel {
    /// The kernel's word for the kind, if it is one that Bowline makes: those of ifupdown2, and `ip6gretap`.
    #[must_use]
    pub fn made_as(&self) -> Option<&'static str> {
        Some(match self.mode.as_str() {
            "gre" => "gre",
            "gretap" => "gretap",
            "ipip" => "ipip",
            "sit" => "sit",
            "vti" => "vti",
            "vti6" => "vti6",
            "ip6gre" => "ip6gre",
            "ip6gretap" => "ip6gretap",
            "ipip6" | "ip6ip6" => "ip6tnl",
            _ => return None,
        })
    }
}

/// What Open vSwitch has of a device (`ovs_type` of openvswitch-switch).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ovs {
    /// What it is there.
    pub role: OvsRole,
    /// The bridge that it is a port of.
    pub bridge: Option<IfName>,
    /// The ports of a bridge, the members of a bond.
    pub members: Vec<IfName>,
    /// The VLAN of its frames without a tag.
    pub tag: Option<Vid>,
}

/// What a device is to Open vSwitch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OvsRole {
    /// `OVSBridge`.
    Bridge,
    /// `OVSBond`.
    Bond,
    /// `OVSPort`: a device of the host as a port.
    Port,
    /// `OVSIntPort`: a port that the host has its addresses on.
    IntPort,
    /// `OVSTunnel`.
    Tunnel,
    /// `OVSPatchPort`.
    PatchPort,
}

impl OvsRole {
    /// By the file's word, whatever its case: the scripts compare exactly, ifupdown2 does not.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "ovsbridge" => Self::Bridge,
            "ovsbond" => Self::Bond,
            "ovsport" => Self::Port,
            "ovsintport" => Self::IntPort,
            "ovstunnel" => Self::Tunnel,
            "ovspatchport" => Self::PatchPort,
            _ => return None,
        })
    }
}

impl Given {
    /// The kernel's word for the kind (`IFLA_INFO_KIND`), if it is one that Bowline makes.
    #[must_use]
    pub fn made_as(&self) -> Option<&'static str> {
        match self {
            Self::Vxlan(Vxlan { id: Some(_), .. }) => Some("vxlan"),
            Self::Vrf { .. } => Some("vrf"),
            Self::Dummy => Some("dummy"),
            Self::Veth { peer: Some(_) } => Some("veth"),
            Self::Tunnel(tunnel) => tunnel.made_as(),
            _ => None,
        }
    }

    /// The kernel's word for the kind, where it has one; else ours.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Vxlan(_) => "vxlan",
            Self::Vrf { .. } => "vrf",
            Self::Dummy => "dummy",
            Self::Veth { .. } => "veth",
            Self::Tunnel(tunnel) => &tunnel.mode,
            Self::Wireguard { .. } => "wireguard",
            Self::Xfrm { .. } => "xfrm",
            Self::Batman { .. } => "batadv",
            Self::Ppp { .. } => "ppp",
            Self::Ovs(_) => "openvswitch",
            Self::Kind(kind) => kind,
        }
    }

    /// What it is, for people: `a VXLAN device`.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Vxlan(_) => "a VXLAN device".to_owned(),
            Self::Vrf { .. } => "a VRF".to_owned(),
            Self::Tunnel(tunnel) => format!("a tunnel ({})", tunnel.mode),
            Self::Wireguard { .. } => "a WireGuard device".to_owned(),
            Self::Xfrm { .. } => "an IPsec (XFRM) device".to_owned(),
            Self::Batman { .. } => "a mesh of batman-adv".to_owned(),
            Self::Ppp { .. } => "a PPP link".to_owned(),
            Self::Ovs(ovs) => match ovs.role {
                OvsRole::Bridge => "a bridge of Open vSwitch".to_owned(),
                OvsRole::Bond => "a bond of Open vSwitch".to_owned(),
                OvsRole::IntPort => "an internal port of Open vSwitch".to_owned(),
                OvsRole::Port | OvsRole::Tunnel | OvsRole::PatchPort => "a port of Open vSwitch".to_owned(),
            },
            Self::Dummy | Self::Veth { .. } | Self::Kind(_) => format!("a {} device", self.name()),
        }
    }

    /// Whether the kernel has a link of that name while all is well. Open vSwitch keeps bonds, tunnels and patches to
    /// itself, and a PPP link is there only while it is dialled, by a name of the daemon's choice.
    #[must_use]
    pub fn has_link(&self) -> bool {
        match self {
            Self::Ppp { .. } => false,
            Self::Ovs(ovs) => matches!(ovs.role, OvsRole::Bridge | OvsRole::Port | OvsRole::IntPort),
            _ => true,
        }
    }

    /// What it stands on, as far as the file says.
    #[must_use]
    pub fn stands_on(&self) -> Vec<IfName> {
        match self {
            Self::Vxlan(Vxlan { lower, .. })
            | Self::Tunnel(Tunnel { lower, .. })
            | Self::Xfrm { lower, .. }
            | Self::Ppp { lower, .. } => lower.iter().cloned().collect(),
            Self::Batman { members } | Self::Ovs(Ovs { members, .. }) => members.clone(),
            _ => Vec::new(),
        }
    }
}

/// A line for people: `VXLAN 7 by 192.0.2.1`, `gre tunnel from 192.0.2.1 to 192.0.2.9`.
impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |f: &mut fmt::Formatter<'_>, before: &str, what: Option<&dyn fmt::Display>| match what {
            Some(what) => write!(f, "{before}{what}"),
            None => Ok(()),
        };
        match self {
            Self::Vxlan(vxlan) => {
                f.write_str("VXLAN")?;
                part(f, " ", vxlan.id.as_ref().map(|id| id as _))?;
                part(f, " from ", vxlan.local.as_ref().map(|ip| ip as _))?;
                part(f, " to group ", vxlan.group.as_ref().map(|ip| ip as _))?;
                part(f, " over ", vxlan.lower.as_ref().map(|name| name as _))
            }
            Self::Vrf { table } => {
                f.write_str("VRF")?;
                part(f, " of table ", table.as_ref().map(|table| table as _))
            }
            Self::Veth { peer } => {
                f.write_str("veth")?;
                part(f, " to ", peer.as_ref().map(|peer| peer as _))
            }
            Self::Tunnel(tunnel) => {
                write!(f, "{} tunnel", tunnel.mode)?;
                part(f, " from ", tunnel.local.as_ref().map(|ip| ip as _))?;
                part(f, " to ", tunnel.remote.as_ref().map(|ip| ip as _))?;
                part(f, " over ", tunnel.lower.as_ref().map(|name| name as _))
            }
            other => f.write_str(other.name()),
        }
    }
}
