//! What a reload did to links that were there before it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Snapshot;

/// Something of a link that a reload should leave as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Aspect {
    /// The link itself: it was taken away.
    Gone,
    /// The link itself: it was made anew (another number).
    Anew,
    /// Its carrier: it went, or came.
    Carrier,
    /// Whose member it is.
    Membership,
    /// Its MAC.
    Mac,
    /// What it knew of its neighbours (ARP).
    Neighbours,
    /// What its bridge had learned behind it (FDB).
    Learned,
}

impl Aspect {
    /// Each of them.
    pub const ALL: [Self; 7] =
        [Self::Gone, Self::Anew, Self::Carrier, Self::Membership, Self::Mac, Self::Neighbours, Self::Learned];
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gone => "gone",
            Self::Anew => "made anew",
            Self::Carrier => "carrier",
            Self::Membership => "membership",
            Self::Mac => "MAC",
            Self::Neighbours => "neighbours",
            Self::Learned => "FDB",
        })
    }
}

/// What was disturbed, by link.
pub type Disturbed = BTreeMap<String, BTreeSet<Aspect>>;

/// What differs between two snapshots, of the links that the first has; without those that are to be gone.
#[must_use]
pub fn disturbed(before: &Snapshot, after: &Snapshot, to_be_gone: &[String]) -> Disturbed {
    let mut out = Disturbed::new();
    for (name, was) in &before.links {
        let mut aspects = BTreeSet::new();
        match after.links.get(name) {
            None if to_be_gone.contains(name) => continue,
            None => _ = aspects.insert(Aspect::Gone),
            // Of another device nothing can be held against the first.
            Some(is) if is.index != was.index => _ = aspects.insert(Aspect::Anew),
            Some(is) => aspects.extend(
                [
                    (Aspect::Carrier, is.carrier_changes != was.carrier_changes),
                    (Aspect::Membership, is.master != was.master),
                    (Aspect::Mac, is.mac != was.mac),
                    (Aspect::Neighbours, was.has_neighbour && !is.has_neighbour),
                    (Aspect::Learned, was.is_learned && !is.is_learned),
                ]
                .into_iter()
                .filter_map(|(aspect, changed)| changed.then_some(aspect)),
            ),
        }
        if !aspects.is_empty() {
            out.insert(name.clone(), aspects);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::LinkState;
    use super::*;

    fn snapshot(links: &[(&str, LinkState)]) -> Snapshot {
        Snapshot { links: links.iter().map(|(name, link)| ((*name).to_owned(), link.clone())).collect() }
    }

    #[test]
    fn each_aspect_is_seen_and_the_rest_is_not() {
        let was = LinkState { index: 2, has_neighbour: true, is_learned: true, ..LinkState::default() };
        let of = |is: LinkState| {
            let found = disturbed(&snapshot(&[("a", was.clone())]), &snapshot(&[("a", is)]), &[]);
            found.get("a").map(|set| set.iter().copied().collect::<Vec<_>>()).unwrap_or_default()
        };
        assert_eq!(of(was.clone()), []);
        assert_eq!(of(LinkState { index: 3, ..was.clone() }), [Aspect::Anew]);
        assert_eq!(of(LinkState { carrier_changes: 1, ..was.clone() }), [Aspect::Carrier]);
        assert_eq!(of(LinkState { master: Some("b".into()), ..was.clone() }), [Aspect::Membership]);
        assert_eq!(of(LinkState { mac: vec![1], ..was.clone() }), [Aspect::Mac]);
        assert_eq!(of(LinkState { has_neighbour: false, ..was.clone() }), [Aspect::Neighbours]);
        assert_eq!(of(LinkState { is_learned: false, ..was.clone() }), [Aspect::Learned]);
        let gone = |names: &[String]| disturbed(&snapshot(&[("a", was.clone())]), &snapshot(&[]), names).len();
        assert_eq!((gone(&[]), gone(&["a".into()])), (1, 0));
    }
}
