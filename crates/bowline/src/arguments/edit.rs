//! The verbs that edit the staged file, and their help.

use clap::{Args, Subcommand};
use network::edit::{Assignment, Conversion, Device, New, Operation, Request};

/// For every edit.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "The edit")]
pub struct Common {
    /// Only shows the edit
    #[arg(long)]
    pub dry_run: bool,
    /// Makes it although a key is unknown, a value is not taken, or the file has more errors after it
    #[arg(long)]
    pub force: bool,
    /// Makes it only if the file is the one that --json gave this digest of
    #[arg(long, value_name = "HEX")]
    pub digest: Option<String>,
}

/// `set`.
#[derive(Args, Clone, Debug)]
pub struct Set {
    /// Which interface
    #[arg(value_name = "IFACE")]
    pub iface: String,
    /// KEY=VALUE changes or writes a line; KEY+=VALUE adds a line, or a word to a list; KEY-=VALUE takes it away;
    /// KEY[N]=VALUE changes the Nth of several lines
    #[arg(value_name = "KEY=VALUE", required = true)]
    pub assignments: Vec<Assignment>,
    /// For every edit.
    #[command(flatten)]
    pub common: Common,
}

/// `unset`.
#[derive(Args, Clone, Debug)]
pub struct Unset {
    /// Which interface
    #[arg(value_name = "IFACE")]
    pub iface: String,
    /// Which lines: all with this key, in any of its spellings
    #[arg(value_name = "KEY", required = true)]
    pub keys: Vec<String>,
    /// For every edit.
    #[command(flatten)]
    pub common: Common,
}

/// `remove`.
#[derive(Args, Clone, Debug)]
pub struct Remove {
    /// Which interface
    #[arg(value_name = "IFACE")]
    pub iface: String,
    /// Takes it off others' lists of slaves and ports too
    #[arg(long)]
    pub with_references: bool,
    /// For every edit.
    #[command(flatten)]
    pub common: Common,
}

/// `rename`.
#[derive(Args, Clone, Debug)]
pub struct Rename {
    /// What it is called
    #[arg(value_name = "OLD")]
    pub old: String,
    /// What it is to be called
    #[arg(value_name = "NEW")]
    pub new: String,
    /// For every edit.
    #[command(flatten)]
    pub common: Common,
}

/// What a bond is made of.
#[derive(Args, Clone, Debug, Default)]
pub struct BondOptions {
    /// Its slaves; the bond takes the first one's MAC address
    #[arg(long, value_name = "A,B", value_delimiter = ',', required = true)]
    pub slaves: Vec<String>,
    /// How they share the work [default: active-backup]
    #[arg(long)]
    pub mode: Option<String>,
    /// The slave to use whenever it is up
    #[arg(long, value_name = "SLAVE")]
    pub primary: Option<String>,
    /// How often each link is looked at [default: 100]
    #[arg(long, value_name = "MS")]
    pub miimon: Option<String>,
    /// Which headers decide the slave of a flow [default in 802.3ad: layer2+3]
    #[arg(long, value_name = "POLICY")]
    pub hash: Option<String>,
    /// How often the partner is to send LACPDUs [default in 802.3ad: fast]
    #[arg(long, value_name = "slow|fast")]
    pub lacp_rate: Option<String>,
}

/// What every new interface may have.
#[derive(Args, Clone, Debug, Default)]
pub struct Plain {
    /// Its address with the prefix length; may be given more than once
    #[arg(long, value_name = "CIDR")]
    pub address: Vec<String>,
    /// Its default gateway; one of each family
    #[arg(long, value_name = "IP")]
    pub gateway: Vec<String>,
    /// A comment above it
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Further lines
    #[arg(value_name = "KEY=VALUE")]
    pub settings: Vec<Assignment>,
    /// For every edit.
    #[command(flatten)]
    pub common: Common,
}

/// `add`.
#[derive(Clone, Debug, Subcommand)]
pub enum Add {
    /// A bond; slaves that have no stanza get one
    Bond {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// What it is made of.
        #[command(flatten)]
        bond: BondOptions,
        /// What every interface may have.
        #[command(flatten)]
        plain: Plain,
    },
    /// A bridge for guests; ports that have no stanza get one
    Bridge {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// Its ports; none: guests talk to each other only
        #[arg(long, value_name = "A,B", value_delimiter = ',')]
        ports: Vec<String>,
        /// Lets guests choose their VLAN
        #[arg(long)]
        vlan_aware: bool,
        /// Which VLANs [default with --vlan-aware: 2-4094]
        #[arg(long, value_name = "VIDS")]
        vids: Option<String>,
        /// What every interface may have.
        #[command(flatten)]
        plain: Plain,
    },
    /// A VLAN device: bond0.100, or another name with --raw-device and --id
    Vlan {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// What it is on
        #[arg(long, value_name = "IFACE")]
        raw_device: Option<String>,
        /// Its VLAN
        #[arg(long, value_name = "VID")]
        id: Option<String>,
        /// What every interface may have.
        #[command(flatten)]
        plain: Plain,
    },
    /// A NIC
    Nic {
        /// Its name
        #[arg(value_name = "NAME")]
        name: String,
        /// What every interface may have.
        #[command(flatten)]
        plain: Plain,
    },
}

/// `convert`.
#[derive(Args, Clone, Debug)]
pub struct Convert {
    /// The NIC that does the work now
    #[arg(value_name = "NIC")]
    pub nic: String,
    /// The new bond
    #[arg(long, value_name = "BOND")]
    pub to: String,
    /// What the bond is made of.
    #[command(flatten)]
    pub bond: BondOptions,
    /// A new bridge on the bond that takes over the NIC's addresses; without it the bond does, and a bridge that stands on
    /// the NIC stands on the bond
    #[arg(long, value_name = "BRIDGE")]
    pub bridge: Option<String>,
    /// Further lines of the bond
    #[arg(value_name = "KEY=VALUE")]
    pub settings: Vec<Assignment>,
    /// For every edit.
    #[command(flatten)]
    pub common: Common,
}

fn said(key: &str, value: Option<&str>) -> Option<Assignment> {
    let (key, value) = (key.to_owned(), value?.to_owned());
    Some(Assignment { key, index: None, operation: Operation::Set, value })
}

impl BondOptions {
    fn settings(&self, more: &[Assignment]) -> Vec<Assignment> {
        let own = [
            said("bond-miimon", self.miimon.as_deref()),
            said("bond-mode", self.mode.as_deref()),
            said("bond-primary", self.primary.as_deref()),
            said("bond-xmit-hash-policy", self.hash.as_deref()),
            said("bond-lacp-rate", self.lacp_rate.as_deref()),
        ];
        own.into_iter().flatten().chain(more.iter().cloned()).collect()
    }
}

impl Plain {
    fn interface(&self, name: &str, device: Device, settings: Vec<Assignment>) -> New {
        New {
            name: name.to_owned(),
            device,
            addresses: self.address.clone(),
            gateways: self.gateway.clone(),
            settings,
            comment: self.comment.clone(),
            force: self.common.force,
        }
    }
}

impl Add {
    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::Add(match self {
            Self::Bond { name, bond, plain } => {
                plain.interface(name, Device::Bond { slaves: bond.slaves.clone() }, bond.settings(&plain.settings))
            }
            Self::Bridge { name, ports, vlan_aware, vids, plain } => {
                let aware = *vlan_aware || vids.is_some();
                let vids = vids.as_deref().or(aware.then_some("2-4094"));
                let own = [said("bridge-vlan-aware", aware.then_some("yes")), said("bridge-vids", vids)];
                let settings = own.into_iter().flatten().chain(plain.settings.iter().cloned()).collect();
                plain.interface(name, Device::Bridge { ports: ports.clone() }, settings)
            }
            Self::Vlan { name, raw_device, id, plain } => {
                let device = Device::Vlan { raw_device: raw_device.clone(), id: id.clone() };
                plain.interface(name, device, plain.settings.clone())
            }
            Self::Nic { name, plain } => plain.interface(name, Device::Nic, plain.settings.clone()),
        })
    }

    /// What every edit has.
    #[must_use]
    pub fn common(&self) -> &Common {
        match self {
            Self::Bond { plain, .. }
            | Self::Bridge { plain, .. }
            | Self::Vlan { plain, .. }
            | Self::Nic { plain, .. } => &plain.common,
        }
    }
}

impl Set {
    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> Request {
        let (iface, assignments) = (self.iface.clone(), self.assignments.clone());
        Request::Set { iface, assignments, force: self.common.force }
    }
}

impl Unset {
    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::Unset { iface: self.iface.clone(), keys: self.keys.clone() }
    }
}

impl Remove {
    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::Remove { iface: self.iface.clone(), with_references: self.with_references }
    }
}

impl Rename {
    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> Request {
        Request::Rename { old: self.old.clone(), new: self.new.clone() }
    }
}

impl Convert {
    /// What is asked for.
    #[must_use]
    pub fn request(&self) -> Request {
        let bond = New {
            name: self.to.clone(),
            device: Device::Bond { slaves: self.bond.slaves.clone() },
            settings: self.bond.settings(&self.settings),
            force: self.common.force,
            ..New::default()
        };
        Request::Convert(Conversion { nic: self.nic.clone(), bond, bridge: self.bridge.clone() })
    }
}
