//! Bonds and their slaves.

use serde::{Deserialize, Serialize};

use crate::lacp::{Aggregator, PortLacp};
use crate::option::{self, Options, Value};
use crate::{IfName, Mac};

/// The seven modes of the Linux bonding driver (`BOND_MODE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[repr(u8)]
pub enum BondMode {
    /// 0: a packet each in turn. Needs a static LAG at the switch; reorders.
    #[serde(rename = "balance-rr")]
    BalanceRr = 0,
    /// 1: one slave carries all, the others wait. Any switch.
    #[serde(rename = "active-backup")]
    ActiveBackup = 1,
    /// 2: a slave by the transmit hash. Needs a static LAG at the switch.
    #[serde(rename = "balance-xor")]
    BalanceXor = 2,
    /// 3: everything on all slaves.
    #[serde(rename = "broadcast")]
    Broadcast = 3,
    /// 4: LACP (IEEE 802.1AX). Needs LACP at the switch.
    #[serde(rename = "802.3ad")]
    Lacp = 4,
    /// 5: transmit by load, receive on one slave. Any switch.
    #[serde(rename = "balance-tlb")]
    BalanceTlb = 5,
    /// 6: transmit by load, receive by ARP. Any switch.
    #[serde(rename = "balance-alb")]
    BalanceAlb = 6,
}

impl BondMode {
    /// All seven, in the driver's order.
    pub const ALL: [Self; 7] = [
        Self::BalanceRr,
        Self::ActiveBackup,
        Self::BalanceXor,
        Self::Broadcast,
        Self::Lacp,
        Self::BalanceTlb,
        Self::BalanceAlb,
    ];

    /// The mode of that number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|&mode| mode.number() == number)
    }

    /// The driver's number.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self as u8)
    }

    /// The driver's name, as the file and `ip link` write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BalanceRr => "balance-rr",
            Self::ActiveBackup => "active-backup",
            Self::BalanceXor => "balance-xor",
            Self::Broadcast => "broadcast",
            Self::Lacp => "802.3ad",
            Self::BalanceTlb => "balance-tlb",
            Self::BalanceAlb => "balance-alb",
        }
    }
}

impl std::fmt::Display for BondMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.name())
    }
}

/// A bond, wanted or observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bond {
    /// Its options: those the file says, or all that the kernel has.
    #[serde(deserialize_with = "option::read::bond")]
    pub options: Options,
    /// Its slaves: in the file's order, or in the order of enslavement, which the driver's hash counts in.
    pub slaves: Vec<IfName>,
    /// Observed only.
    #[serde(skip_deserializing)]
    pub state: Option<BondState>,
}

impl Bond {
    /// The mode: what is said, or the driver's default (balance-rr).
    #[must_use]
    pub fn mode(&self) -> BondMode {
        match self.options.get(option::bond::MODE) {
            Some(Value::Number(number)) => BondMode::from_number(*number).unwrap_or(BondMode::BalanceRr),
            _ => BondMode::BalanceRr,
        }
    }
}

/// What the driver tells of a running bond.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BondState {
    /// The slave that carries the traffic now, in the modes that have one (`IFLA_BOND_ACTIVE_SLAVE`).
    pub active_slave: Option<IfName>,
    /// The active aggregator, in 802.3ad (`IFLA_BOND_AD_INFO`).
    pub aggregator: Option<Aggregator>,
}

/// A slave of a bond, wanted or observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BondPort {
    /// Its per-slave options.
    #[serde(deserialize_with = "option::read::bond_port")]
    pub options: Options,
    /// Observed only.
    #[serde(skip_deserializing)]
    pub state: Option<Box<BondPortState>>,
}

/// What the driver tells of a slave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BondPortState {
    /// What the link monitor thinks.
    pub mii: MiiStatus,
    /// Whether it may carry traffic (`BOND_STATE_ACTIVE`), not whether it does.
    pub active: bool,
    /// How often its link failed since it was enslaved.
    pub failures: u32,
    /// Its address when it was enslaved (`IFLA_BOND_SLAVE_PERM_HWADDR`), which it gets back.
    pub original_mac: Option<Mac>,
    /// What LACP makes of it, in 802.3ad.
    pub lacp: Option<PortLacp>,
}

/// The link monitor's verdict on a slave (`BOND_LINK_*`). It says carrier or ARP, never LACP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MiiStatus {
    /// The link is up.
    Up,
    /// The link failed, downdelay runs.
    GoingDown,
    /// The link is down.
    Down,
    /// The link came back, updelay runs.
    GoingBack,
}
