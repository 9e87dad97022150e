//! A set of options with their values.

use std::fmt;
use std::sync::Arc;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Domain, Opt, Value};

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

    /// Shares the memory of `other` if the two say the same; else `other` becomes a copy of these.
    pub fn share(&mut self, other: &mut Self) {
        if self == other {
            self.0.clone_from(&other.0);
        } else {
            *other = self.clone();
        }
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
        let mut other: Options = one.iter().rev().map(|(option, value)| (option, value.clone())).collect();
        let mut last = one.clone();
        other.share(&mut last);
        assert!(std::ptr::eq(one.all(), other.all()));
        assert_eq!(other.set(bridge::STP_STATE, Value::Number(1)), Some(Value::Number(0)));
        assert_eq!((one.number(bridge::STP_STATE), other.number(bridge::STP_STATE)), (Some(0), Some(1)));
        other.share(&mut last);
        assert_eq!((last == other, last == one), (true, false));
        assert_eq!(other.remove(bridge::AGEING_TIME), Some(Value::Number(1)));
        assert_eq!((other.len(), one.len()), (1, 2));
        other.remove(bridge::STP_STATE);
        assert_eq!(other, Options::default(), "however it came to be empty");
    }
}
