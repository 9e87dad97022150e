//! Whether two observed networks are one.

use std::collections::BTreeSet;

use network::{BondMode, IfName, Kind, Link, Network};

/// The links and routes in which two networks differ, in full; a line each. What nobody can set again does not count, nor
/// what means nothing (options of another mode than the bond's), nor the order of lists that have none.
pub(crate) fn unlike(left: &Network, right: &Network) -> Vec<String> {
    unlike_beside(&BTreeSet::new(), left, right)
}

/// The same, of those that are not among these.
pub(crate) fn unlike_beside(others: &BTreeSet<IfName>, left: &Network, right: &Network) -> Vec<String> {
    let [left, right] = [left, right].map(|network| {
        let mut out = settled(network);
        out.links.retain(|name, _| !others.contains(name));
        // A gateway of the file takes the place of any other's.
        out.routes.retain(|route| !others.contains(&route.link) && (others.is_empty() || !route.is_default()));
        out
    });
    let mut names: Vec<_> = left.links.keys().chain(right.links.keys()).collect();
    names.sort();
    names.dedup();
    let differs = names.into_iter().filter(|name| left.link(name) != right.link(name));
    let shown = |link: Option<&Link>| link.map_or_else(|| "absent".to_owned(), |link| format!("{link:?}"));
    let mut out: Vec<String> = differs
        .map(|name| format!("{name}: {}\n  instead of {}", shown(left.link(name)), shown(right.link(name))))
        .collect();
    if left.routes != right.routes {
        out.push(format!("routes: {:?}\n  instead of {:?}", left.routes, right.routes));
    }
    out
}

/// Whether a bond gives its slaves' addresses from one to the other, or takes them itself: by who is active.
fn hands_addresses_on(link: &Link) -> bool {
    link.bond().is_some_and(|bond| {
        let by_load = matches!(bond.mode(), BondMode::BalanceTlb | BondMode::BalanceAlb);
        by_load || bond.options.number(network::option::bond::FAIL_OVER_MAC).is_some_and(|policy| policy > 0)
    })
}

fn settled(network: &Network) -> Network {
    let mut network = network.settings();
    for link in network.links.values_mut() {
        link.addresses.sort_by_key(|address| address.net);
        match &mut link.kind {
            Kind::Bond(bond) => {
                let mode = bond.mode();
                bond.slaves.sort();
                bond.options.remove(network::option::bond::ACTIVE_SLAVE);
                let counts = bond.options.iter().filter(|(option, _)| option.modes.contains(mode));
                bond.options = counts.map(|(option, value)| (option, value.clone())).collect();
            }
            Kind::Bridge(bridge) => bridge.ports.sort(),
            _ => {}
        }
    }
    let moving: Vec<IfName> =
        network.links.values().filter(|link| hands_addresses_on(link)).map(|link| link.name.clone()).collect();
    for link in network.links.values_mut() {
        if moving.contains(&link.name) || link.master.as_ref().is_some_and(|master| moving.contains(master)) {
            link.mac = None;
        }
    }
    network.routes.sort_by_key(|route| (route.link.clone(), route.destination, route.metric, route.gateway));
    network
}
