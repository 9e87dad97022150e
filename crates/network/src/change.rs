//! One change of a kernel's state: what one netlink message does.

use std::fmt;
use std::net::IpAddr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::dhcp::Family;
use crate::ovs::Edit;
use crate::{Address, Given, IfName, Mac, Options, Route, Scope, Vid, VidRange, VlanEntry, VlanProtocol, option};

/// One change of a kernel's state. A host executes it as one message, so it happens or it does not.
///
/// The exception is the kernel's own: `bond_changelink` applies a message's attributes in turn and keeps the earlier ones
/// when a later one fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Makes a device. It is down, and its options take effect with it.
    Create {
        /// Its name.
        link: IfName,
        /// What to make.
        device: Device,
        /// The address to give it; else the kernel picks one.
        mac: Option<Mac>,
        /// Its MTU; else the kernel's own.
        mtu: Option<u32>,
    },
    /// Changes what a device is, as far as the kernel lets it: the ends of a tunnel, what a VXLAN device learns.
    SetDevice {
        /// Which.
        link: IfName,
        /// What it is to be.
        device: Given,
    },
    /// Adds another end to those that a VXLAN device sends to what it knows no address for.
    AddRemote {
        /// The VXLAN device.
        link: IfName,
        /// The other end.
        remote: IpAddr,
    },
    /// Takes such an end away.
    RemoveRemote {
        /// The VXLAN device.
        link: IfName,
        /// The other end.
        remote: IpAddr,
    },
    /// Takes a device away, with its addresses, routes and VLANs; its members become free.
    Delete {
        /// Which.
        link: IfName,
    },
    /// Sets a link administratively up or down. Down takes its routes and its IPv6 addresses with it.
    SetUp {
        /// Which.
        link: IfName,
        /// Up or down.
        up: bool,
    },
    /// Sets the MTU.
    SetMtu {
        /// Which.
        link: IfName,
        /// Bytes.
        mtu: u32,
    },
    /// Sets the Ethernet address.
    SetMac {
        /// Which.
        link: IfName,
        /// The address.
        mac: Mac,
    },
    /// Sets what an administrator calls it; empty: nothing.
    SetAlias {
        /// Which.
        link: IfName,
        /// The text, at most 255 bytes.
        alias: String,
    },
    /// Puts a link into a bond or a bridge, or takes it out. Into a bond, it must be down (EPERM), and is opened.
    SetMaster {
        /// Which.
        link: IfName,
        /// Into what; `None`: out.
        master: Option<IfName>,
    },
    /// Sets options of a bond or bridge, or of a link as a member of one.
    #[serde(deserialize_with = "set_options")]
    SetOptions {
        /// Which.
        link: IfName,
        /// What it is asked as.
        scope: Scope,
        /// The options, all of that scope.
        options: Options,
    },
    /// Adds VLANs to a bridge port, or to the bridge itself; flags of those that are there already change.
    AddVlans {
        /// The port, or the bridge.
        link: IfName,
        /// The bridge itself (`BRIDGE_FLAGS_SELF`).
        itself: bool,
        /// What to add.
        vlans: Vec<VlanEntry>,
    },
    /// Takes VLANs from a bridge port, or from the bridge itself.
    RemoveVlans {
        /// The port, or the bridge.
        link: IfName,
        /// The bridge itself (`BRIDGE_FLAGS_SELF`).
        itself: bool,
        /// What to take.
        vlans: Vec<VidRange>,
    },
    /// Adds an IP address.
    AddAddress {
        /// To which.
        link: IfName,
        /// What.
        address: Address,
    },
    /// Takes an IP address away.
    RemoveAddress {
        /// From which.
        link: IfName,
        /// What.
        address: Address,
    },
    /// Starts a DHCP client in the background.
    StartDhcp {
        /// On which.
        link: IfName,
        /// For which family.
        family: Family,
    },
    /// Has the DHCP client give its lease back and end.
    StopDhcp {
        /// On which.
        link: IfName,
        /// For which family.
        family: Family,
    },
    /// Changes what Open vSwitch has of a bridge or port.
    EditSwitch {
        /// Which.
        link: IfName,
        /// How.
        edit: Edit,
    },
    /// Adds a route, in place of one with the same destination and metric (`NLM_F_REPLACE`).
    ReplaceRoute {
        /// What.
        route: Route,
    },
    /// Takes a route away.
    RemoveRoute {
        /// What.
        route: Route,
    },
}

/// A device to make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Device {
    /// A bond without slaves.
    Bond {
        /// Its options; all may be set, since it is down and empty.
        #[serde(deserialize_with = "option::read::bond")]
        options: Options,
    },
    /// A bridge without ports.
    Bridge {
        /// Its options.
        #[serde(deserialize_with = "option::read::bridge")]
        options: Options,
    },
    /// A VLAN device.
    Vlan {
        /// On which device.
        lower: IfName,
        /// The tag.
        vid: Vid,
        /// The tag's ethertype.
        protocol: VlanProtocol,
    },
    /// A device of another kind ([`Given::made_as`]). A VXLAN device is made without its remotes.
    Given {
        /// What to make.
        device: Given,
    },
}

/// The scope says whose rows the options' names mean.
fn set_options<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(IfName, Scope, Options), D::Error> {
    #[derive(Deserialize)]
    struct Fields {
        link: IfName,
        scope: Scope,
        options: option::read::Raw,
    }
    let Fields { link, scope, options } = Fields::deserialize(deserializer)?;
    Ok((link, scope, options.of(scope).map_err(D::Error::custom)?))
}

impl Change {
    /// The link that it changes.
    #[must_use]
    pub fn link(&self) -> &IfName {
        match self {
            Self::Create { link, .. }
            | Self::SetDevice { link, .. }
            | Self::AddRemote { link, .. }
            | Self::RemoveRemote { link, .. }
            | Self::Delete { link }
            | Self::SetUp { link, .. }
            | Self::SetMtu { link, .. }
            | Self::SetMac { link, .. }
            | Self::SetAlias { link, .. }
            | Self::SetMaster { link, .. }
            | Self::SetOptions { link, .. }
            | Self::AddVlans { link, .. }
            | Self::RemoveVlans { link, .. }
            | Self::StartDhcp { link, .. }
            | Self::StopDhcp { link, .. }
            | Self::EditSwitch { link, .. }
            | Self::AddAddress { link, .. }
            | Self::RemoveAddress { link, .. } => link,
            Self::ReplaceRoute { route } | Self::RemoveRoute { route } => &route.link,
        }
    }
}

/// A line for people: `bond0: xmit-hash-policy layer3+4`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let link = self.link();
        match self {
            Self::Create { device, .. } => write!(f, "make {device} {link}"),
            Self::SetDevice { device, .. } => write!(f, "change what {link} is: {device}"),
            Self::AddRemote { remote, .. } => write!(f, "add the remote end {remote} to {link}"),
            Self::RemoveRemote { remote, .. } => write!(f, "take the remote end {remote} from {link}"),
            Self::Delete { .. } => write!(f, "delete {link}"),
            Self::SetUp { up: true, .. } => write!(f, "bring {link} up"),
            Self::SetUp { up: false, .. } => write!(f, "bring {link} down"),
            Self::SetMtu { mtu, .. } => write!(f, "set the MTU of {link} to {mtu}"),
            Self::SetMac { mac, .. } => write!(f, "set the MAC of {link} to {mac}"),
            Self::SetAlias { alias, .. } => write!(f, "call {link} `{alias}`"),
            Self::SetMaster { master: Some(master), .. } => write!(f, "put {link} into {master}"),
            Self::SetMaster { master: None, .. } => write!(f, "take {link} out of its bond or bridge"),
            Self::SetOptions { options, .. } => write!(f, "set on {link}: {options}"),
            Self::AddVlans { vlans, .. } => {
                write!(f, "let {link} carry VLAN")?;
                for entry in vlans {
                    let flags = match (entry.pvid, entry.untagged) {
                        (true, true) => " (PVID, untagged)",
                        (true, false) => " (PVID)",
                        (false, true) => " (untagged)",
                        (false, false) => "",
                    };
                    write!(f, " {}{flags}", entry.range)?;
                }
                Ok(())
            }
            Self::RemoveVlans { vlans, .. } => {
                write!(f, "stop {link} carrying VLAN")?;
                vlans.iter().try_for_each(|range| write!(f, " {range}"))
            }
            Self::AddAddress { address, .. } => write!(f, "add address {} to {link}", address.net),
            Self::RemoveAddress { address, .. } => write!(f, "take address {} from {link}", address.net),
            Self::StartDhcp { family, .. } => write!(f, "start DHCP for {family} on {link}"),
            Self::StopDhcp { family, .. } => write!(f, "stop DHCP for {family} on {link}"),
            Self::EditSwitch { edit, .. } => write!(f, "Open vSwitch: {edit} {link}"),
            Self::ReplaceRoute { route } => write!(f, "route {route}"),
            Self::RemoveRoute { route } => write!(f, "take away the route {route}"),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bond { .. } => f.write_str("bond"),
            Self::Bridge { .. } => f.write_str("bridge"),
            Self::Vlan { .. } => f.write_str("VLAN device"),
            Self::Given { device } => device.fmt(f),
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_default() {
            f.write_str("default")?
        } else {
            write!(f, "{}", self.destination)?
        }
        if let Some(gateway) = self.gateway {
            write!(f, " via {gateway}")?;
        }
        write!(f, " dev {}", self.link)
    }
}
