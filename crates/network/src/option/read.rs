//! Options read back from the form that [`Options`] are written in. A name alone does not say which row is meant: bonds
//! and bridges have rows of the same name. Whoever holds the options knows the scope.

use std::collections::BTreeMap;

use serde::de::{Deserialize, Deserializer, Error};

use super::{Domain, Opt, Options, Scope, Value, of};

/// Options by name, of a scope that is not known yet.
#[derive(serde::Deserialize)]
#[serde(transparent)]
pub(crate) struct Raw(BTreeMap<String, RawValue>);

#[derive(serde::Deserialize)]
#[serde(untagged)]
enum RawValue {
    Switch(bool),
    Number(i64),
    Seconds(f64),
    Text(String),
    List(Vec<String>),
    None,
}

/// Why options can't be read back.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    /// No row has that name.
    #[error("no option is named {0}")]
    Name(String),
    /// The value is none of the option's.
    #[error("{0} can't have that value")]
    Value(&'static str),
}

impl Raw {
    /// The options, as rows of that scope.
    pub(crate) fn of(self, scope: Scope) -> Result<Options, ReadError> {
        let mut out = Options::default();
        for (name, raw) in self.0 {
            let row = of(scope).iter().copied().find(|row| row.name == name).ok_or(ReadError::Name(name))?;
            out.set(row, value(row, raw).ok_or(ReadError::Value(row.name))?);
        }
        Ok(out)
    }
}

/// The value in the kernel's terms. A number outside of the row's range is taken: a kernel may have it.
fn value(row: Opt, raw: RawValue) -> Option<Value> {
    match (row.domain, raw) {
        (Domain::Switch, RawValue::Switch(on)) => Some(Value::Number(on.into())),
        (Domain::Seconds { .. }, RawValue::Number(seconds)) => seconds.checked_mul(100).map(Value::Number),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "`as` keeps to the ends of an i64; hundredths were written"
        )]
        (Domain::Seconds { .. }, RawValue::Seconds(seconds)) => Some(Value::Number((seconds * 100.0).round() as i64)),
        (Domain::Number { .. } | Domain::Flags(_), RawValue::Number(number)) => Some(Value::Number(number)),
        (Domain::Link, RawValue::None) => Some(Value::Link(None)),
        // A choice without a name is written as its number.
        (Domain::Choice(_), RawValue::Text(text)) => {
            row.parse(&text).ok().or_else(|| text.parse().ok().map(Value::Number))
        }
        (Domain::Link | Domain::Mac, RawValue::Text(text)) => row.parse(&text).ok(),
        (Domain::Ipv4s | Domain::Ipv6s, RawValue::List(list)) => row.parse(&list.join(" ")).ok(),
        _ => None,
    }
}

fn read<'de, D: Deserializer<'de>>(scope: Scope, deserializer: D) -> Result<Options, D::Error> {
    Raw::deserialize(deserializer)?.of(scope).map_err(D::Error::custom)
}

macro_rules! readers {
    ($($function:ident = $scope:ident),+) => {
        $(
            #[doc = concat!("Reads options of the scope `", stringify!($scope), "`.")]
            pub(crate) fn $function<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Options, D::Error> {
                read(Scope::$scope, deserializer)
            }
        )+
    };
}
readers!(
    bond = Bond,
    bond_port = BondPort,
    bridge = Bridge,
    bridge_port = BridgePort,
    ipv4 = Ipv4,
    ipv6 = Ipv6,
    mpls = Mpls,
    nic = Nic
);
