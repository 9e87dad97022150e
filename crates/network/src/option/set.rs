//! A set of options with their values.

use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Domain, Opt, Value};

/// How many places are remembered while options are read: more than any scope has rows.
const SAME_AT_MOST: usize = 64;

/// Options with their values, each at most once.
///
/// Copies share their memory until one of them changes: the thousand bridges of a host have the same options, and so has
/// the plan's model of them. A set without an option has no memory at all: most links have several such.
#[derive(Clone, Debug, Default)]
pub struct Options(Option<Arc<Vec<(Opt, Value)>>>);

impl Options {
    /// All of them, in order.
    fn all(&self) -> &[(Opt, Value)] {
        self.0.as_ref().map_or(&[], |all| all.as_slice())
    }

    /// All of them, to be changed.
    fn all_mut(&mut self) -> &mut Vec<(Opt, Value)> {
        Arc::make_mut(self.0.get_or_insert_default())
    }

    /// Where the option stands, or would.
    fn find(&self, option: Opt) -> Result<usize, usize> {
        self.all().binary_search_by_key(&option, |(option, _)| *option)
    }

    /// The value of one.
    #[must_use]
    pub fn get(&self, option: Opt) -> Option<&Value> {
        self.find(option).ok().map(|place| &self.all()[place].1)
    }

    /// The value of one that is a number, switch or choice.
    #[must_use]
    pub fn number(&self, option: Opt) -> Option<i64> {
        if let Some(Value::Number(number)) = self.get(option) { Some(*number) } else { None }
    }

    /// Sets one, and gives back what it was.
    pub fn set(&mut self, option: Opt, value: Value) -> Option<Value> {
        match self.find(option) {
            Ok(place) if self.all()[place].1 == value => Some(value),
            Ok(place) => Some(std::mem::replace(&mut self.all_mut()[place].1, value)),
            Err(place) => {
                self.all_mut().insert(place, (option, value));
                None
            }
        }
    }

    /// Takes one out.
    pub fn remove(&mut self, option: Opt) -> Option<Value> {
        let place = self.find(option).ok()?;
        Some(self.all_mut().remove(place).1)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// By netlink attribute, ascending.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (Opt, &Value)> {
        self.all().iter().map(|(option, value)| (*option, value))
    }

    /// What `values` say, of which the later counts, in the memory of `like` where that says the same: of many links that are
    /// read one after another, most have the options of the one before.
    ///
    /// # Errors
    /// The first of the values that is one.
    pub fn read_like<E>(like: &Self, values: impl IntoIterator<Item = Result<(Opt, Value), E>>) -> Result<Self, E> {
        let (mut values, mut same, mut other) = (values.into_iter(), 0_u64, None);
        for value in values.by_ref() {
            let (option, value) = value?;
            match like.find(option) {
                Ok(place) if place < SAME_AT_MOST && like.all()[place].1 == value => same |= 1 << place,
                _ => {
                    other = Some((option, value));
                    break;
                }
            }
        }
        if other.is_none() && usize::try_from(same.count_ones()) == Ok(like.len()) {
            return Ok(like.clone());
        }
        let mut all = Vec::with_capacity(like.len());
        let is_same = |place: usize| place < SAME_AT_MOST && same >> place & 1 == 1;
        all.extend(like.all().iter().enumerate().filter(|(place, _)| is_same(*place)).map(|(_, entry)| entry.clone()));
        let mut out = Self(Some(Arc::new(all)));
        out.extend(other);
        for value in values {
            out.extend(Some(value?));
        }
        Ok(if out.is_empty() { Self::default() } else { out })
    }
}

/// Those whose memory is shared are equal at a glance.
impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        let shared = matches!((&self.0, &other.0), (Some(one), Some(another)) if Arc::ptr_eq(one, another));
        shared || self.all() == other.all()
    }
}

impl Eq for Options {}

impl FromIterator<(Opt, Value)> for Options {
    fn from_iter<I: IntoIterator<Item = (Opt, Value)>>(iter: I) -> Self {
        let mut out = Self::default();
        out.extend(iter);
        out
    }
}

impl Extend<(Opt, Value)> for Options {
    fn extend<I: IntoIterator<Item = (Opt, Value)>>(&mut self, iter: I) {
        iter.into_iter().for_each(|(option, value)| drop(self.set(option, value)));
    }
}

/// `bond-mode 802.3ad, bond-lacp-rate fast`.
impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (option, value)) in self.iter().enumerate() {
            write!(f, "{}{} {}", if n == 0 { "" } else { ", " }, option.key(), option.show(value))?;
        }
        Ok(())
    }
}

/// A map by the kernel's names; choices by name, switches as booleans, seconds as numbers of seconds.
impl Serialize for Options {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (option, value) in self.iter() {
            match (value, option.domain) {
                (Value::Number(number), Domain::Switch) => map.serialize_entry(option.name, &(*number != 0))?,
                (Value::Number(_), Domain::Choice(_)) => map.serialize_entry(option.name, &option.show(value))?,
                (Value::Number(number), Domain::Seconds { .. }) if number % 100 == 0 => {
                    map.serialize_entry(option.name, &(number / 100))?;
                }
                (Value::Number(number), Domain::Seconds { .. }) => {
                    #[expect(clippy::cast_precision_loss, reason = "hundredths of a second, far below 2^52")]
                    map.serialize_entry(option.name, &(*number as f64 / 100.0))?;
                }
                _ => map.serialize_entry(option.name, value)?,
            }
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::option::bridge;

    #[test]
    fn copies_share_until_one_changes() {
        let one: Options =
            [(bridge::AGEING_TIME, Value::Number(1)), (bridge::STP_STATE, Value::Number(0))].into_iter().collect();
        let said = || one.iter().rev().map(|(option, value)| (option, value.clone()));
        let mut other = Options::read_like(&one, said().map(Ok::<_, ()>)).unwrap();
        assert!(std::ptr::eq(one.all(), other.all()));
        assert_eq!(other.set(bridge::STP_STATE, Value::Number(1)), Some(Value::Number(0)));
        assert_eq!((one.number(bridge::STP_STATE), other.number(bridge::STP_STATE)), (Some(0), Some(1)));
        assert_eq!(other.remove(bridge::AGEING_TIME), Some(Value::Number(1)));
        assert_eq!((other.len(), one.len()), (1, 2));
        other.remove(bridge::STP_STATE);
        assert_eq!(other, Options::default(), "however it came to be empty");
    }

    /// Whatever the one before was, and in whatever order, with whatever said twice.
    #[test]
    fn what_is_read_does_not_hang_on_what_it_is_like() {
        let rows = &bridge::ALL[..5];
        let number = |n: usize, value: i64| (rows[n], Value::Number(value));
        let sets =
            [vec![], vec![(0, 1)], vec![(2, 1), (0, 1)], vec![(0, 2), (1, 1)], vec![(3, 1), (0, 1), (3, 2), (4, 0)]];
        for like in &sets {
            let like: Options = like.iter().map(|(n, value)| number(*n, *value)).collect();
            for said in &sets {
                let said = || said.iter().map(|(n, value)| number(*n, *value));
                let wanted: Options = said().collect();
                assert_eq!(Options::read_like(&like, said().map(Ok::<_, ()>)), Ok(wanted), "like {like}");
            }
        }
        let failing = [Ok(number(0, 1)), Err("no"), Ok(number(1, 1))];
        assert_eq!(Options::read_like(&Options::default(), failing), Err("no"));
    }
}
