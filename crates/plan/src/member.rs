//! Who belongs to which bond and bridge.
//!
//! The order keeps a host's uplink dark as shortly as can be, and never makes a loop: slaves that nobody uses join first,
//! the bond comes up, and only then lets go of others; then each bridge lets go of a port before it takes another; last, the slaves that were in use
//! join.

use network::{Change, Field, IfName, Kind, Link, Property, Scope};

use crate::impact::is_used;
use crate::options::{Differing, differing};
use crate::order::Layers;
use crate::planner::Planner;

/// Brings slaves and ports to where they belong, and sets their options there.
pub(crate) fn attach(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    let links = || layers.lowers_first.iter().copied();
    let bonds: Vec<&Link> = links().filter(|link| link.bond().is_some()).collect();
    let bridges: Vec<&Link> = links().filter(|link| link.bridge().is_some()).collect();
    for bond in &bonds {
        enslave(planner, bond, false);
        release_others(planner, bond);
    }
    for bridge in &bridges {
        release_others(planner, bridge);
    }
    free_addressed(planner, layers);
    for bridge in &bridges {
        add_ports(planner, bridge);
    }
    for bond in &bonds {
        enslave(planner, bond, true);
    }
    join_vrfs(planner, layers);
    for link in bonds.iter().chain(&bridges) {
        set_member_options(planner, link);
    }
}

/// The slaves of a bond, the ports of a bridge.
pub(crate) fn members(kind: &Kind) -> &[IfName] {
    match kind {
        Kind::Bond(bond) => &bond.slaves,
        Kind::Bridge(bridge) => &bridge.ports,
        _ => &[],
    }
}

/// Lets go of members that the file's list leaves out. From a bridge, only what a file could have put there: a guest's
/// port, or any other device that someone else made, stays.
fn release_others(planner: &mut Planner<'_>, want: &Link) {
    let Some(now) = planner.now.link(&want.name) else { return };
    let leaves = |member: &&IfName| {
        let ours = || match planner.now.link(member).map(|link| &link.kind) {
            Some(Kind::Nic | Kind::Bond(_) | Kind::Vlan(_)) => true,
            // Of any other kind, only one that the file names elsewhere.
            Some(_) => planner.wanted.links.contains_key(member),
            None => false,
        };
        let stays = planner.wanted.condoned.get(&want.name).is_some_and(|ports| ports.contains(*member));
        let is_named = members(&want.kind).contains(member) || member.is_guest_port() || stays;
        !is_named && (want.bond().is_some() || ours())
    };
    let leaving: Vec<IfName> = members(&now.kind).iter().filter(leaves).cloned().collect();
    for member in leaving {
        // A bridge whose address is not pinned takes another with the port that it had it from.
        let mac = planner.now.link(&member).and_then(|port| port.mac).filter(|_| want.bridge().is_some());
        let bridges = planner.now.link(&want.name).and_then(|bridge| bridge.mac);
        if let (Some(mac), None, true) = (mac, want.mac, planner.wanted.policy.bridge_mac_from_port)
            && bridges == Some(mac)
        {
            planner.step_for(Field::Mac, Change::SetMac { link: want.name.clone(), mac });
        }
        planner.step_for(Field::Master, Change::SetMaster { link: member, master: None });
    }
}

/// Takes a link to which the file gives an address, and no master, out of a bond or a bridge that the file no longer names:
/// what comes in there would go to the master, and the address would reach nobody. A master of another kind, such as a
/// VRF, may be right.
fn free_addressed(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        let name = &want.name;
        if want.master.is_some() || want.addresses.is_empty() {
            continue;
        }
        let master = planner.now.link(name).and_then(|link| link.master.as_ref());
        let takes_all = master.and_then(|master| planner.now.link(master)).is_some_and(|master| {
            let takes = matches!(master.kind, Kind::Bond(_) | Kind::Bridge(_));
            takes && planner.wanted.link(&master.name).is_none()
        });
        if takes_all {
            planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: None });
        }
    }
}

/// Enslaves what is missing: those that nobody uses, or all. A bond with a slave comes up.
fn enslave(planner: &mut Planner<'_>, want: &Link, even_used: bool) {
    for name in members(&want.kind) {
        let Some(slave) = planner.now.link(name) else { continue };
        if slave.master.as_ref() == Some(&want.name) || (!even_used && is_used(&planner.now, slave)) {
            continue;
        }
        let (has_master, is_up) = (slave.master.is_some(), slave.up == Some(true));
        if has_master {
            planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: None });
        }
        if is_up && planner.now.link(name).is_some_and(|slave| slave.up == Some(true)) {
            // The driver takes no slave that is up (EPERM).
            planner.step_for(Field::Master, Change::SetUp { link: name.clone(), up: false });
        }
        planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: Some(want.name.clone()) });
    }
    let now = planner.now.link(&want.name);
    let has_slaves = now.and_then(Link::bond).is_some_and(|bond| !bond.slaves.is_empty());
    if has_slaves && now.is_some_and(|link| link.up == Some(false)) && want.up == Some(true) {
        planner.step_for(Field::Up, Change::SetUp { link: want.name.clone(), up: true });
    }
}

/// Puts links into the VRFs that the file says, and takes those that it names out of others.
fn join_vrfs(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        let name = &want.name;
        let Some(now) = planner.now.link(name).map(|link| link.master.clone()) else { continue };
        if want.master.is_none() && now.is_none() {
            continue;
        }
        let vrf = want.master.as_ref().filter(|master| planner.now.is_vrf(master));
        let leaves = now.as_ref().is_some_and(|master| planner.now.is_vrf(master) && vrf != Some(master));
        if leaves || (vrf.is_some() && now.is_some() && now.as_ref() != vrf) {
            planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: None });
        }
        if vrf.is_some() && now.as_ref() != vrf {
            planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: vrf.cloned() });
        }
    }
}

fn add_ports(planner: &mut Planner<'_>, want: &Link) {
    for name in members(&want.kind) {
        let Some(port) = planner.now.link(name) else { continue };
        if port.master.as_ref() == Some(&want.name) {
            continue;
        }
        if port.master.is_some() {
            planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: None });
        }
        planner.step_for(Field::Master, Change::SetMaster { link: name.clone(), master: Some(want.name.clone()) });
    }
}

/// Sets the options that slaves and ports have as such.
fn set_member_options(planner: &mut Planner<'_>, master: &Link) {
    let mode = master.bond().map_or(network::BondMode::BalanceRr, network::Bond::mode);
    for name in members(&master.kind) {
        let Some(want) = planner.want(name) else { continue };
        let Some(now) = planner.now.link(name).filter(|now| now.master.as_ref() == Some(&master.name)) else {
            continue;
        };
        let none = network::Options::default();
        let (scope, said, found) = if master.bond().is_some() {
            let Some(found) = &now.bond_port else { continue };
            (Scope::BondPort, want.bond_port.as_ref().map_or(&none, |p| &p.options), &found.options)
        } else {
            let Some(found) = &now.bridge_port else { continue };
            (Scope::BridgePort, want.bridge_port.as_ref().map_or(&none, |p| &p.options), &found.options)
        };
        let Differing { options, unknown } = differing(scope, said, found, mode);
        planner.unsupported(name, unknown);
        let first = options.iter().next().map(|(option, _)| option);
        if let Some(first) = first {
            let property = Property::new(name, Field::Option(first));
            planner.step(property, Change::SetOptions { link: name.clone(), scope, options });
        }
    }
}
