//! A set of options with their values.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::{Domain, Opt, Value};

/// Options with their values, each at most once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(BTreeMap<Opt, Value>);

impl Options {
    /// The value of one.
    #[must_use]
    pub fn get(&self, option: Opt) -> Option<&Value> {
        self.0.get(&option)
    }

    /// The value of one that is a number, switch or choice.
    #[must_use]
    pub fn number(&self, option: Opt) -> Option<i64> {
        if let Some(Value::Number(number)) = self.get(option) { Some(*number) } else { None }
    }

    /// Sets one, and gives back what it was.
    pub fn set(&mut self, option: Opt, value: Value) -> Option<Value> {
        self.0.insert(option, value)
    }

    /// Takes one out.
    pub fn remove(&mut self, option: Opt) -> Option<Value> {
        self.0.remove(&option)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// By netlink attribute, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (Opt, &Value)> {
        self.0.iter().map(|(option, value)| (*option, value))
    }
}

impl FromIterator<(Opt, Value)> for Options {
    fn from_iter<I: IntoIterator<Item = (Opt, Value)>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

impl Extend<(Opt, Value)> for Options {
    fn extend<I: IntoIterator<Item = (Opt, Value)>>(&mut self, iter: I) {
        self.0.extend(iter);
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
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
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
