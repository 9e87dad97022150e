//! What a line of the file, a change and a refusal of the kernel have in common: one property of one link.

use std::fmt;

use ipnet::IpNet;
use serde::{Serialize, Serializer};

use crate::dhcp::Family;
use crate::{IfName, Opt};

/// One property of one link. A line of the file wants it, a step of a plan changes it, the kernel refuses it: so a
/// refusal can be shown at its line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Property {
    /// Whose.
    pub link: IfName,
    /// Which.
    pub field: Field,
}

/// Which property of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// That it is there and is what it is: a bond, a bridge, a VLAN device with its id.
    Kind,
    /// Administratively up.
    Up,
    /// The MTU.
    Mtu,
    /// The Ethernet address.
    Mac,
    /// What an administrator calls it.
    Alias,
    /// The bond or bridge it belongs to.
    Master,
    /// An option of a bond, slave, bridge or port.
    Option(Opt),
    /// The VLANs it carries as a bridge port, or as the bridge itself.
    Vlans,
    /// An IP address.
    Address(IpNet),
    /// That a DHCP client feeds a family.
    Dhcp(Family),
    /// What Open vSwitch has of it: its columns there.
    Switch,
    /// A route whose destination this is; the default route for a gateway.
    Route(IpNet),
}

impl Property {
    /// A property of `link`.
    #[must_use]
    pub fn new(link: &IfName, field: Field) -> Self {
        Self { link: link.clone(), field }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind => f.write_str("kind"),
            Self::Up => f.write_str("up"),
            Self::Mtu => f.write_str("mtu"),
            Self::Mac => f.write_str("hwaddress"),
            Self::Alias => f.write_str("alias"),
            Self::Master => f.write_str("master"),
            Self::Option(option) => f.write_str(option.key()),
            Self::Vlans => f.write_str("bridge-vids"),
            Self::Address(net) => write!(f, "address {net}"),
            Self::Dhcp(family) => write!(f, "DHCP for {family}"),
            Self::Switch => f.write_str("ovs-options"),
            Self::Route(net) if net.prefix_len() == 0 => f.write_str("gateway"),
            Self::Route(net) => write!(f, "route {net}"),
        }
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.link, self.field)
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Property {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = serializer.serialize_struct("Property", 2)?;
        out.serialize_field("link", &self.link)?;
        out.serialize_field("field", &self.field)?;
        out.end()
    }
}
