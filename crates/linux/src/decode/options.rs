//! Attributes as options, as the row of each says.

use std::net::IpAddr;

use netlink_packet_core::DecodeError;
use network::option::{self, Wire};
use network::{Opt, Options, Scope, Value};

use super::Names;
use crate::ReadError;
use crate::attribute::Attribute;

/// The rows of a scope by their attributes.
#[derive(Clone, Debug)]
pub struct Rows {
    by_attribute: Vec<Option<Opt>>,
    empty: Vec<(Opt, Value)>,
}

impl Rows {
    /// The rows of `scope`.
    #[must_use]
    pub fn of(scope: Scope) -> Self {
        let mut out = Self { by_attribute: Vec::new(), empty: Vec::new() };
        for &row in option::of(scope) {
            let place = usize::from(row.attribute);
            out.by_attribute.resize(out.by_attribute.len().max(place + 1), None);
            out.by_attribute[place] = Some(row);
            // The driver leaves links and lists out when they are empty (bond_fill_info).
            match row.wire {
                Wire::Index => out.empty.push((row, Value::Link(None))),
                Wire::Ipv4List => out.empty.push((row, Value::Ipv4s(Vec::new()))),
                Wire::Ipv6List => out.empty.push((row, Value::Ipv6s(Vec::new()))),
                _ => {}
            }
        }
        out
    }

    /// What all options are before any attribute is read.
    #[must_use]
    pub fn start(&self) -> Options {
        self.empty.iter().cloned().collect()
    }

    /// The option that an attribute is, if it is one of these rows.
    ///
    /// # Errors
    /// See [`value`].
    pub fn read(&self, attribute: Attribute<'_>, names: &Names) -> Result<Option<(Opt, Value)>, ReadError> {
        let row = self.by_attribute.get(usize::from(attribute.kind)).copied().flatten();
        row.map(|row| Ok((row, value(row, attribute, names)?))).transpose()
    }

    /// The options among attributes, in the memory of `last` where they are the same; they are the last then.
    ///
    /// # Errors
    /// See [`value`].
    pub fn read_like<'a>(
        &self,
        last: &mut Options,
        attributes: impl Iterator<Item = Result<Attribute<'a>, DecodeError>>,
        names: &Names,
    ) -> Result<Options, ReadError> {
        let read = |found: Result<Attribute<'a>, DecodeError>| {
            found.map_err(ReadError::from).and_then(|attribute| self.read(attribute, names)).transpose()
        };
        let values = self.empty.iter().cloned().map(Ok).chain(attributes.filter_map(read));
        *last = Options::read_like(last, values)?;
        Ok(last.clone())
    }
}

/// The value that an attribute carries; the same as [`Opt::parse`] makes of the file's text.
///
/// # Errors
/// When the attribute has not the row's form, or names a link that is not there.
pub fn value(row: Opt, attribute: Attribute<'_>, names: &Names) -> Result<Value, ReadError> {
    Ok(match row.wire {
        Wire::U8 => Value::Number(attribute.u8()?.into()),
        Wire::U16 => Value::Number(attribute.u16()?.into()),
        Wire::U16Be => Value::Number(attribute.u16_be()?.into()),
        Wire::U32 => Value::Number(attribute.u32()?.into()),
        Wire::I32 => Value::Number(attribute.u32()?.cast_signed().into()),
        // An interval beyond that is one without an end.
        Wire::U64 => Value::Number(i64::try_from(attribute.u64()?).unwrap_or(i64::MAX)),
        Wire::Index => match attribute.u32()? {
            0 => Value::Link(None),
            index => Value::Link(Some(names.get(index)?)),
        },
        Wire::Sysctl => Value::Number(attribute.u32()?.cast_signed().into()),
        Wire::Feature | Wire::Ethtool => return Err(DecodeError::from("what ethtool tells is no attribute").into()),
        Wire::Mac => Value::Mac(attribute.mac()?),
        Wire::Ipv4List => Value::Ipv4s(list(attribute, |ip| if let IpAddr::V4(ip) = ip { Some(ip) } else { None })?),
        Wire::Ipv6List => Value::Ipv6s(list(attribute, |ip| if let IpAddr::V6(ip) = ip { Some(ip) } else { None })?),
    })
}

fn list<A>(attribute: Attribute<'_>, pick: impl Fn(IpAddr) -> Option<A>) -> Result<Vec<A>, DecodeError> {
    attribute
        .nested()
        .map(|entry| {
            let ip = entry?.ip()?;
            pick(ip).ok_or_else(|| DecodeError::from("an address of the wrong family in a list"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_core::Emitable;
    use network::option::{Domain, all};

    use crate::attribute::attributes;
    use crate::encode::{Links, option as encode};

    /// Every row's values survive the way to the kernel and back.
    #[test]
    fn what_is_encoded_reads_back() {
        let names = Names::of(7, "eth7");
        for row in all().filter(|row| ![Wire::Sysctl, Wire::Feature, Wire::Ethtool].contains(&row.wire)) {
            let texts: Vec<String> = match row.domain {
                Domain::Number { min, max } | Domain::Seconds { min, max } => {
                    [min, max].map(|number| row.show(&Value::Number(number))).to_vec()
                }
                Domain::Switch => vec!["on".into(), "off".into()],
                Domain::Choice(choices) | Domain::Flags(choices) => {
                    choices.iter().map(|(name, _)| (*name).to_owned()).collect()
                }
                Domain::Link => vec!["eth7".into(), "none".into()],
                Domain::Mac => vec!["02:00:00:00:00:01".into()],
                Domain::Ipv4s => vec![String::new(), "10.0.0.1 10.0.0.2".into()],
                Domain::Ipv6s => vec![String::new(), "fe80::1 2001:db8::1".into()],
            };
            for text in texts {
                let wanted = row.parse(&text).unwrap();
                let encoded = encode(row, &wanted, &Links(&|_| Ok(7))).unwrap();
                let mut bytes = vec![0; encoded.buffer_len()];
                encoded.emit(&mut bytes);
                let attribute = attributes(&bytes).next().unwrap().unwrap();
                assert_eq!(attribute.kind, row.attribute);
                assert_eq!(value(row, attribute, &names).unwrap(), wanted, "{row:?} {text}");
            }
        }
    }

    #[test]
    fn a_wrong_length_is_an_error() {
        let attribute = Attribute { kind: 1, value: &[1, 2] };
        assert!(value(network::option::bond::MODE, attribute, &Names::default()).is_err());
    }
}
