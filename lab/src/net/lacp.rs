//! LACP as a host sees it.

use network::bond::MiiStatus;
use network::lacp::PortState;
use network::option::bond;
use network::{BondMode, IfName, Link, Network};

/// The host's LACP bonds.
pub fn lacp_bonds(network: &Network) -> impl Iterator<Item = &Link> {
    let is_lacp =
        |link: &&Link| link.bond().is_some_and(|bond| bond.options.number(bond::MODE) == Some(BondMode::Lacp.number()));
    network.links.values().filter(is_lacp)
}

/// How many slaves of a bond carry traffic by LACP: those with carrier that both ends let. Carrier too, since a slave that
/// lost it keeps the LACP state that it had.
#[must_use]
pub fn carrying(network: &Network, bond: &IfName) -> usize {
    let carries = |link: &&Link| {
        let state = link.bond_port.as_ref().and_then(|port| port.state.as_ref());
        state.and_then(|state| state.lacp.as_ref().map(|lacp| (state.mii, lacp))).is_some_and(|(mii, lacp)| {
            let in_sync = lacp.partner_state.has(PortState::SYNCHRONIZATION | PortState::COLLECTING);
            mii == MiiStatus::Up && lacp.actor_state.carries_traffic() && in_sync
        })
    };
    network.members(bond).filter(carries).count()
}
