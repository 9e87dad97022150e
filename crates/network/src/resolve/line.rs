//! The lines of a stanza, and a look at which keys are among them.
//!
//! Each section is asked dozens of times whether it has a line of this or that key, and mostly has not. So what a line's
//! key means is found once, and a question that a few bits can answer does not look at the lines at all.

use std::rc::Rc;

use interfaces::Setting;

use super::layout::{PORTS, SLAVES};
use crate::option;
use crate::{Opt, Scope};

/// A line that says something.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// It.
    pub(super) setting: &'a Setting,
    /// The option of the table that its key spells.
    pub(super) option: Option<Opt>,
}

/// Lines in order. Those whose value is missing are the syntax's to report, and left out.
#[derive(Clone)]
pub(super) struct Lines<'a> {
    all: Rc<[Line<'a>]>,
    keys: Keys,
}

/// Which keys there may be among some lines, and options of which scopes there are.
#[derive(Clone, Copy, Default)]
pub(super) struct Keys {
    /// A bit for each key; keys share bits.
    bits: u64,
    /// A bit for each scope.
    scopes: u8,
}

impl<'a> Lines<'a> {
    /// All of these that say something.
    pub(super) fn of(settings: &'a [Setting]) -> Self {
        let line = |setting: &'a Setting| Line { setting, option: option::by_key(&setting.key.text) };
        // Nearly always that is all of them, and an exact number is copied once.
        let all: Rc<[Line<'a>]> = if settings.iter().any(lacks_value) {
            settings.iter().filter(|setting| !lacks_value(setting)).map(line).collect()
        } else {
            settings.iter().map(line).collect()
        };
        let keys = all.iter().fold(Keys::default(), |keys, line| keys.and(Keys::of(line)));
        Self { all, keys }
    }

    /// With those of another stanza before them.
    pub(super) fn after(&self, others: &Self) -> Self {
        Self { all: others.iter().chain(self.iter()).collect(), keys: self.keys.and(others.keys) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Which keys there may be among them.
    pub(super) fn keys(&self) -> Keys {
        self.keys
    }

    /// In order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Line<'a>> + '_ {
        self.all.iter().copied()
    }

    /// Those with this key.
    pub(super) fn find(&self, key: &str) -> impl Iterator<Item = &'a Setting> {
        let lines = if self.keys.may_have(&[key]) { &self.all[..] } else { &[] };
        lines.iter().map(|line| line.setting).filter(move |setting| is_key(&setting.key.text, key))
    }
}

impl Keys {
    fn of(line: &Line<'_>) -> Self {
        let scopes = line.option.map_or(0, |option| 1 << option.scope as u8);
        Self { bits: bit(&line.setting.key.text), scopes }
    }

    /// These and those.
    pub(super) fn and(self, others: Self) -> Self {
        Self { bits: self.bits | others.bits, scopes: self.scopes | others.scopes }
    }

    /// Whether one of these keys, spelled with `-`, may be there. `false` is certain.
    pub(super) fn may_have(self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.bits & bit(key) != 0)
    }

    /// Whether there is an option of the scope.
    pub(super) fn have(self, scope: Scope) -> bool {
        self.scopes & 1 << scope as u8 != 0
    }
}

/// The bit of a key: of its length and three of its bytes. With these factors few of the usual keys share one.
fn bit(key: &str) -> u64 {
    let key = key.as_bytes();
    let (Some(first), Some(last)) = (key.first(), key.last()) else { return 1 };
    let byte = |byte: u8, factor: u64| u64::from(dashed(byte)) * factor;
    let sum = byte(*first, 7) + byte(key[key.len() / 2], 49) + byte(*last, 9) + key.len() as u64;
    1 << (sum % 64)
}

fn dashed(byte: u8) -> u8 {
    if byte == b'_' { b'-' } else { byte }
}

/// Whether a line's key is this one of the table's; `_` counts as `-`.
pub(super) fn is_key(text: &str, key: &str) -> bool {
    text.len() == key.len() && text.bytes().map(dashed).eq(key.bytes())
}

/// Whether a line's key starts so; `_` counts as `-`.
pub(super) fn starts_with(text: &str, start: &str) -> bool {
    text.len() >= start.len() && text.bytes().map(dashed).zip(start.bytes()).all(|(a, b)| a == b)
}

/// Whether the line lacks a value. An empty list of slaves or ports is a list.
fn lacks_value(setting: &Setting) -> bool {
    let is_list = |keys: &[&str]| keys.iter().any(|key| is_key(&setting.key.text, key));
    setting.value.text.is_empty() && !is_list(SLAVES) && !is_list(PORTS)
}

#[cfg(test)]
mod tests {
    use interfaces::{Configuration, Iface, Kind};

    use super::*;

    fn lines(text: &str, test: impl Fn(&Iface)) {
        let configuration = Configuration::of("interfaces", text.into());
        match &configuration.stanzas()[0].kind {
            Kind::Iface(iface) => test(iface),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_there_is_found_however_it_is_spelled() {
        lines("iface a\n mtu 9\n bond_miimon 1\n bond-slaves\n address\n Mtu 3\n", |iface| {
            let lines = Lines::of(&iface.settings);
            assert_eq!(lines.len(), 4, "an address without a value says nothing");
            for key in ["mtu", "bond-miimon", "bond-slaves"] {
                assert!(lines.keys().may_have(&["address", key]) && lines.find(key).count() == 1, "{key}");
            }
            assert!(lines.keys().have(Scope::Bond) && !lines.keys().have(Scope::Bridge));
            let twice = lines.after(&lines);
            assert_eq!((twice.len(), twice.find("bond-miimon").count(), twice.find("address").count()), (8, 2, 0));
        });
    }

    #[test]
    fn few_of_the_tables_keys_are_mistaken_for_another() {
        let bits: Vec<u64> = option::all().flat_map(|option| option.keys).map(|key| bit(key)).collect();
        let most = bits.iter().map(|bit| bits.iter().filter(|other| bit == *other).count()).max();
        assert!(most.is_some_and(|most| most * 10 < bits.len()), "{most:?} of {}", bits.len());
    }
}
