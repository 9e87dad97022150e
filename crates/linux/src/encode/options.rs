//! Options as attributes, as the row of each says.

use netlink_packet_core::DefaultNla;
use network::option::Wire;
use network::{Field, Opt, Options, Value};

use super::Links;
use crate::EncodeError;
use crate::attribute::nest;

/// Every option as its attribute. Their order does not matter: the kernel takes them in its own
/// (`bond_changelink`, `br_changelink`).
///
/// # Errors
/// See [`option`].
pub fn options(options: &Options, links: &Links<'_>) -> Result<Vec<DefaultNla>, EncodeError> {
    options.iter().map(|(row, value)| option(row, value, links)).collect()
}

/// One option as its attribute.
///
/// # Errors
/// When it names a link that does not exist, or the value does not fit the row.
pub fn option(row: Opt, value: &Value, links: &Links<'_>) -> Result<DefaultNla, EncodeError> {
    let misfit = || EncodeError::Value { option: row, value: value.clone() };
    let bytes = match (row.wire, value) {
        (Wire::U8, Value::Number(n)) => u8::try_from(*n).ok().map(|n| vec![n]),
        (Wire::U16, Value::Number(n)) => u16::try_from(*n).ok().map(|n| n.to_ne_bytes().to_vec()),
        (Wire::U16Be, Value::Number(n)) => u16::try_from(*n).ok().map(|n| n.to_be_bytes().to_vec()),
        (Wire::U32, Value::Number(n)) => u32::try_from(*n).ok().map(|n| n.to_ne_bytes().to_vec()),
        (Wire::I32, Value::Number(n)) => i32::try_from(*n).ok().map(|n| n.to_ne_bytes().to_vec()),
        (Wire::U64, Value::Number(n)) => u64::try_from(*n).ok().map(|n| n.to_ne_bytes().to_vec()),
        // Number 0 is no link: it takes the primary or the active slave away (bond_changelink).
        (Wire::Index, Value::Link(None)) => Some(vec![0; 4]),
        (Wire::Index, Value::Link(Some(name))) => {
            Some(links.index_for(name, Field::Option(row))?.to_ne_bytes().to_vec())
        }
        (Wire::Mac, Value::Mac(mac)) => Some(mac.0.to_vec()),
        (Wire::Ipv4List, Value::Ipv4s(list)) => {
            return Ok(nest(row.attribute, &numbered(list.iter().map(|ip| ip.octets().to_vec()))));
        }
        (Wire::Ipv6List, Value::Ipv6s(list)) => {
            return Ok(nest(row.attribute, &numbered(list.iter().map(|ip| ip.octets().to_vec()))));
        }
        _ => None,
    };
    bytes.map(|bytes| DefaultNla::new(row.attribute, bytes)).ok_or_else(misfit)
}

fn numbered(values: impl Iterator<Item = Vec<u8>>) -> Vec<DefaultNla> {
    (0..).zip(values).map(|(number, bytes)| DefaultNla::new(number, bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::option::{bond, bridge};

    fn bytes(row: Opt, value: &Value) -> Result<Vec<u8>, EncodeError> {
        use netlink_packet_core::Emitable;
        let attribute = option(row, value, &Links(&|_| Ok(7)))?;
        let mut bytes = vec![0; attribute.buffer_len()];
        attribute.emit(&mut bytes);
        Ok(bytes)
    }

    #[test]
    fn every_row_takes_the_ends_of_its_range() {
        use network::option::Domain;
        for row in
            network::option::all().filter(|row| ![Wire::Sysctl, Wire::Feature, Wire::Ethtool].contains(&row.wire))
        {
            let numbers = match row.domain {
                Domain::Number { min, max } | Domain::Seconds { min, max } => vec![min, max],
                Domain::Switch => vec![0, 1],
                Domain::Choice(choices) | Domain::Flags(choices) => choices.iter().map(|(_, number)| *number).collect(),
                _ => continue,
            };
            for number in numbers {
                assert!(bytes(row, &Value::Number(number)).is_ok(), "{row:?} {number}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert!(bytes(bond::MODE, &Value::Number(256)).is_err());
        assert!(bytes(bond::MODE, &Value::Link(None)).is_err());
        assert!(bytes(bridge::STP_STATE, &Value::Number(-1)).is_err());
    }

    #[test]
    fn links_and_lists() {
        let primary = Value::Link(Some("eth0".parse().unwrap()));
        assert_eq!(bytes(bond::PRIMARY, &primary).unwrap(), [8, 0, 11, 0, 7, 0, 0, 0]);
        assert_eq!(bytes(bond::PRIMARY, &Value::Link(None)).unwrap(), [8, 0, 11, 0, 0, 0, 0, 0]);
        let targets = bond::ARP_IP_TARGET.parse("10.0.0.1, 10.0.0.2").unwrap();
        let expected = [20, 0, 8, 0x80, 8, 0, 0, 0, 10, 0, 0, 1, 8, 0, 1, 0, 10, 0, 0, 2];
        assert_eq!(bytes(bond::ARP_IP_TARGET, &targets).unwrap(), expected);
    }
}
