//! Who is active (`bond_select_active_slave`, `bond_find_best_slave`, `bond_choose_primary_or_current`,
//! `bond_change_active_slave`).

use std::time::Duration;

use network::IfName;
use network::bond::MiiStatus;

use super::settings::Reselect;
use super::{Bonding, Settings};

impl Bonding {
    /// Chooses the active slave anew, in the modes that have one.
    pub(super) fn select(&mut self, now: Duration, settings: &Settings) {
        let best = self.best(settings);
        if best == self.active {
            return;
        }
        let old = std::mem::replace(&mut self.active, best.clone());
        let is_up = self.monitor_from.is_some();
        for slave in &mut self.slaves {
            if Some(&slave.name) == best.as_ref() {
                slave.backup = false;
                slave.last_link_up = now;
                // A slave that waits for its updelay is taken at once when there is no other.
                if slave.link == MiiStatus::GoingBack {
                    (slave.link, slave.delay) = (MiiStatus::Up, 0);
                }
            } else if settings.mode == network::BondMode::ActiveBackup && Some(&slave.name) == old.as_ref() {
                slave.backup = true;
            }
        }
        if best.is_some() && is_up {
            self.notices = settings.peer_notifications;
        }
    }

    /// An administrator's choice (`bond_option_active_slave_set`). Whoever can't be used was refused before.
    pub(crate) fn choose(&mut self, settings: &Settings, name: &IfName) {
        let backups = settings.mode == network::BondMode::ActiveBackup;
        let old = self.active.replace(name.clone());
        for slave in &mut self.slaves {
            if slave.name == *name {
                slave.backup = false;
            } else if old.as_ref() == Some(&slave.name) {
                slave.backup = backups;
            }
        }
    }

    fn best(&mut self, settings: &Settings) -> Option<IfName> {
        if let Some(chosen) = self.primary_or_current(settings) {
            return Some(chosen);
        }
        let usable = |link| matches!(link, MiiStatus::Up | MiiStatus::GoingBack);
        let mut best: Option<(u32, IfName)> = None;
        for slave in self.slaves.iter().filter(|slave| usable(slave.link)) {
            if slave.link == MiiStatus::Up {
                return Some(slave.name.clone());
            }
            let shortest = best.as_ref().map_or(settings.updelay, |(delay, _)| *delay);
            if slave.carrier && slave.delay < shortest {
                best = Some((slave.delay, slave.name.clone()));
            }
        }
        best.map(|(_, name)| name)
    }

    fn primary_or_current(&mut self, settings: &Settings) -> Option<IfName> {
        let is_up = |name: &IfName| self.slave(name).filter(|slave| slave.link == MiiStatus::Up);
        let primary = settings.primary.as_ref().and_then(is_up);
        let current = self.active.as_ref().and_then(is_up);
        let Some(primary) = primary else {
            let preferred = self.slaves.iter().filter(|slave| slave.link == MiiStatus::Up);
            let preferred = preferred.reduce(|best, slave| if slave.prio > best.prio { slave } else { best });
            return match (current, preferred) {
                (Some(current), Some(other)) if other.prio <= current.prio => Some(current.name.clone()),
                (None, Some(other)) if other.prio == 0 => None,
                (_, other) => other.map(|slave| slave.name.clone()),
            };
        };
        let chosen = match (current, settings.reselect) {
            (Some(current), Reselect::Better)
                if !self.force_primary
                    && (primary.speed, primary.full_duplex) <= (current.speed, current.full_duplex) =>
            {
                current.name.clone()
            }
            (Some(current), Reselect::Failure) if !self.force_primary => current.name.clone(),
            _ => primary.name.clone(),
        };
        self.force_primary = false;
        Some(chosen)
    }
}
