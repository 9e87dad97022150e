//! VLAN devices get the frames that they are for.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{IfName, Link, Vid, Vlan, VlanProtocol};

/// A set of VLANs up to this size was written with each of them in mind; a larger one says "all".
const FEW: usize = 64;

fn devices<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Link, &'a Vlan)> {
    case.vlans()
}

/// A device hands a tag to one VLAN device (`vlan_check_real_dev`: EEXIST).
pub(super) fn one_each(case: &Case<'_>) -> Vec<Diagnostic> {
    let tag = |vlan: &Vlan| (vlan.lower.clone(), vlan.vid, vlan.protocol == VlanProtocol::Dot1Ad);
    let mut all: Vec<_> = devices(case).map(|(link, vlan)| (tag(vlan), link, vlan)).collect();
    // The file is asked only where two have the same tag.
    all.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| case.name(&a.1.name).cmp(&case.name(&b.1.name))));
    let mut found = Vec::new();
    for same in all.chunk_by(|a, b| a.0 == b.0) {
        let (_, first, _) = &same[0];
        for (_, link, vlan) in &same[1..] {
            let title = format!("{} and {} are both VLAN {} on {}", first.name, link.name, vlan.vid, vlan.lower);
            found.push(
                Diagnostic::new(codes::VLAN_TWICE, Severity::Error, title, case.name(&link.name))
                    .also(case.name(&first.name), "the first")
                    .note("a device hands a tag to one VLAN device; the kernel refuses the second")
                    .help(format!("delete {} and give its addresses to {}", link.name, first.name)),
            );
        }
    }
    found
}

/// A VLAN device on a VLAN-aware bridge is not for the VLAN that the bridge has without a tag.
pub(super) fn not_the_untagged(case: &Case<'_>) -> Vec<Diagnostic> {
    let untagged = |vlan: &Vlan| {
        let bridge = case.link(&vlan.lower).and_then(Link::bridge)?;
        bridge.vlans.as_ref()?.pvid.filter(|pvid| bridge.is_vlan_aware() && *pvid == vlan.vid)
    };
    devices(case)
        .filter_map(|(link, vlan)| untagged(vlan).map(|pvid| (link, vlan, pvid)))
        .map(|(link, vlan, pvid)| {
            let title = format!("VLAN {pvid} reaches {} without a tag, and {} never sees it", vlan.lower, link.name);
            Diagnostic::new(codes::VLAN_IS_PVID, Severity::Warning, title, case.name(&link.name))
                .note(format!("{pvid} is the PVID of {}: its frames are the bridge's own", vlan.lower))
                .help(format!("put the address on {} itself, or give it another `bridge-pvid`", vlan.lower))
        })
        .collect()
}

/// What stands on a bond's slave does not fail over.
pub(super) fn not_on_a_slave(case: &Case<'_>) -> Vec<Diagnostic> {
    let bond = |vlan: &Vlan| {
        let master = case.link(&vlan.lower)?.master.as_ref()?;
        case.link(master).filter(|master| master.bond().is_some())
    };
    devices(case)
        .filter_map(|(link, vlan)| bond(vlan).map(|bond| (link, vlan, bond)))
        .map(|(link, vlan, bond)| {
            let title = format!("{} is on {}, a slave of {}: it does not fail over", link.name, vlan.lower, bond.name);
            Diagnostic::new(codes::VLAN_ON_SLAVE, Severity::Warning, title, case.name(&link.name))
                .also(case.membership(&bond.name, &vlan.lower), "a slave here")
                .help(format!("put VLAN {} on {}", vlan.vid, bond.name))
        })
        .collect()
}

/// A VLAN device on a port takes its frames before the bridge sees them (`vlan_do_receive`).
pub(super) fn not_beside_the_bridge(case: &Case<'_>) -> Vec<Diagnostic> {
    let on_bridges: LazyCell<BTreeMap<(&IfName, Vid), &Link>, _> =
        LazyCell::new(|| devices(case).map(|(link, vlan)| ((&vlan.lower, vlan.vid), link)).collect());
    let mut found = Vec::new();
    for (link, vlan) in devices(case) {
        let Some(port) = case.link(&vlan.lower) else { continue };
        let bridge = port.master.as_ref().and_then(|master| case.link(master));
        let Some(bridge) = bridge.filter(|bridge| bridge.bridge().is_some()) else { continue };
        let rival = on_bridges.get(&(&bridge.name, vlan.vid)).copied();
        if rival.is_none() && !is_listed(port, vlan.vid) {
            continue;
        }
        let title = format!("{} takes VLAN {} from {}", link.name, vlan.vid, bridge.name);
        let mut diagnostic = Diagnostic::new(codes::VLAN_TAKEN, Severity::Warning, title, case.name(&link.name))
            .note(format!("frames that arrive on {} with that tag go to {} alone", vlan.lower, link.name));
        if let Some(rival) = rival {
            diagnostic = diagnostic.also(case.name(&rival.name), "this one hears nothing");
        }
        found.push(diagnostic.help(format!("put VLAN {} on {} and take {} away", vlan.vid, bridge.name, link.name)));
    }
    found
}

/// Whether the port carries the VLAN because somebody wrote it.
fn is_listed(port: &Link, vid: Vid) -> bool {
    let vlans = port.bridge_port.as_ref().and_then(|port| port.vlans.as_ref());
    vlans.is_some_and(|vlans| vlans.members.len() <= FEW && vlans.members.contains(vid) && vlans.pvid != Some(vid))
}

/// A VLAN device on a VLAN-aware bridge can reach somebody: a port carries its VLAN, or a guest that runs now.
pub(super) fn carried(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (link, vlan) in devices(case) {
        let Some(bridge) = case.link(&vlan.lower).filter(|lower| carries(case, lower, vlan.vid) == Some(false)) else {
            continue;
        };
        if is_untagged(bridge, vlan.vid) || guests(case, &bridge.name).any(|(vid, _)| vid == vlan.vid) {
            continue;
        }
        let title = format!("no port of {} carries VLAN {}", bridge.name, vlan.vid);
        found.push(
            Diagnostic::new(codes::VLAN_NOT_CARRIED, Severity::Warning, title, case.name(&link.name))
                .note(format!("{} reaches nobody outside of this host", link.name))
                .help(format!("add {} to the `bridge-vids` of {}", vlan.vid, bridge.name)),
        );
    }
    found
}

/// The same for the guests that run now; they may want a VLAN among themselves. One with a device on the bridge is for
/// them and the host.
pub(super) fn guests_carried(case: &Case<'_>) -> Vec<Diagnostic> {
    if case.observed.is_none() {
        return Vec::new();
    }
    let routed: BTreeSet<(&IfName, Vid)> = devices(case).map(|(_, vlan)| (&vlan.lower, vlan.vid)).collect();
    let mut found = Vec::new();
    for (link, _) in case.bridges() {
        let mut lost: BTreeMap<Vid, BTreeSet<&IfName>> = BTreeMap::new();
        for (vid, guest) in guests(case, &link.name) {
            if carries(case, link, vid) == Some(false)
                && !is_untagged(link, vid)
                && !routed.contains(&(&link.name, vid))
            {
                lost.entry(vid).or_default().insert(guest);
            }
        }
        found.extend(lost.into_iter().map(|(vid, guests)| {
            let names: Vec<&str> = guests.iter().map(|guest| guest.as_str()).collect();
            let title = format!("VLAN {vid} of {} is carried by no port of {}", names.join(", "), link.name);
            Diagnostic::new(codes::VLAN_NOT_CARRIED, Severity::Note, title, case.name(&link.name))
                .note("the guests of that VLAN reach each other, and nobody outside of this host")
                .help(format!("add {vid} to the `bridge-vids` of {}", link.name))
        }));
    }
    found
}

fn is_untagged(bridge: &Link, vid: Vid) -> bool {
    bridge.bridge().and_then(|bridge| bridge.vlans.as_ref()).is_some_and(|vlans| vlans.pvid == Some(vid))
}

/// Whether a port of a VLAN-aware bridge carries the VLAN; `None` where the file leaves that open.
fn carries(case: &Case<'_>, bridge: &Link, vid: Vid) -> Option<bool> {
    let body = bridge.bridge().filter(|body| body.is_vlan_aware() && !body.ports.is_empty())?;
    for port in &body.ports {
        let port = case.link(port).filter(|port| port.master.as_ref() == Some(&bridge.name))?;
        if port.bridge_port.as_ref()?.vlans.as_ref()?.members.contains(vid) {
            return Some(true);
        }
    }
    Some(false)
}

/// The VLAN that each guest of a bridge is in now, where it is in one.
fn guests<'a>(case: &Case<'a>, bridge: &'a IfName) -> impl Iterator<Item = (Vid, &'a IfName)> {
    let host = case.observed;
    let ports = host.into_iter().flat_map(move |host| {
        let ports = host.link(bridge).and_then(Link::bridge).map_or(&[][..], |bridge| &bridge.ports);
        ports.iter().filter(|port| port.is_guest_port()).filter_map(|port| host.link(port))
    });
    ports.filter_map(|port| Some((port.bridge_port.as_ref()?.vlans.as_ref()?.pvid?, &port.name)))
}
