//! LACP as the driver tells it.

use std::error::Error;

use lab::{Lab, until};
use network::Host;
use network::bond::{BondPortState, MiiStatus};

use super::frames::lag;

lab::test!(a_slave_without_carrier_keeps_the_lacp_state_that_it_had);

fn a_slave_without_carrier_keeps_the_lacp_state_that_it_had(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (_switch, [cable, _]) = lag(lab)?;
    let mut host = linux::Linux::open()?;
    let mut state = || -> Result<BondPortState, Box<dyn Error>> {
        let network = host.observe()?;
        let port = network.link(&cable.near.link).and_then(|link| link.bond_port.clone());
        Ok(*port.and_then(|port| port.state).ok_or("no slave")?)
    };
    let carries = |state: &BondPortState| state.lacp.as_ref().is_some_and(|lacp| lacp.actor_state.carries_traffic());
    until("the slave's carrying traffic", || Ok(carries(&state()?)))?;
    cable.pull()?;
    until("MII down", || Ok(state()?.mii == MiiStatus::Down))?;
    // So nobody may tell from the LACP state alone that a slave carries traffic.
    assert!(carries(&state()?), "{:?}", state()?);
    Ok(())
}
