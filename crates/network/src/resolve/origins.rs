//! Where the file says what is wanted.

use interfaces::Span;
use rustc_hash::FxHashMap;

use crate::{Field, IfName, Property};

/// Where the file says each wanted property, so that a diagnostic or a kernel's refusal can be shown at its line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origins {
    properties: FxHashMap<Property, Span>,
    memberships: FxHashMap<(IfName, IfName), Span>,
}

impl Origins {
    /// Where the property is said; else where its link is named; `None` for a link that the file does not know.
    #[must_use]
    pub fn of(&self, property: &Property) -> Option<Span> {
        self.said(property).or_else(|| self.said(&Property::new(&property.link, Field::Kind)))
    }

    /// Where the property itself is said; `None` when it only follows from something else.
    #[must_use]
    pub fn said(&self, property: &Property) -> Option<Span> {
        self.properties.get(property).copied()
    }

    /// Where `member` is put into `master`. A link that two lay claim to has two such places.
    #[must_use]
    pub fn membership(&self, master: &IfName, member: &IfName) -> Option<Span> {
        self.memberships.get(&(master.clone(), member.clone())).copied()
    }

    /// Every property that is said, with its place; in the order of properties.
    pub fn iter(&self) -> impl Iterator<Item = (&Property, Span)> {
        let mut all: Vec<_> = self.properties.iter().map(|(property, span)| (property, *span)).collect();
        all.sort_unstable();
        all.into_iter()
    }

    /// Makes room for about so many properties: growing bit by bit would move them all several times.
    pub(super) fn reserve(&mut self, properties: usize) {
        self.properties.reserve(properties);
    }

    /// Notes a place; the first one stays.
    pub(super) fn note(&mut self, link: &IfName, field: Field, span: Span) {
        self.properties.entry(Property::new(link, field)).or_insert(span);
    }

    /// Notes a membership; the first place stays.
    pub(super) fn note_membership(&mut self, master: &IfName, member: &IfName, span: Span) {
        self.memberships.entry((master.clone(), member.clone())).or_insert(span);
    }
}
