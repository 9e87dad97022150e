//! Where the file says what is wanted.

use interfaces::Span;
use rustc_hash::FxHashMap;

use super::index::Index;
use crate::{Field, IfName, Property};

/// How many places of a link are looked through one by one. Beyond, each look would cost more than a map.
const NEAR: u32 = 32;
/// No note.
const NONE: u32 = u32::MAX;

/// Where the file says each wanted property, so that a diagnostic or a kernel's refusal can be shown at its line.
///
/// A link's places are noted together and asked for together, so they are a list, not a map's entries all over memory.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// Every link that the file knows.
    links: Index,
    /// The places of each link, by number.
    lists: Vec<List>,
    /// The places of all links; each knows the next one of its link.
    notes: Vec<Note>,
    /// The places of links that have more than [`NEAR`], from there on.
    more: FxHashMap<Property, Span>,
    /// The same of where links are put into others.
    more_memberships: FxHashMap<(IfName, IfName), Span>,
}

/// The list of a link's notes.
#[derive(Clone, Copy, Debug)]
struct List {
    first: u32,
    last: u32,
    length: u32,
}

impl List {
    const EMPTY: Self = Self { first: NONE, last: NONE, length: 0 };
}

#[derive(Clone, Debug)]
struct Note {
    what: What,
    span: Span,
    next: u32,
}

/// What is said of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    Field(Field),
    /// That it belongs to this one.
    MemberOf(IfName),
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
        self.near(&property.link, &What::Field(property.field)).or_else(|| self.more.get(property).copied())
    }

    /// Where `member` is put into `master`. A link that two lay claim to has two such places.
    #[must_use]
    pub fn membership(&self, master: &IfName, member: &IfName) -> Option<Span> {
        let far = || self.more_memberships.get(&(master.clone(), member.clone())).copied();
        self.near(member, &What::MemberOf(master.clone())).or_else(far)
    }

    /// Every property that is said, with its place; in the order of properties.
    pub fn iter(&self) -> impl Iterator<Item = (Property, Span)> {
        let of_link = |(link, list): (&IfName, &List)| {
            let fields = self.notes_of(*list).filter_map(|note| match note.what {
                What::Field(field) => Some((Property::new(link, field), note.span)),
                What::MemberOf(_) => None,
            });
            fields.collect::<Vec<_>>()
        };
        let mut all: Vec<_> = self.links.names().zip(&self.lists).flat_map(of_link).collect();
        all.extend(self.more.iter().map(|(property, span)| (property.clone(), *span)));
        all.sort_unstable();
        all.into_iter()
    }

    /// Makes room for about so many places, growing bit by bit would move them all several times, and for these links.
    pub(super) fn reserve(&mut self, places: usize, links: &Index) {
        self.notes.reserve(places);
        self.links = links.clone();
        self.lists = vec![List::EMPTY; links.names().len()];
    }

    /// Notes a place; the first one stays.
    pub(super) fn note(&mut self, link: &IfName, field: Field, span: Span) {
        if !self.add(link, What::Field(field), span) {
            self.more.entry(Property::new(link, field)).or_insert(span);
        }
    }

    /// Notes a membership; the first place stays.
    pub(super) fn note_membership(&mut self, master: &IfName, member: &IfName, span: Span) {
        if !self.add(member, What::MemberOf(master.clone()), span) {
            self.more_memberships.entry((master.clone(), member.clone())).or_insert(span);
        }
    }

    /// Puts a note at the end of its link's, unless it is there; false if there is no room for it.
    fn add(&mut self, link: &IfName, what: What, span: Span) -> bool {
        let (Some(number), Ok(new)) = (self.links.number(link), u32::try_from(self.notes.len())) else { return false };
        if number == self.lists.len() {
            self.lists.push(List::EMPTY);
        }
        let list = self.lists[number];
        if self.notes_of(list).any(|note| note.what == what) {
            return true;
        }
        if list.length >= NEAR || new == NONE {
            return false;
        }
        self.notes.push(Note { what, span, next: NONE });
        if let Some(last) = self.notes.get_mut(list.last as usize) {
            last.next = new;
        }
        let first = if list.length == 0 { new } else { list.first };
        self.lists[number] = List { first, last: new, length: list.length + 1 };
        true
    }

    /// The place of a note.
    fn near(&self, link: &IfName, what: &What) -> Option<Span> {
        self.notes_of(*self.lists.get(self.links.get(link)?)?).find(|note| note.what == *what).map(|note| note.span)
    }

    /// The notes of a list, in order.
    fn notes_of(&self, list: List) -> impl Iterator<Item = &Note> {
        let at = |at: u32| self.notes.get(at as usize);
        std::iter::successors(at(list.first), move |note| at(note.next))
    }
}

#[cfg(test)]
mod tests {
    use interfaces::FileId;

    use super::*;

    fn name(text: &str) -> IfName {
        IfName::new(text).unwrap()
    }

    fn place(at: usize) -> Span {
        Span::new(FileId(0), at, at + 1)
    }

    fn address(n: usize) -> Field {
        Field::Address(format!("10.{}.{}.1/24", n >> 8, n & 0xff).parse().unwrap())
    }

    #[test]
    fn each_place_is_found_however_many_there_are_and_the_first_stays() {
        let mut origins = Origins::default();
        let (many, few) = (name("many"), name("few"));
        for n in 0..1000 {
            origins.note(&many, address(n), place(n));
            origins.note(&few, Field::Mtu, place(n));
            origins.note_membership(&name(&format!("br{n}")), &many, place(2000 + n));
        }
        for n in 0..1000 {
            origins.note(&many, address(n), place(5000));
            origins.note_membership(&name(&format!("br{n}")), &many, place(5000));
            assert_eq!(origins.said(&Property::new(&many, address(n))), Some(place(n)));
            assert_eq!(origins.membership(&name(&format!("br{n}")), &many), Some(place(2000 + n)));
        }
        assert_eq!(origins.said(&Property::new(&few, Field::Mtu)), Some(place(0)));
        assert_eq!((origins.said(&Property::new(&few, Field::Up)), origins.membership(&few, &many)), (None, None));
        let all: Vec<_> = origins.iter().collect();
        assert!(all.is_sorted() && all.len() == 1001);
    }
}
