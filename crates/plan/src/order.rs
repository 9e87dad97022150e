//! Which links stand on which.

use std::collections::HashSet;

use network::{IfName, Kind, Link, Network};

/// Links in an order in which they can be made.
pub(crate) struct Layers<'a> {
    /// What a link stands on comes before it.
    pub(crate) lowers_first: Vec<&'a Link>,
}

/// Orders the links of a network; of those that stand on each other in a circle, one comes first all the same.
pub(crate) fn layers(network: &Network) -> Layers<'_> {
    Layers { lowers_first: ordered(network) }
}

/// The names of a network's links, each after all that it stands on; of those that stand on each other in a circle, one
/// comes first all the same.
#[must_use]
pub fn lowers_first(network: &Network) -> Vec<IfName> {
    ordered(network).into_iter().map(|link| link.name.clone()).collect()
}

fn ordered(network: &Network) -> Vec<&Link> {
    let count = network.links.len();
    let (mut done, mut out) = (HashSet::with_capacity(count), Vec::with_capacity(count));
    for link in network.links.values() {
        visit(network, link, &mut done, &mut out);
    }
    out
}

/// The stack is our own: a file may chain VLAN devices by the thousand.
fn visit<'a>(network: &'a Network, link: &'a Link, done: &mut HashSet<&'a IfName>, out: &mut Vec<&'a Link>) {
    let mut open = vec![(link, false)];
    while let Some((link, expanded)) = open.pop() {
        if expanded {
            out.push(link);
            continue;
        }
        if !done.insert(&link.name) {
            continue;
        }
        open.push((link, true));
        let lowers = lowers(&link.kind);
        open.extend(lowers.iter().rev().filter_map(|lower| network.link(lower)).map(|lower| (lower, false)));
    }
}

/// What a link of that kind stands on.
#[must_use]
pub fn lowers(kind: &Kind) -> Vec<IfName> {
    match kind {
        Kind::Bond(bond) => bond.slaves.clone(),
        Kind::Bridge(bridge) => bridge.ports.clone(),
        Kind::Vlan(vlan) => vec![vlan.lower.clone()],
        Kind::Given(given) => given.stands_on(),
        Kind::Nic | Kind::Loopback | Kind::Other(_) => Vec::new(),
    }
}
