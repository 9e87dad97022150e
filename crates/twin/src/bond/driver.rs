//! Slaves come and go; the bond opens and closes (`bond_enslave`, `__bond_release_one`, `bond_open`, `bond_close`,
//! `bond_slave_netdev_event`).

use std::time::Duration;

use network::bond::MiiStatus;
use network::{BondMode, IfName, Mac};

use super::{Settings, Slave};
use crate::aggregation::Aggregation;

/// What runs behind a bond.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bonding {
    /// In the order of enslavement.
    pub(crate) slaves: Vec<Slave>,
    /// `curr_active_slave`.
    pub(crate) active: Option<IfName>,
    /// The driver's word on its own carrier.
    pub(crate) carrier: bool,
    /// LACP, in 802.3ad.
    pub(crate) aggregation: Option<Aggregation<IfName>>,
    /// When the monitor began; it looks at whole intervals from then on. None: the bond is down.
    pub(super) monitor_from: Option<Duration>,
    /// The last tick that was taken.
    pub(super) last_tick: Option<Duration>,
    /// The next choice goes to the primary whatever `primary_reselect` says (`force_primary`).
    pub(super) force_primary: bool,
    /// Packets sent so far, for the modes that take turns.
    pub(super) turn: u64,
    /// Announcements that are still to come, one a tick.
    pub(super) notices: u32,
    /// Whom the ARP monitor tries while no slave is active.
    pub(super) trying: Option<IfName>,
}

/// What a slave brings along.
pub(crate) struct Joining {
    pub(crate) name: IfName,
    pub(crate) mac: Mac,
    pub(crate) carrier: bool,
    pub(crate) speed: u32,
    pub(crate) full_duplex: bool,
}

impl Bonding {
    pub(crate) fn slave(&self, name: &IfName) -> Option<&Slave> {
        self.slaves.iter().find(|slave| slave.name == *name)
    }

    pub(crate) fn slave_mut(&mut self, name: &IfName) -> Option<&mut Slave> {
        self.slaves.iter_mut().find(|slave| slave.name == *name)
    }

    /// Takes a slave in.
    pub(crate) fn enslave(&mut self, now: Duration, settings: &Settings, joining: Joining) {
        let link = match (settings.miimon.is_zero(), settings.arp_interval.is_zero(), joining.carrier) {
            (false, _, true) if settings.updelay > 0 => MiiStatus::GoingBack,
            (false, _, false) | (true, false, false) => MiiStatus::Down,
            _ => MiiStatus::Up,
        };
        let backup = matches!(settings.mode, BondMode::ActiveBackup | BondMode::Lacp);
        self.slaves.push(Slave {
            name: joining.name.clone(),
            link,
            delay: if link == MiiStatus::GoingBack { settings.updelay } else { 0 },
            failures: 0,
            backup,
            original_mac: joining.mac,
            carrier: joining.carrier,
            speed: joining.speed,
            full_duplex: joining.full_duplex,
            prio: 0,
            last_link_up: now,
            last_rx: None,
            last_tx: now,
            noted: false,
        });
        if settings.primary.as_ref() == Some(&joining.name) {
            self.force_primary = true;
        }
        self.join_lacp(now, self.slaves.len() - 1);
        self.settle(now, settings);
    }

    /// Lets a slave go.
    pub(crate) fn release(&mut self, now: Duration, settings: &Settings, name: &IfName) {
        self.slaves.retain(|slave| slave.name != *name);
        if self.active.as_ref() == Some(name) {
            self.active = None;
        }
        self.trying = self.trying.take().filter(|trying| trying != name);
        if let Some(aggregation) = &mut self.aggregation {
            aggregation.leave(now, name);
        }
        self.settle(now, settings);
    }

    /// The bond comes up: the monitor begins.
    pub(crate) fn open(&mut self, now: Duration, settings: &Settings) {
        self.monitor_from = Some(now);
        self.last_tick = None;
        let active = self.active.clone();
        for slave in &mut self.slaves {
            slave.backup = match settings.mode {
                BondMode::Lacp => slave.backup,
                BondMode::ActiveBackup => active.as_ref() != Some(&slave.name),
                _ => false,
            };
        }
        if let Some(aggregation) = &mut self.aggregation {
            aggregation.open(now);
        }
        self.settle(now, settings);
    }

    /// The bond goes down: nobody looks at the links any more.
    pub(crate) fn close(&mut self, now: Duration) {
        self.monitor_from = None;
        self.notices = 0;
        if let Some(aggregation) = &mut self.aggregation {
            aggregation.close(now);
        }
    }

    /// A slave's carrier changed. The array of those who send is made anew at once; all else waits for the monitor.
    pub(crate) fn carrier(&mut self, now: Duration, settings: &Settings, name: &IfName, carrier: bool) {
        if let Some(slave) = self.slave_mut(name) {
            slave.carrier = carrier;
        }
        self.tell_lacp(now, name);
        self.take_over_lacp(settings);
    }

    /// Options changed: the monitor's interval may be another one, and the primary.
    pub(crate) fn reset(&mut self, now: Duration, old: &Settings, new: &Settings) {
        if (old.miimon, old.arp_interval) != (new.miimon, new.arp_interval) && self.monitor_from.is_some() {
            (self.monitor_from, self.last_tick) = (Some(now), None);
        }
        if old.primary != new.primary || old.reselect != new.reselect {
            self.force_primary = true;
        }
        if old.mode != new.mode {
            self.active = None;
        }
        self.settle(now, new);
    }

    /// Chooses, and says whether the bond has carrier.
    pub(super) fn settle(&mut self, now: Duration, settings: &Settings) {
        if settings.uses_primary() {
            self.select(now, settings);
        }
        self.take_over_lacp(settings);
        self.set_carrier(settings);
    }

    /// `bond_set_carrier`: LACP has its own word; elsewhere any slave that is up will do.
    pub(super) fn set_carrier(&mut self, settings: &Settings) {
        self.carrier = match (&self.aggregation, settings.mode) {
            (Some(aggregation), BondMode::Lacp) => !self.slaves.is_empty() && aggregation.has_carrier(),
            _ => self.slaves.iter().any(|slave| slave.link == MiiStatus::Up),
        };
    }
}
