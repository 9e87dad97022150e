//! The stanzas of a file by name.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::Configuration;
use network::IfName;

use crate::stanza::{Stanza, stanzas};

/// The stanzas of a file, in reading order and by name.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    stanzas: Vec<Stanza>,
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Lines {
    /// Those of a configuration.
    #[must_use]
    pub fn of(configuration: &Configuration) -> Self {
        stanzas(configuration).into_iter().collect()
    }

    /// All of them, in reading order.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        &self.stanzas
    }

    /// The names that have a stanza, in the order of the first.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        self.stanzas.iter().map(|stanza| stanza.name.as_str()).filter(|name| seen.insert(*name)).collect()
    }

    /// The same, as far as they can be names of interfaces.
    #[must_use]
    pub fn interfaces(&self) -> Vec<IfName> {
        self.names().iter().filter_map(|name| IfName::new(name).ok()).collect()
    }

    /// The stanzas of a name.
    pub fn of_name(&self, name: &str) -> impl Iterator<Item = &Stanza> {
        self.by_name.get(name).into_iter().flatten().map(|number| &self.stanzas[*number])
    }

    /// Whether the name has these very stanzas.
    #[must_use]
    pub fn are_unchanged(&self, name: &str, saved: &[Stanza]) -> bool {
        self.of_name(name).count() == saved.len()
            && self.of_name(name).zip(saved).all(|(now, saved)| now.says_the_same(saved))
    }
}

impl FromIterator<Stanza> for Lines {
    fn from_iter<I: IntoIterator<Item = Stanza>>(stanzas: I) -> Self {
        let stanzas: Vec<Stanza> = stanzas.into_iter().collect();
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (number, stanza) in stanzas.iter().enumerate() {
            by_name.entry(stanza.name.clone()).or_default().push(number);
        }
        Self { stanzas, by_name }
    }
}
