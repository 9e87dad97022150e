//! What works, as far as it can be seen: before a change, and after it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Signs by name (`gateway 192.168.1.1 answers`), each seen or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Evidence(BTreeMap<String, bool>);

impl Evidence {
    /// Notes a sign. What several sources say of one sign has to be good in all.
    pub fn note(&mut self, sign: impl Into<String>, seen: bool) {
        self.0.entry(sign.into()).and_modify(|before| *before &= seen).or_insert(seen);
    }

    /// The signs that were seen before and are not seen in `now`.
    #[must_use]
    pub fn lost_in(&self, now: &Self) -> Vec<String> {
        let lost = |sign: &&String| now.0.get(*sign) != Some(&true);
        self.0.iter().filter(|(_, seen)| **seen).map(|(sign, _)| sign).filter(lost).cloned().collect()
    }

    /// Whether nothing was looked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The signs, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.0.iter().map(|(sign, seen)| (sign.as_str(), *seen))
    }
}
