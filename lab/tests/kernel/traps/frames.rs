//! Frames: what a packet socket on a slave hears of LACP.

use std::error::Error;
use std::time::Duration;

use lab::{Cable, Lab, Switch, until};
use linux::PacketSocket;
use linux::packet::EVERY_PROTOCOL;
use network::option::bond;
use network::{BondMode, Change, Value};
use wire::slow;

use super::bonds::{make, mode};
use crate::raw::{named, number_of};

lab::test!(a_slave_hides_lacpdus_from_those_who_ask_for_them_by_name);

/// Two cables from the host's bond0 to a LAG of a switch, with LACPDUs each second. Both ends are up.
pub(crate) fn lag(lab: &Lab) -> Result<(Switch, [Cable; 2]), Box<dyn Error>> {
    let switch = Switch::new()?;
    let cables = [
        lab.loose_cable("enp3s0", None, switch.port("port1")?)?,
        lab.loose_cable("enp4s0", None, switch.port("port2")?)?,
    ];
    let fast = (bond::LACP_RATE, Value::Number(1));
    switch.lag("lag0", &[&cables[0].far, &cables[1].far], std::slice::from_ref(&fast))?;
    let bond0 = named("bond0");
    let mut changes = vec![make(&bond0, &[mode(BondMode::Lacp), (bond::MIIMON, Value::Number(100)), fast])];
    for cable in &cables {
        changes.push(Change::SetMaster { link: cable.near.link.clone(), master: Some(bond0.clone()) });
    }
    changes.push(Change::SetUp { link: bond0, up: true });
    lab.host.change(&changes)?;
    Ok((switch, cables))
}

fn a_slave_hides_lacpdus_from_those_who_ask_for_them_by_name(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (switch, [cable, _]) = lag(lab)?;
    let number = number_of(&cable.near.link);
    let (by_name, all) = (PacketSocket::open(number, slow::ETHERTYPE)?, PacketSocket::open(number, EVERY_PROTOCOL)?);
    let partner = switch.namespace.observe()?;
    let partner = partner.link(&cable.far.link).and_then(|link| link.mac).ok_or("the switch's port has no MAC")?;
    let mut heard = 0;
    until("hearing three LACPDUs of the switch", || {
        while let Some(frame) = all.receive(Duration::ZERO)? {
            let is_slow = frame.get(12..14) == Some(&slow::ETHERTYPE.to_be_bytes());
            heard += u32::from(is_slow && frame.get(6..12) == Some(&partner.0));
        }
        Ok(heard >= 3)
    })?;
    assert_eq!(by_name.receive(Duration::ZERO)?, None, "if this hears them, the filter on all protocols is needless");
    Ok(())
}
