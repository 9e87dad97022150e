//! Which links stand on which.

use std::collections::BTreeSet;

use network::{IfName, Kind, Network};

/// Links in an order in which they can be made.
pub(crate) struct Layers {
    /// What a link stands on comes before it.
    pub(crate) lowers_first: Vec<IfName>,
}

/// Orders the links of a network; of those that stand on each other in a circle, one comes first all the same.
pub(crate) fn layers(network: &Network) -> Layers {
    let (mut done, mut out) = (BTreeSet::new(), Vec::new());
    for name in network.links.keys() {
        visit(network, name, &mut done, &mut out);
    }
    Layers { lowers_first: out }
}

/// The stack is our own: a file may chain VLAN devices by the thousand.
fn visit(network: &Network, name: &IfName, done: &mut BTreeSet<IfName>, out: &mut Vec<IfName>) {
    let mut open = vec![(name.clone(), false)];
    while let Some((name, expanded)) = open.pop() {
        if expanded {
            out.push(name);
            continue;
        }
        let Some(link) = network.link(&name) else { continue };
        if !done.insert(name.clone()) {
            continue;
        }
        open.push((name, true));
        open.extend(lowers(&link.kind).into_iter().rev().map(|lower| (lower, false)));
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
