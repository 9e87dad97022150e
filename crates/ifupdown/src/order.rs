//! Lowers first.

use std::collections::BTreeSet;

use network::{IfName, Network};

use crate::goal::lowers;

/// The links of a network, each after all that it stands on; of those that stand on each other in a circle, one comes
/// first all the same.
#[must_use]
pub fn lowers_first(network: &Network) -> Vec<IfName> {
    let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
    for name in network.links.keys() {
        // The stack is our own: a file may chain VLAN devices by the thousand.
        let mut open = vec![(name.clone(), false)];
        while let Some((name, expanded)) = open.pop() {
            if expanded {
                out.push(name);
                continue;
            }
            let Some(link) = network.link(&name) else { continue };
            if seen.insert(name.clone()) {
                open.push((name, true));
                open.extend(lowers(link).into_iter().rev().map(|lower| (lower, false)));
            }
        }
    }
    out
}
