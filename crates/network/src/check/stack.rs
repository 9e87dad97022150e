//! Who stands on whom.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use crate::{IfName, Kind, Link};

/// What a link stands on.
pub(super) fn stands_on(link: &Link) -> &[IfName] {
    match &link.kind {
        Kind::Bond(bond) => &bond.slaves,
        Kind::Bridge(bridge) => &bridge.ports,
        Kind::Vlan(vlan) => std::slice::from_ref(&vlan.lower),
        _ => &[],
    }
}

/// The other way round: what stands on each link.
pub(super) struct Uppers<'a>(BTreeMap<&'a IfName, Vec<&'a Link>>);

impl<'a> Uppers<'a> {
    /// Looks at every wanted link once.
    pub(super) fn of(case: &Case<'a>) -> Self {
        let mut uppers: BTreeMap<&IfName, Vec<&Link>> = BTreeMap::new();
        for link in case.links() {
            for lower in stands_on(link) {
                uppers.entry(lower).or_default().push(link);
            }
        }
        Self(uppers)
    }

    /// All that stands on it, at whatever height; each once, also where links stand in a circle.
    pub(super) fn all(&self, name: &IfName) -> Vec<&'a Link> {
        let direct = |name: &IfName| self.0.get(name).into_iter().flatten().copied();
        let mut seen = BTreeSet::new();
        let mut queue: Vec<&Link> = direct(name).collect();
        let mut found = Vec::new();
        while let Some(link) = queue.pop() {
            if link.name != *name && seen.insert(&link.name) {
                found.push(link);
                queue.extend(direct(&link.name));
            }
        }
        found
    }
}
