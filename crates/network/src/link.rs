//! A link: whatever the kernel counts as a network device.

use serde::{Deserialize, Serialize};

use crate::dhcp::Dhcp;
use crate::{Address, Bond, BondPort, Bridge, BridgePort, Given, IfName, Mac, Options, Scope, Vid, option};

/// The kernel's number for a link (`ifindex`), which outlives a rename.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LinkIndex(pub u32);

/// A link, wanted or observed. See [`crate::Network`] for what `None` means in either.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its name.
    pub name: IfName,
    /// What it is, with what is particular to that.
    pub kind: Kind,
    /// What an administrator calls it (`alias`, `IFLA_IFALIAS`): text for people.
    pub alias: Option<String>,
    /// The bond or bridge that it belongs to (`IFLA_MASTER`).
    pub master: Option<IfName>,
    /// Whether it is administratively up (`IFF_UP`). Not carrier.
    pub up: Option<bool>,
    /// The largest packet, in bytes.
    pub mtu: Option<u32>,
    /// The address it sends from now, or that the file pins (`hwaddress`).
    pub mac: Option<Mac>,
    /// What it is as a member of a bond.
    pub bond_port: Option<BondPort>,
    /// What it is as a port of a bridge.
    pub bridge_port: Option<BridgePort>,
    /// How IPv4 is treated on it: what the file says, or all that the table has rows for.
    #[serde(deserialize_with = "option::read::ipv4")]
    pub ipv4: Options,
    /// How IPv6 is treated on it. Observed: empty where IPv6 is off.
    #[serde(deserialize_with = "option::read::ipv6")]
    pub ipv6: Options,
    /// How MPLS is treated on it. Observed: empty where the kernel has none.
    #[serde(default, deserialize_with = "option::read::mpls", skip_serializing_if = "Options::is_empty")]
    pub mpls: Options,
    /// What it does in place of the processor. Observed: of NICs and slaves of bonds, where the driver tells.
    #[serde(deserialize_with = "option::read::nic")]
    pub nic: Options,
    /// Its IP addresses.
    pub addresses: Vec<Address>,
    /// The families that a DHCP client feeds.
    #[serde(default, skip_serializing_if = "Dhcp::is_none")]
    pub dhcp: Dhcp,
    /// Wanted only: which of its addresses the file decides.
    pub addressing: Addressing,
    /// Observed only: facts that nobody can want.
    #[serde(skip_deserializing)]
    pub facts: Option<Box<Facts>>,
}

/// What a link is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Wanted: a device that the host has and the file does not make, of whatever kind. Observed: a device without a
    /// link kind (`IFLA_INFO_KIND`), as hardware is.
    Nic,
    /// `lo`.
    Loopback,
    /// A bond.
    Bond(Bond),
    /// A Linux bridge.
    Bridge(Bridge),
    /// A VLAN device.
    Vlan(Vlan),
    /// A device of another kind that Bowline understands. What it does not make, the host must have.
    Given(Given),
    /// Observed only: any other kind, by the kernel's name: `veth`, `tun`, `dummy`, `vxlan` and the like.
    Other(String),
}

/// A VLAN device: what it sends leaves `lower` with a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vlan {
    /// The device it rides on.
    pub lower: IfName,
    /// The tag. The kernel acknowledges a change of it and does nothing: the device must be made anew.
    pub vid: Vid,
    /// The tag's ethertype.
    pub protocol: VlanProtocol,
}

/// The ethertype of a VLAN tag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum VlanProtocol {
    /// 0x8100, the customer tag.
    #[default]
    #[serde(rename = "802.1Q")]
    Dot1Q,
    /// 0x88a8, the service tag of QinQ.
    #[serde(rename = "802.1ad")]
    Dot1Ad,
}

impl VlanProtocol {
    /// The ethertype as a number.
    #[must_use]
    pub const fn ethertype(self) -> u16 {
        match self {
            Self::Dot1Q => 0x8100,
            Self::Dot1Ad => 0x88a8,
        }
    }
}

/// Which of a link's addresses the file decides. An address that the file decides and does not list is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressing {
    /// IPv4: the file lists them all (`inet static`, `inet manual`).
    pub v4: bool,
    /// IPv6 beyond link-local: the file lists them all.
    pub v6: bool,
}

/// What a kernel tells of a link and nobody can want.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// The kernel's number.
    pub index: Option<LinkIndex>,
    /// Whether a signal is there (`IFF_LOWER_UP`). `None` while the link is down: the kernel does not know then.
    pub carrier: Option<bool>,
    /// The driver, as `ethtool -i` names it.
    pub driver: Option<String>,
    /// The address that the hardware was made with (`IFLA_PERM_ADDRESS`).
    pub permanent_mac: Option<Mac>,
    /// Megabits a second.
    pub speed: Option<u32>,
    /// Full duplex.
    pub full_duplex: Option<bool>,
    /// Other names of the link (`IFLA_PROP_LIST`), as udev gives them.
    pub altnames: Vec<String>,
}

impl Link {
    /// A link of which nothing is said but its name and kind.
    #[must_use]
    pub fn new(name: IfName, kind: Kind) -> Self {
        Self {
            name,
            kind,
            alias: None,
            master: None,
            up: None,
            mtu: None,
            mac: None,
            bond_port: None,
            bridge_port: None,
            ipv4: Options::default(),
            ipv6: Options::default(),
            mpls: Options::default(),
            nic: Options::default(),
            addresses: Vec::new(),
            dhcp: Dhcp::default(),
            addressing: Addressing::default(),
            facts: None,
        }
    }

    /// What it is as a bond, if it is one.
    #[must_use]
    pub fn bond(&self) -> Option<&Bond> {
        if let Kind::Bond(bond) = &self.kind { Some(bond) } else { None }
    }

    /// What it is as a bridge, if it is one.
    #[must_use]
    pub fn bridge(&self) -> Option<&Bridge> {
        if let Kind::Bridge(bridge) = &self.kind { Some(bridge) } else { None }
    }

    /// What it is as a VLAN device, if it is one.
    #[must_use]
    pub fn vlan(&self) -> Option<&Vlan> {
        if let Kind::Vlan(vlan) = &self.kind { Some(vlan) } else { None }
    }

    /// Its options of one scope; `None` where it is nothing that has such.
    #[must_use]
    pub fn options(&self, scope: Scope) -> Option<&Options> {
        match scope {
            Scope::Bond => self.bond().map(|bond| &bond.options),
            Scope::BondPort => self.bond_port.as_ref().map(|port| &port.options),
            Scope::Bridge => self.bridge().map(|bridge| &bridge.options),
            Scope::BridgePort => self.bridge_port.as_ref().map(|port| &port.options),
            Scope::Ipv4 => Some(&self.ipv4),
            Scope::Ipv6 => Some(&self.ipv6),
            Scope::Mpls => Some(&self.mpls),
            Scope::Nic => Some(&self.nic),
        }
    }

    /// The same, to be changed.
    pub fn options_mut(&mut self, scope: Scope) -> Option<&mut Options> {
        match (scope, &mut self.kind) {
            (Scope::Bond, Kind::Bond(bond)) => Some(&mut bond.options),
            (Scope::Bridge, Kind::Bridge(bridge)) => Some(&mut bridge.options),
            (Scope::BondPort, _) => self.bond_port.as_mut().map(|port| &mut port.options),
            (Scope::BridgePort, _) => self.bridge_port.as_mut().map(|port| &mut port.options),
            (Scope::Ipv4, _) => Some(&mut self.ipv4),
            (Scope::Ipv6, _) => Some(&mut self.ipv6),
            (Scope::Mpls, _) => Some(&mut self.mpls),
            (Scope::Nic, _) => Some(&mut self.nic),
            (Scope::Bond | Scope::Bridge, _) => None,
        }
    }

    /// The kernel's number, where it is known.
    #[must_use]
    pub fn index(&self) -> Option<LinkIndex> {
        self.facts.as_ref().and_then(|facts| facts.index)
    }

    /// Whether a signal is there; `None` where the kernel does not know.
    #[must_use]
    pub fn carrier(&self) -> Option<bool> {
        self.facts.as_ref().and_then(|facts| facts.carrier)
    }
}
