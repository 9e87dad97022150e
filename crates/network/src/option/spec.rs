//! A row of the table.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::{Deserialize, Serialize, Serializer};

use super::Value;
use crate::BondMode;

/// Everything there is to know of one option.
#[derive(Debug)]
pub struct Spec {
    /// What it is an option of.
    pub scope: Scope,
    /// The kernel's own name, as sysfs and `ip link` spell it, with underscores.
    pub name: &'static str,
    /// Its spellings in the file, with dashes; the first is the one that Bowline writes. None: the file can't say it.
    pub keys: &'static [&'static str],
    /// The netlink attribute: `IFLA_BOND_*`, `IFLA_BOND_SLAVE_*`, `IFLA_BR_*` or `IFLA_BRPORT_*`; its place in the
    /// kernel's list for IP; a number of our own for a NIC.
    pub attribute: u16,
    /// How the attribute carries it.
    pub wire: Wire,
    /// What values it takes.
    pub domain: Domain,
    /// In what a number counts.
    pub unit: Unit,
    /// What the kernel has when nobody says anything.
    pub default: Default,
    /// The bond modes in which it means anything.
    pub modes: Modes,
    /// What a change of it takes on a live bond or bridge.
    pub class: Class,
    /// One line of help.
    pub help: &'static str,
}

/// What an option is an option of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// A bond.
    Bond,
    /// A slave of a bond.
    BondPort,
    /// A bridge.
    Bridge,
    /// A port of a bridge.
    BridgePort,
    /// IPv4 on any link.
    Ipv4,
    /// IPv6 on any link.
    Ipv6,
    /// MPLS on any link, where the kernel has it.
    Mpls,
    /// A NIC.
    Nic,
}

/// How a netlink attribute carries a value; numbers in the host's byte order unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// One byte.
    U8,
    /// Two bytes.
    U16,
    /// Two bytes in network order.
    U16Be,
    /// Four bytes.
    U32,
    /// Four bytes, signed.
    I32,
    /// Eight bytes.
    U64,
    /// Four bytes: the number of a link.
    Index,
    /// Six bytes.
    Mac,
    /// Nested attributes numbered from 0, an IPv4 address each.
    Ipv4List,
    /// Nested attributes numbered from 0, an IPv6 address each.
    Ipv6List,
    /// Not as an attribute: read from a list of all (four bytes each), written as a file below /proc/sys.
    Sysctl,
    /// Not as an attribute: a feature of ethtool.
    Feature,
    /// Not as an attribute: a word of one of ethtool's structures.
    Ethtool,
}

/// What values an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// A whole number, both ends included.
    Number {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// Seconds with up to two decimals, kept in hundredths as the kernel does; both ends in hundredths.
    Seconds {
        /// The least.
        min: i64,
        /// The most.
        max: i64,
    },
    /// 0 or 1; the file may also say off/on, no/yes, false/true.
    Switch,
    /// One of these names, or its number.
    Choice(&'static [(&'static str, i64)]),
    /// Any of these names, apart by blanks or commas, each for one bit or several; or the number that they make.
    Flags(&'static [(&'static str, i64)]),
    /// The name of a link.
    Link,
    /// An Ethernet address.
    Mac,
    /// Up to 16 IPv4 addresses.
    Ipv4s,
    /// Up to 16 IPv6 addresses.
    Ipv6s,
}

/// In what a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Nothing in particular.
    None,
    /// Milliseconds.
    Millis,
    /// Seconds.
    Seconds,
}

/// What the kernel has when nobody says anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// This number.
    Number(i64),
    /// This number, but that one in 802.3ad, balance-tlb and balance-alb.
    NumberElse(i64, i64),
    /// This number; but where the file says nothing the option is left as it is, for others may have set it, or kernels
    /// differ in it.
    Left(i64),
    /// An empty list.
    Empty,
    /// No link.
    NoLink,
    /// 00:00:00:00:00:00.
    ZeroMac,
    /// What the kernel chooses by itself: an option that the file leaves out is left as it is.
    Observed,
}

/// A set of bond modes. For options that are none of a bond's, all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Modes(u8);

impl Modes {
    /// All seven.
    pub const ALL: Self = Self(0x7f);
    /// active-backup.
    pub const ACTIVE_BACKUP: Self = Self::of(&[BondMode::ActiveBackup]);
    /// 802.3ad.
    pub const LACP: Self = Self::of(&[BondMode::Lacp]);
    /// Those with an active slave: active-backup, balance-tlb, balance-alb.
    pub const ACTIVE_SLAVE: Self = Self::of(&[BondMode::ActiveBackup, BondMode::BalanceTlb, BondMode::BalanceAlb]);
    /// Those that can watch by ARP: not 802.3ad, balance-tlb, balance-alb.
    pub const ARP: Self =
        Self::of(&[BondMode::BalanceRr, BondMode::ActiveBackup, BondMode::BalanceXor, BondMode::Broadcast]);
    /// Those that hash: balance-xor, 802.3ad, and balance-tlb and -alb while tlb_dynamic_lb is 0.
    pub const HASH: Self =
        Self::of(&[BondMode::BalanceXor, BondMode::Lacp, BondMode::BalanceTlb, BondMode::BalanceAlb]);
    /// balance-rr.
    pub const BALANCE_RR: Self = Self::of(&[BondMode::BalanceRr]);
    /// balance-tlb and balance-alb.
    pub const LOAD_BALANCE: Self = Self::of(&[BondMode::BalanceTlb, BondMode::BalanceAlb]);

    /// These modes.
    #[must_use]
    pub const fn of(modes: &[BondMode]) -> Self {
        let (mut bits, mut n) = (0, 0);
        while n < modes.len() {
            bits |= 1 << modes[n] as u8;
            n += 1;
        }
        Self(bits)
    }

    /// Whether this mode is among them.
    #[must_use]
    pub const fn contains(self, mode: BondMode) -> bool {
        self.0 & (1 << mode as u8) != 0
    }

    /// In the driver's order.
    pub fn iter(self) -> impl Iterator<Item = BondMode> {
        BondMode::ALL.into_iter().filter(move |&mode| self.contains(mode))
    }
}

impl fmt::Debug for Modes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// `active-backup, balance-tlb and balance-alb`.
impl fmt::Display for Modes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modes: Vec<_> = self.iter().collect();
        for (n, mode) in modes.iter().enumerate() {
            let separator = match n {
                0 => "",
                n if n + 1 == modes.len() => " and ",
                _ => ", ",
            };
            write!(f, "{separator}{mode}")?;
        }
        Ok(())
    }
}

/// What a change of an option takes on a live bond (`BOND_OPTFLAG_IFDOWN`, `BOND_OPTFLAG_NOSLAVES`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing: it is hitless.
    Live,
    /// The bond must be down.
    BondDown,
    /// The bond must have no slaves.
    NoSlaves,
    /// The bond must be down and have no slaves.
    BondDownNoSlaves,
}

/// A handle to a row. Two handles are the same when they are for the same attribute of the same scope.
#[derive(Clone, Copy)]
pub struct Opt(&'static Spec);

impl Opt {
    pub(super) const fn new(spec: &'static Spec) -> Self {
        Self(spec)
    }

    /// The spelling that Bowline writes, or the kernel's name for what the file can't say.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.0.keys.first().copied().unwrap_or(self.0.name)
    }

    /// Whether a file that leaves the option out wants the default; else it leaves the option as it is.
    #[must_use]
    pub fn is_reset_when_absent(self) -> bool {
        !matches!(self.0.default, Default::Left(_) | Default::Observed)
    }

    /// What the kernel has in that mode when nobody says anything; `None` when that can't be said beforehand.
    #[must_use]
    pub fn default_in(self, mode: BondMode) -> Option<Value> {
        let needs_miimon = matches!(mode, BondMode::Lacp | BondMode::BalanceTlb | BondMode::BalanceAlb);
        match self.0.default {
            Default::Number(number) | Default::Left(number) => Some(Value::Number(number)),
            Default::NumberElse(_, number) if needs_miimon => Some(Value::Number(number)),
            Default::NumberElse(number, _) => Some(Value::Number(number)),
            Default::Empty if self.0.domain == Domain::Ipv6s => Some(Value::Ipv6s(Vec::new())),
            Default::Empty => Some(Value::Ipv4s(Vec::new())),
            Default::NoLink => Some(Value::Link(None)),
            Default::ZeroMac => Some(Value::Mac(crate::Mac::ZERO)),
            Default::Observed => None,
        }
    }
}

impl Deref for Opt {
    type Target = Spec;
    fn deref(&self) -> &Spec {
        self.0
    }
}

impl PartialEq for Opt {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Opt {}

impl Hash for Opt {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.scope, self.attribute).hash(state);
    }
}

impl PartialOrd for Opt {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Opt {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.scope, self.attribute).cmp(&(other.scope, other.attribute))
    }
}

impl fmt::Debug for Opt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.{}", self.0.scope, self.0.name)
    }
}

impl Serialize for Opt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name)
    }
}
