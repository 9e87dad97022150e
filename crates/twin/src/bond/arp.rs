//! The ARP monitor (`bond_activebackup_arp_mon`, `bond_ab_arp_inspect`, `bond_ab_arp_commit`, `bond_ab_arp_probe`,
//! `bond_loadbalance_arp_mon`). It never looks at carrier; NS probes for IPv6 targets do the same.

use std::net::IpAddr;
use std::time::Duration;

use network::bond::MiiStatus;
use network::{BondMode, IfName};

use super::{Bonding, Settings, Slave};
use crate::frame::Neighbour;

impl Bonding {
    /// A slave took in a frame. `probe`: it is ARP or neighbour discovery.
    pub(crate) fn heard(&mut self, now: Duration, settings: &Settings, name: &IfName, probe: Option<&Neighbour>) {
        let Some(slave) = self.slave(name) else { return };
        let watched = if slave.backup { 2 } else { 1 };
        let counts = match settings.arp_validate {
            validate if validate & watched != 0 => {
                probe.is_some_and(|probe| self.is_valid(now, settings, slave, probe))
            }
            validate if validate >= 4 => probe.is_some(),
            _ => true,
        };
        if let Some(slave) = self.slave_mut(name).filter(|_| counts) {
            slave.last_rx = Some(now);
        }
    }

    /// Whether it proves that the slave is well (`bond_arp_rcv`). A backup hears what the active slave asks, as a broadcast,
    /// and that counts once the active one got an answer.
    fn is_valid(&self, now: Duration, settings: &Settings, slave: &Slave, probe: &Neighbour) -> bool {
        let target = |address: &IpAddr| settings.arp_targets.contains(address);
        let active = self.active.as_ref().and_then(|name| self.slave(name));
        if !slave.backup {
            target(&probe.sender)
        } else if active.is_some_and(|active| active.last_rx > Some(active.last_link_up)) {
            target(&probe.target)
        } else {
            let trying = self.trying.as_ref().and_then(|name| self.slave(name));
            let lately = |slave: &Slave| within(settings, now, slave.last_link_up, 1);
            trying.is_some_and(lately) && !probe.asks && target(&probe.sender)
        }
    }

    /// The slaves that probe at this tick: the active one, or the one that is being tried; elsewhere all that are up.
    pub(crate) fn probers(&self, settings: &Settings) -> Vec<IfName> {
        match settings.mode {
            BondMode::ActiveBackup => self.active.iter().chain(&self.trying).take(1).cloned().collect(),
            _ => self.slaves.iter().map(|slave| slave.name.clone()).collect(),
        }
    }

    pub(super) fn arp_tick(&mut self, now: Duration, settings: &Settings) -> bool {
        let mut changed = false;
        let mut fail_over = false;
        for place in 0..self.slaves.len() {
            let Some(link) = self.arp_verdict(now, settings, &self.slaves[place]) else { continue };
            self.slaves[place].link = link;
            changed = true;
            fail_over |= self.commit(now, settings, place);
        }
        if settings.mode == BondMode::ActiveBackup {
            fail_over |= self.active.is_none() && self.slaves.iter().any(|slave| slave.link == MiiStatus::Up);
            if fail_over {
                self.select(now, settings);
            }
            changed |= self.try_next(now);
        } else {
            // `bond_slave_state_change`.
            self.slaves.iter_mut().for_each(|slave| slave.backup = slave.link == MiiStatus::Down);
        }
        self.set_carrier(settings);
        changed
    }

    /// What the monitor thinks of a slave now, if that is news.
    fn arp_verdict(&self, now: Duration, settings: &Settings, slave: &Slave) -> Option<MiiStatus> {
        let within = |last: Duration, intervals: u32| within(settings, now, last, intervals);
        let heard = |intervals: u32| slave.last_rx.is_some_and(|last| within(last, intervals));
        if slave.link != MiiStatus::Up {
            return heard(1).then_some(MiiStatus::Up);
        }
        if within(slave.last_link_up, 2) {
            return None;
        }
        let missed = settings.arp_missed_max;
        let lost = match settings.mode {
            BondMode::ActiveBackup if slave.backup => self.trying.is_none() && !heard(missed + 1),
            _ => !heard(missed) || !within(slave.last_tx, missed),
        };
        lost.then_some(MiiStatus::Down)
    }

    /// Without an active slave, each in turn sends the probes for an interval.
    fn try_next(&mut self, now: Duration) -> bool {
        if self.active.is_some() || self.slaves.is_empty() {
            return self.trying.take().is_some();
        }
        let current = self.trying.as_ref().and_then(|name| self.slaves.iter().position(|slave| slave.name == *name));
        let next = current.map_or(0, |place| (place + 1) % self.slaves.len());
        if let Some(slave) = current.and_then(|place| self.slaves.get_mut(place)) {
            slave.backup = true;
        }
        let slave = &mut self.slaves[next];
        (slave.backup, slave.last_link_up) = (false, now);
        let name = Some(slave.name.clone());
        std::mem::replace(&mut self.trying, name.clone()) != name
    }
}

/// `bond_time_in_interval`.
fn within(settings: &Settings, now: Duration, last: Duration, intervals: u32) -> bool {
    now <= last + settings.arp_interval * intervals + settings.arp_interval / 2
}
