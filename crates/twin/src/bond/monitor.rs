//! miimon: the monitor that looks at carrier (`bond_mii_monitor`, `bond_miimon_inspect`, `bond_miimon_commit`).
//!
//! ```text
//!             carrier gone               downdelay over
//!      up ───────────────▶ going down ───────────────────▶ down
//!      ▲ ▲                    │                              │
//!      │ └────────────────────┘ carrier back                 │ carrier back
//!      │        updelay over                                 ▼
//!      └───────────────────────────────────────────── going back ──▶ down (carrier gone)
//! ```
//! Delays count ticks. Without a usable slave, updelay is skipped.

use std::time::Duration;

use network::BondMode;
use network::bond::MiiStatus;

use super::{Bonding, Settings};

/// What the kernel around the bond has to do after a tick.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ticked {
    /// Anything about the bond changed.
    pub(crate) changed: bool,
    /// The addresses of the bond are to be announced.
    pub(crate) announce: bool,
}

impl Bonding {
    /// When the monitor next has something to do. A tick that would find all as it was is left out.
    pub(crate) fn deadline(&self, now: Duration, settings: &Settings) -> Option<Duration> {
        let mii = self.next_tick(now, settings.miimon).filter(|_| self.notices > 0 || self.has_news());
        let arp = self.next_tick(now, settings.arp_interval);
        let arp = arp.filter(|_| settings.miimon.is_zero() && !self.slaves.is_empty());
        let lacp = self.aggregation.as_ref().and_then(|aggregation| aggregation.deadline());
        [mii, arp, lacp].into_iter().flatten().min()
    }

    /// Lets time pass.
    pub(crate) fn poll(&mut self, now: Duration, settings: &Settings) -> Ticked {
        let mut ticked = Ticked::default();
        if self.is_tick(now, settings.miimon) {
            self.last_tick = Some(now);
            ticked.announce = self.take_notice();
            ticked.changed = self.inspect(now, settings);
        } else if settings.miimon.is_zero() && self.is_tick(now, settings.arp_interval) {
            self.last_tick = Some(now);
            ticked.announce = self.take_notice();
            ticked.changed = self.arp_tick(now, settings);
        }
        if self.aggregation.as_ref().and_then(|aggregation| aggregation.deadline()).is_some_and(|due| due <= now) {
            ticked.changed |= self.poll_lacp(now, settings);
        }
        ticked
    }

    /// The next whole interval since the monitor began, `now` included unless that tick was taken.
    fn next_tick(&self, now: Duration, interval: Duration) -> Option<Duration> {
        let from = self.monitor_from.filter(|_| !interval.is_zero())?;
        let late = now.saturating_sub(from).as_nanos() % interval.as_nanos();
        let next = match late {
            0 => now.max(from),
            // An interval is below 2^31 ms, so its nanoseconds fit.
            late => now + interval - Duration::from_nanos(u64::try_from(late).unwrap_or_default()),
        };
        Some(if self.last_tick == Some(next) { next + interval } else { next })
    }

    /// Whether `now` is a tick that was not taken.
    fn is_tick(&self, now: Duration, interval: Duration) -> bool {
        self.next_tick(now, interval) == Some(now)
    }

    /// Whether the ARP monitor looks at this moment.
    pub(crate) fn is_arp_tick(&self, now: Duration, settings: &Settings) -> bool {
        settings.miimon.is_zero() && self.is_tick(now, settings.arp_interval)
    }

    /// The first of the announcements that a failover owes goes out at once.
    pub(crate) fn take_notice(&mut self) -> bool {
        let owed = self.notices > 0;
        self.notices = self.notices.saturating_sub(1);
        owed
    }

    /// Whether a look at the links would find anything.
    fn has_news(&self) -> bool {
        self.slaves.iter().any(|slave| {
            let settled = if slave.carrier { MiiStatus::Up } else { MiiStatus::Down };
            slave.link != settled
        })
    }

    fn inspect(&mut self, now: Duration, settings: &Settings) -> bool {
        let mut ignore_updelay = match settings.mode {
            BondMode::ActiveBackup => self.active.is_none(),
            _ => !self.slaves.iter().any(super::Slave::can_send),
        };
        let mut fail_over = false;
        let mut changed = false;
        for place in 0..self.slaves.len() {
            let slave = &mut self.slaves[place];
            let was = slave.link;
            let (mut link, mut ends) = (slave.link, true);
            if link == MiiStatus::Up && !slave.carrier {
                (link, slave.delay) = (MiiStatus::GoingDown, settings.downdelay);
            } else if link == MiiStatus::Down && slave.carrier {
                (link, slave.delay) = (MiiStatus::GoingBack, settings.updelay);
            }
            match (link, slave.carrier) {
                (MiiStatus::GoingDown, true) => link = MiiStatus::Up,
                (MiiStatus::GoingBack, false) => link = MiiStatus::Down,
                (MiiStatus::GoingDown, false) if slave.delay == 0 => link = MiiStatus::Down,
                (MiiStatus::GoingBack, true) if slave.delay == 0 || ignore_updelay => {
                    (link, ignore_updelay) = (MiiStatus::Up, false);
                }
                (MiiStatus::GoingDown | MiiStatus::GoingBack, _) => {
                    slave.delay -= 1;
                    ends = false;
                }
                (MiiStatus::Up | MiiStatus::Down, _) => ends = false,
            }
            slave.link = link;
            changed |= link != was;
            if ends {
                fail_over |= self.commit(now, settings, place);
            }
        }
        if fail_over && settings.uses_primary() {
            self.select(now, settings);
        }
        changed |= self.take_over_lacp(settings);
        self.set_carrier(settings);
        changed
    }

    /// A slave's link is up or down now, for good; also one that came back before its downdelay was over (`commit++`), for
    /// LACP heard meanwhile that it had no speed. Says whether another slave has to be chosen.
    pub(super) fn commit(&mut self, now: Duration, settings: &Settings, place: usize) -> bool {
        let active = self.active.clone();
        let current_prio = active.as_ref().and_then(|name| self.slave(name)).map(|slave| slave.prio);
        let slave = &mut self.slaves[place];
        let up = slave.link == MiiStatus::Up;
        let name = slave.name.clone();
        if up {
            slave.last_link_up = now;
            slave.backup = match settings.mode {
                BondMode::Lacp => true,
                BondMode::ActiveBackup => slave.backup,
                _ => false,
            };
        } else {
            slave.failures = slave.failures.saturating_add(1);
            slave.backup |= matches!(settings.mode, BondMode::ActiveBackup | BondMode::Lacp);
        }
        let prio = slave.prio;
        self.tell_lacp(now, &name);
        if up {
            let preferred = settings.primary.as_ref() == Some(&name) || current_prio.is_some_and(|now| prio > now);
            active.is_none() || preferred
        } else {
            active.as_ref() == Some(&name)
        }
    }
}
