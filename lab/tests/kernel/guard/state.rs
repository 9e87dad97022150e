//! Whether a kernel's state is another's: compared in full, and not by what a plan would do about it.

use std::collections::BTreeSet;

use network::option::bond;
use network::{IfName, Kind, Link, Network};

/// Where two networks differ, a line each; empty: they are one.
pub(crate) fn differences(before: &Network, now: &Network) -> Vec<String> {
    let (before, now) = (settled(before), settled(now));
    let names: BTreeSet<&IfName> = before.links.keys().chain(now.links.keys()).collect();
    let mut out = Vec::new();
    for name in names {
        match (before.link(name), now.link(name)) {
            (Some(before), Some(now)) if before == now => {}
            (Some(before), Some(now)) => out.push(format!("{name}: was {before:?}\nis {now:?}")),
            (Some(_), None) => out.push(format!("{name} is gone")),
            (None, _) => out.push(format!("{name} is new")),
        }
    }
    if before.routes != now.routes {
        out.push(format!("routes: were {:?}\nare {:?}", before.routes, now.routes));
    }
    out
}

/// Without what comes and goes by itself, lists in one order.
fn settled(network: &Network) -> Network {
    let mut network = network.settings();
    network.links.values_mut().for_each(settle);
    // What the kernel makes of an address comes with it, at its own time for IPv6 (duplicate address detection).
    network.routes.retain(|route| route.destination.addr().is_ipv4());
    network.routes.sort_by_key(|route| (route.link.clone(), route.destination, route.metric, route.gateway));
    network
}

fn settle(link: &mut Link) {
    link.addresses.retain(|address| !address.dynamic);
    link.addresses.sort_by_key(|address| address.net);
    match &mut link.kind {
        Kind::Bond(bond) => {
            let mode = bond.mode();
            bond.slaves.sort();
            // Which slave is active is the driver's choice.
            bond.options.remove(bond::ACTIVE_SLAVE);
            let counts = bond.options.iter().filter(|(option, _)| option.modes.contains(mode));
            bond.options = counts.map(|(option, value)| (option, value.clone())).collect();
        }
        Kind::Bridge(found) => {
            found.ports.sort();
            // What no VLAN filter looks at.
            if !found.is_vlan_aware() {
                found.vlans = None;
            }
        }
        _ => {}
    }
}
