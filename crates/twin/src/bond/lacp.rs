//! 802.3ad: the machines are the crate `lacp`'s; here they are told of slaves and options, and their word is taken over.

use std::time::Duration;

use lacp::{Config, Link, Linux, PortConfig, Profile, Rate, Select};
use network::option::bond;
use network::{BondMode, IfName, Mac, Options, Value};

use super::{Bonding, Settings, Slave};
use crate::aggregation::Aggregation;

/// The machines' configuration, from the bond's options.
fn config(options: &Options, bond_mac: Mac) -> Config {
    let number = |option| options.number(option).unwrap_or(0);
    let small = |option| u16::try_from(number(option)).unwrap_or(0);
    let system = match options.get(bond::AD_ACTOR_SYSTEM) {
        Some(Value::Mac(mac)) if !mac.is_zero() => *mac,
        _ => bond_mac,
    };
    let linux = Linux {
        user_key: small(bond::AD_USER_PORT_KEY),
        select: match number(bond::AD_SELECT) {
            1 => Select::Bandwidth,
            2 => Select::Count,
            _ => Select::Stable,
        },
        coupled: options.number(bond::COUPLED_CONTROL) != Some(0),
        ..Linux::default()
    };
    Config {
        system,
        system_priority: options.number(bond::AD_ACTOR_SYS_PRIO).and_then(|n| u16::try_from(n).ok()).unwrap_or(65535),
        active: options.number(bond::LACP_ACTIVE) != Some(0),
        rate: if number(bond::LACP_RATE) == 1 { Rate::Fast } else { Rate::Slow },
        min_links: u32::try_from(number(bond::MIN_LINKS)).unwrap_or(0),
        profile: Profile::Linux(linux),
    }
}

/// A slave's link as the machines want to be told of it. Without a signal a NIC does not know its speed.
fn link(slave: &Slave) -> Link {
    Link {
        mii: slave.link,
        running: slave.carrier,
        speed: Some(slave.speed).filter(|_| slave.carrier),
        full_duplex: Some(slave.full_duplex).filter(|_| slave.carrier),
    }
}

impl Bonding {
    /// The machines follow the options; they are there in 802.3ad alone.
    pub(crate) fn follow_lacp(&mut self, now: Duration, settings: &Settings, options: &Options, bond_mac: Mac) {
        if settings.mode != BondMode::Lacp {
            self.aggregation = None;
            return;
        }
        let config = config(options, bond_mac);
        match &mut self.aggregation {
            Some(aggregation) => aggregation.reconfigure(now, config),
            None => {
                let mut aggregation = Aggregation::new(config);
                if self.monitor_from.is_some() {
                    aggregation.open(now);
                }
                self.aggregation = Some(aggregation);
            }
        }
        self.take_over_lacp(settings);
    }

    /// A slave came.
    pub(super) fn join_lacp(&mut self, now: Duration, place: usize) {
        let slave = &self.slaves[place];
        if let Some(aggregation) = &mut self.aggregation {
            aggregation.join(now, slave.name.clone(), &PortConfig::slave(slave.original_mac, link(slave)));
        }
    }

    /// A slave's carrier or the monitor's verdict is another.
    pub(super) fn tell_lacp(&mut self, now: Duration, name: &IfName) {
        let Some(link) = self.slave(name).map(link) else { return };
        if let Some(aggregation) = &mut self.aggregation {
            aggregation.set_link(now, name, link);
        }
    }

    /// A slave heard an LACPDU. Says whether that changed who may be used.
    pub(crate) fn hear_lacp(&mut self, now: Duration, settings: &Settings, name: &IfName, frame: &[u8]) -> bool {
        let Some(aggregation) = &mut self.aggregation else { return false };
        aggregation.receive(now, name, frame);
        self.take_over_lacp(settings)
    }

    /// Time passes for the machines.
    pub(super) fn poll_lacp(&mut self, now: Duration, settings: &Settings) -> bool {
        let Some(aggregation) = &mut self.aggregation else { return false };
        aggregation.poll(now);
        self.take_over_lacp(settings)
    }

    /// Takes over the machines' word on each slave. Says whether it changed anything.
    pub(super) fn take_over_lacp(&mut self, settings: &Settings) -> bool {
        let Some(aggregation) = &self.aggregation else { return false };
        let before = self.carrier;
        let mut changed = false;
        for slave in &mut self.slaves {
            let backup = !aggregation.distributes(&slave.name);
            changed |= std::mem::replace(&mut slave.backup, backup) != backup;
        }
        self.set_carrier(settings);
        changed || self.carrier != before
    }

    /// Slaves whose word from LACP is another than when this was asked last, and whether they carry traffic now.
    pub(crate) fn lacp_news(&mut self) -> Vec<(IfName, bool)> {
        if self.aggregation.is_none() {
            return Vec::new();
        }
        let mut news = Vec::new();
        for slave in &mut self.slaves {
            if std::mem::replace(&mut slave.noted, !slave.backup) == slave.backup {
                news.push((slave.name.clone(), !slave.backup));
            }
        }
        news
    }
}
