//! Devices that a file describes and Bowline does not make yet: what they are, so that they can be shown and reasoned of.

use std::net::IpAddr;

use serde::Serialize;

use crate::{IfName, Vid};

/// Wanted only: a device that the file describes and that the host must have already, by whatever made it.
///
/// An observed device of such a kind is a [`crate::Kind::Other`] with the kernel's word for it, or a NIC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vxlan {
    /// The network's number (VNI), below 2^24. A device for many, as EVPN has, leaves it open.
    pub id: Option<u32>,
    /// The address of this end.
    pub local: Option<IpAddr>,
    /// The addresses of the other ends.
    pub remotes: Vec<IpAddr>,
    /// The multicast group that stands for all other ends.
    pub group: Option<IpAddr>,
    /// The UDP port; 4789 where nothing is said.
    pub port: Option<u16>,
    /// The device it sends by.
    pub lower: Option<IfName>,
}

/// An IP tunnel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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

/// What Open vSwitch has of a device (`ovs_type` of openvswitch-switch).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
