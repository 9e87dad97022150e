//! Announcements: in which order the kernel tells of a failover. Never how long it took.

use std::error::Error;

use lab::watch::Monitor;
use lab::{Lab, Switch, until};
use linux::RawMessage;
use network::option::bond;
use network::{BondMode, Change, Host, Value};

use super::bonds::{make, mode};
use crate::raw::{self, named, number_of};

lab::test!(carrier_falls_before_mii_before_the_failover);

/// `IFF_LOWER_UP`: there is a signal.
const LOWER_UP: u32 = 1 << 16;
const IFLA_INFO_SLAVE_DATA: u16 = 5;
const IFLA_BOND_SLAVE_MII_STATUS: u16 = 2;
/// `BOND_LINK_DOWN`.
const MII_DOWN: u8 = 2;

fn carrier_falls_before_mii_before_the_failover(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let switch = Switch::new()?;
    let (active, backup) = (lab.cable("enp3s0", &switch, "port1")?, lab.cable("enp4s0", &switch, "port2")?);
    let (bond0, near) = (named("bond0"), active.near.link.clone());
    let monitor = [(bond::MIIMON, Value::Number(100)), (bond::DOWNDELAY, Value::Number(200))];
    let primary = (bond::PRIMARY, Value::Link(Some(near.clone())));
    let [miimon, downdelay] = monitor;
    lab.host.change(&[
        make(&bond0, &[mode(BondMode::ActiveBackup), miimon, downdelay]),
        Change::SetMaster { link: near.clone(), master: Some(bond0.clone()) },
        Change::SetMaster { link: backup.near.link.clone(), master: Some(bond0.clone()) },
        Change::SetOptions {
            link: bond0.clone(),
            scope: network::Scope::Bond,
            options: [primary].into_iter().collect(),
        },
        Change::SetUp { link: bond0.clone(), up: true },
    ])?;
    let mut host = linux::Linux::open()?;
    let mut active_is = |link: &network::IfName| -> Result<bool, Box<dyn Error>> {
        let network = host.observe()?;
        let state = network.link(&bond0).and_then(|link| link.bond()?.state.clone());
        Ok(state.and_then(|state| state.active_slave).as_ref() == Some(link))
    };
    until("the primary's becoming active", || active_is(&near))?;

    let mut monitor = Monitor::open()?;
    active.pull()?;
    until("the failover", || active_is(&backup.near.link))?;
    let events = monitor.settle()?;

    let (near, backup, bond0) = (number_of(&near), number_of(&backup.near.link), number_of(&bond0));
    let slave = [libc::IFLA_LINKINFO, IFLA_INFO_SLAVE_DATA, IFLA_BOND_SLAVE_MII_STATUS];
    let chosen = [libc::IFLA_LINKINFO, libc::IFLA_INFO_DATA, bond::ACTIVE_SLAVE.attribute];
    let first = |what: &str, link: u32, is: &dyn Fn(&[u8]) -> bool| {
        let about = |event: &RawMessage| event.kind == libc::RTM_NEWLINK && raw::index(&event.payload) == link;
        events
            .iter()
            .position(|event| about(event) && is(&event.payload))
            .ok_or_else(|| format!("no announcement of {what} among {}", events.len()))
    };
    let carrier = first("the lost carrier", near, &|link| raw::flags(link) & LOWER_UP == 0)?;
    let mii = first("MII down", near, &|link| raw::attribute(link, &slave) == Some(&[MII_DOWN]))?;
    let failover =
        first("the new active slave", bond0, &|link| raw::attribute(link, &chosen) == Some(&backup.to_ne_bytes()))?;
    assert!(carrier < mii && mii < failover, "carrier {carrier}, MII {mii}, failover {failover}");
    Ok(())
}
