//! Cables, switches and guests: what the article's host is plugged into, and what pulling a cable does to a guest.

use std::error::Error;

use lab::{Guest, Lab, NetError, Switch, traffic, until};
use network::bond::MiiStatus;
use network::lacp::PortState;
use network::option::bond;
use network::{Address, BondMode, Change, Device, Host, IfName, Options, Value};

use crate::raw::named;
use crate::traps::{lag, make, mode};

lab::test!(a_pulled_cable_loses_carrier);
lab::test!(alone: active_backup_carries_a_guest_over_a_pulled_cable, lacp_carries_a_guest_over_a_pulled_cable);

fn address(text: &str) -> Result<Address, Box<dyn Error>> {
    Ok(Address::new(text.parse()?))
}

fn a_pulled_cable_loses_carrier(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let switch = Switch::new()?;
    let cable = lab.cable("enp3s0", &switch, "port1")?;
    let nic = &cable.near.link;
    lab.host.change(&[Change::SetUp { link: nic.clone(), up: true }])?;
    let carrier = || -> Result<_, NetError> { Ok(lab.host.observe()?.link(nic).and_then(|link| link.carrier())) };
    until("the carrier's coming", || Ok(carrier()? == Some(true)))?;
    cable.pull()?;
    until("the carrier's going", || Ok(carrier()? == Some(false)))?;
    cable.plug()?;
    until("the carrier's coming back", || Ok(carrier()? == Some(true)))
}

/// A bridge of the host over bond0, with a guest.
fn guest(lab: &Lab) -> Result<Guest, Box<dyn Error>> {
    let vmbr0 = named("vmbr0");
    let device = Device::Bridge { options: Options::default() };
    lab.host.change(&[
        Change::Create { link: vmbr0.clone(), device, mac: None, mtu: None },
        Change::SetMaster { link: named("bond0"), master: Some(vmbr0.clone()) },
        Change::SetUp { link: vmbr0, up: true },
    ])?;
    Ok(lab.guest("tap100i0", "vmbr0", address("192.168.1.100/24")?)?)
}

/// Whether exactly this many slaves of bond0 carry traffic: those with carrier that LACP lets. Carrier too, since a slave
/// that lost it keeps the LACP state that it had.
fn carrying(lab: &Lab, count: usize) -> impl FnMut() -> Result<bool, Box<dyn Error>> {
    let host = lab.host.clone();
    move || {
        let network = host.observe()?;
        let carries = |link: &IfName| {
            let state = network.link(link)?.bond_port.as_ref()?.state.as_ref()?;
            let lacp = state.lacp.as_ref()?;
            let in_sync = lacp.actor_state.carries_traffic() && lacp.partner_state.has(PortState::SYNCHRONIZATION);
            Some(state.mii == MiiStatus::Up && in_sync)
        };
        let slaves = [named("enp3s0"), named("enp4s0")];
        Ok(slaves.iter().filter(|slave| carries(slave) == Some(true)).count() == count)
    }
}

fn active_backup_carries_a_guest_over_a_pulled_cable(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let switch = Switch::new()?;
    switch.address(address("192.168.1.1/24")?)?;
    let (first, second) = (lab.cable("enp3s0", &switch, "port1")?, lab.cable("enp4s0", &switch, "port2")?);
    let bond0 = named("bond0");
    lab.host.change(&[
        make(&bond0, &[mode(BondMode::ActiveBackup), (bond::MIIMON, Value::Number(100))]),
        Change::SetMaster { link: first.near.link.clone(), master: Some(bond0.clone()) },
        Change::SetMaster { link: second.near.link.clone(), master: Some(bond0.clone()) },
        Change::SetUp { link: bond0.clone(), up: true },
    ])?;
    let guest = guest(lab)?;
    let mut host = linux::Linux::open()?;
    let (outage, pulled) = traffic::outage(&guest.namespace, &switch.namespace, "192.168.1.1".parse()?, || {
        first.pull()?;
        until("the failover", || {
            let network = host.observe()?;
            let state = network.link(&bond0).and_then(|link| link.bond()?.state.clone());
            Ok(state.and_then(|state| state.active_slave).as_ref() == Some(&second.near.link))
        })
    })?;
    pulled?;
    assert!(outage.lost < outage.sent, "the guest's traffic came back");
    lab.note(format!("miimon 100: {outage}"));
    Ok(())
}

fn lacp_carries_a_guest_over_a_pulled_cable(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (switch, [first, second]) = lag(lab)?;
    switch.address(address("192.168.1.1/24")?)?;
    let guest = guest(lab)?;
    until("both slaves' carrying traffic", carrying(lab, 2))?;
    // One of them carries the guest: pull each in turn.
    for cable in [first, second] {
        let one_left = carrying(lab, 1);
        let (outage, pulled) = traffic::outage(&guest.namespace, &switch.namespace, "192.168.1.1".parse()?, || {
            cable.pull()?;
            until("one slave's carrying on", one_left)
        })?;
        pulled?;
        assert!(outage.lost < outage.sent, "the guest's traffic came back");
        lab.note(format!("LACP, {} pulled: {outage}", cable.near.link));
        cable.plug()?;
        until("both slaves' carrying traffic again", carrying(lab, 2))?;
    }
    Ok(())
}
