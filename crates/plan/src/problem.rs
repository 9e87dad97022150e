//! What a plan can't do.

use std::fmt;

use ipnet::IpNet;
use network::{Field, IfName, Property, Scope};
use serde::Serialize;

/// Something that the file wants and no change can bring about. The plan does the rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "problem", rename_all = "kebab-case")]
pub enum Problem {
    /// The host has no such link, and the file does not make it.
    Missing {
        /// Which.
        link: IfName,
    },
    /// The link can't be made, for what it stands on is not there.
    NoLower {
        /// What can't be made.
        link: IfName,
        /// What it would stand on.
        lower: IfName,
    },
    /// The file makes a link of that name, and the host has one that Bowline would not delete.
    Taken {
        /// Which.
        link: IfName,
        /// The kind of what is there, in the kernel's word.
        found: String,
    },
    /// A bridge that would have to be deleted holds ports of guests, which stay.
    HoldsGuests {
        /// Which.
        link: IfName,
        /// One of the ports.
        port: IfName,
    },
    /// It is Open vSwitch's, which is not installed or does not answer.
    NoSwitch {
        /// Which.
        link: IfName,
    },
    /// Another host on the link has the address already.
    Duplicate {
        /// Whose address it is to be.
        link: IfName,
        /// Which.
        net: IpNet,
    },
    /// The kernel does not know the option.
    Unsupported {
        /// Which, of whom.
        property: Property,
    },
}

impl Problem {
    /// The property that can't be had.
    #[must_use]
    pub fn property(&self) -> Property {
        match self {
            Self::Missing { link }
            | Self::NoLower { link, .. }
            | Self::Taken { link, .. }
            | Self::HoldsGuests { link, .. }
            | Self::NoSwitch { link } => Property::new(link, network::Field::Kind),
            Self::Duplicate { link, net } => Property::new(link, Field::Address(*net)),
            Self::Unsupported { property } => property.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { link } => write!(f, "this host has no interface {link}"),
            Self::NoLower { link, lower } => write!(f, "{link} can't be made: this host has no interface {lower}"),
            Self::Taken { link, found } => {
                write!(f, "{link} exists already and is a {found}, which Bowline does not delete")
            }
            Self::HoldsGuests { link, port } => {
                write!(f, "{link} can't become something else: it is a bridge that a guest uses ({port})")
            }
            Self::Duplicate { link, net } => {
                write!(f, "another host on {link} has {} already (duplicate address detection failed)", net.addr())
            }
            Self::NoSwitch { link } => {
                write!(f, "{link} is Open vSwitch's, which is not installed here or does not answer")
            }
            Self::Unsupported { property: Property { link, field: Field::Option(option) } }
                if option.scope == Scope::Nic =>
            {
                write!(f, "the driver of {link} does not know {}", option.key())
            }
            Self::Unsupported { property } => {
                write!(f, "this kernel does not know {} ({})", property.field, property.link)
            }
        }
    }
}
