//! The options that the driver's behaviour hangs on, read from the option table's values.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use network::option::bond;
use network::{BondMode, IfName, Options, Value};

/// The options of a bond, in the driver's own terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) mode: BondMode,
    /// 0: no link monitor.
    pub(crate) miimon: Duration,
    /// In ticks of miimon.
    pub(crate) updelay: u32,
    /// In ticks of miimon.
    pub(crate) downdelay: u32,
    /// 0: no ARP monitor.
    pub(crate) arp_interval: Duration,
    pub(crate) arp_targets: Vec<IpAddr>,
    pub(crate) arp_missed_max: u32,
    /// `arp_validate`: 0 none; bit 0 the active slave, bit 1 the backups; 4 and above: ARP only, without looking at it.
    pub(crate) arp_validate: u8,
    pub(crate) primary: Option<IfName>,
    pub(crate) reselect: Reselect,
    pub(crate) fail_over_mac: FailOverMac,
    pub(crate) hash: i64,
    pub(crate) peer_notifications: u32,
    pub(crate) all_slaves_active: bool,
    pub(crate) packets_per_slave: u32,
}

/// When to go back to the primary (`primary_reselect`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reselect {
    /// As soon as it is up.
    Always,
    /// When it is faster than the active one.
    Better,
    /// When the active one fails.
    Failure,
}

/// Whose address the bond has (`fail_over_mac`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailOverMac {
    /// One for all slaves.
    None,
    /// The active slave's own.
    Active,
    /// One that goes to whichever slave is active.
    Follow,
}

impl Settings {
    pub(crate) fn of(options: &Options) -> Self {
        let number = |option| options.number(option).unwrap_or(0);
        let millis = |option| Duration::from_millis(u64::try_from(number(option)).unwrap_or(0));
        let small = |option| u32::try_from(number(option)).unwrap_or(0);
        let miimon = small(bond::MIIMON);
        let ticks = |option| small(option).checked_div(miimon).unwrap_or(0);
        let v4 = match options.get(bond::ARP_IP_TARGET) {
            Some(Value::Ipv4s(targets)) => targets.iter().copied().map(from_v4).collect(),
            _ => Vec::new(),
        };
        let v6 = match options.get(bond::NS_IP6_TARGET) {
            Some(Value::Ipv6s(targets)) => targets.iter().copied().map(from_v6).collect(),
            _ => Vec::new(),
        };
        let primary = match options.get(bond::PRIMARY) {
            Some(Value::Link(primary)) => primary.clone(),
            _ => None,
        };
        Self {
            mode: BondMode::from_number(number(bond::MODE)).unwrap_or(BondMode::BalanceRr),
            miimon: millis(bond::MIIMON),
            updelay: ticks(bond::UPDELAY),
            downdelay: ticks(bond::DOWNDELAY),
            arp_interval: millis(bond::ARP_INTERVAL),
            arp_targets: [v4, v6].concat(),
            arp_missed_max: small(bond::ARP_MISSED_MAX).max(1),
            arp_validate: u8::try_from(number(bond::ARP_VALIDATE)).unwrap_or(0),
            primary,
            reselect: match number(bond::PRIMARY_RESELECT) {
                1 => Reselect::Better,
                2 => Reselect::Failure,
                _ => Reselect::Always,
            },
            fail_over_mac: match number(bond::FAIL_OVER_MAC) {
                1 => FailOverMac::Active,
                2 => FailOverMac::Follow,
                _ => FailOverMac::None,
            },
            hash: number(bond::XMIT_HASH_POLICY),
            peer_notifications: options.number(bond::NUM_PEER_NOTIF).and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            all_slaves_active: number(bond::ALL_SLAVES_ACTIVE) != 0,
            packets_per_slave: small(bond::PACKETS_PER_SLAVE).max(1),
        }
    }

    /// Whether slaves keep addresses of their own, but for the active one, which has the bond's (`bond_is_lb`).
    pub(crate) fn balances_load(&self) -> bool {
        matches!(self.mode, BondMode::BalanceTlb | BondMode::BalanceAlb)
    }

    /// Whether the mode has one slave that stands out (`bond_uses_primary`).
    pub(crate) fn uses_primary(&self) -> bool {
        matches!(self.mode, BondMode::ActiveBackup | BondMode::BalanceTlb | BondMode::BalanceAlb)
    }
}

fn from_v4(address: Ipv4Addr) -> IpAddr {
    address.into()
}

fn from_v6(address: Ipv6Addr) -> IpAddr {
    address.into()
}
