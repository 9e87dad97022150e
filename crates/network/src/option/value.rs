//! The value of an option: read from the file, shown to a person.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Serialize, Serializer};

use super::{Domain, Opt, Unit};
use crate::{IfName, Mac};

/// How many ARP or NS targets the driver takes (`BOND_MAX_ARP_TARGETS`, `BOND_MAX_NS_TARGETS`).
pub(super) const MAX_TARGETS: usize = 16;

/// The value of an option, in the kernel's own terms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A number, switch, choice, or hundredths of a second.
    Number(i64),
    /// A link, or none.
    Link(Option<IfName>),
    /// An Ethernet address.
    Mac(Mac),
    /// IPv4 addresses, in order.
    Ipv4s(Vec<Ipv4Addr>),
    /// IPv6 addresses, in order.
    Ipv6s(Vec<Ipv6Addr>),
}

/// Why a text is no value of an option. The message says what would be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not a number at all.
    #[error("`{text}` is no number; {key} takes {min} to {max}{unit}")]
    NotANumber {
        /// As written.
        text: String,
        /// Whose value.
        key: &'static str,
        /// The least, as written in the file.
        min: String,
        /// The most, as written in the file.
        max: String,
        /// With a space before it, or empty.
        unit: &'static str,
    },
    /// A number outside of the range.
    #[error("{text} is outside of what {key} takes: {min} to {max}{unit}")]
    OutOfRange {
        /// As written.
        text: String,
        /// Whose value.
        key: &'static str,
        /// The least, as written in the file.
        min: String,
        /// The most, as written in the file.
        max: String,
        /// With a space before it, or empty.
        unit: &'static str,
    },
    /// None of the names.
    #[error("`{text}` is none of what {key} takes: {choices}")]
    NotAChoice {
        /// As written.
        text: String,
        /// Whose value.
        key: &'static str,
        /// All of them, apart by commas.
        choices: String,
    },
    /// No interface name, address or MAC.
    #[error("{key}: {reason}")]
    Malformed {
        /// Whose value.
        key: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// More targets than the driver keeps.
    #[error("{key} takes at most {MAX_TARGETS} addresses, not {count}")]
    TooMany {
        /// Whose value.
        key: &'static str,
        /// How many there were.
        count: usize,
    },
}

const OFF_ON: [(&str, i64); 8] =
    [("off", 0), ("on", 1), ("no", 0), ("yes", 1), ("false", 0), ("true", 1), ("0", 0), ("1", 1)];

impl Opt {
    /// Reads a value as the file spells it. Names are taken in any case, choices and switches by number too.
    ///
    /// # Errors
    /// Says what the option would take.
    pub fn parse(self, text: &str) -> Result<Value, ValueError> {
        let (key, text) = (self.key(), text.trim());
        let malformed = |reason: String| ValueError::Malformed { key, reason };
        let not_a_choice = |choices: String| ValueError::NotAChoice { text: text.to_owned(), key, choices };
        match self.domain {
            Domain::Number { min, max } => self.number(text, parse_whole(text), min, max),
            Domain::Seconds { min, max } => self.number(text, parse_hundredths(text), min, max),
            Domain::Switch => OFF_ON
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(text))
                .map(|(_, number)| Value::Number(*number))
                .ok_or_else(|| not_a_choice("on, off".to_owned())),
            Domain::Choice(choices) => choices
                .iter()
                .find(|(name, number)| name.eq_ignore_ascii_case(text) || parse_whole(text) == Some(*number))
                .map(|(_, number)| Value::Number(*number))
                .ok_or_else(|| not_a_choice(choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))),
            Domain::Flags(names) => flags(names, text)
                .map(Value::Number)
                .ok_or_else(|| not_a_choice(names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "))),
            Domain::Link if text.eq_ignore_ascii_case("none") => Ok(Value::Link(None)),
            Domain::Link => text
                .parse()
                .map(|name| Value::Link(Some(name)))
                .map_err(|e: crate::name::IfNameError| malformed(e.to_string())),
            Domain::Mac => text.parse().map(Value::Mac).map_err(|e: crate::mac::MacError| malformed(e.to_string())),
            Domain::Ipv4s => self.addresses(text).map(Value::Ipv4s),
            Domain::Ipv6s => self.addresses(text).map(Value::Ipv6s),
        }
    }

    fn number(self, text: &str, number: Option<i64>, min: i64, max: i64) -> Result<Value, ValueError> {
        if let Some(number) = number.filter(|number| (min..=max).contains(number)) {
            return Ok(Value::Number(number));
        }
        let (key, text) = (self.key(), text.to_owned());
        let (min, max) = (self.show(&Value::Number(min)), self.show(&Value::Number(max)));
        let unit = match self.unit {
            Unit::None => "",
            Unit::Millis => " ms",
            Unit::Seconds => " s",
        };
        Err(match number {
            None => ValueError::NotANumber { text, key, min, max, unit },
            Some(_) => ValueError::OutOfRange { text, key, min, max, unit },
        })
    }

    fn addresses<A: std::str::FromStr>(self, text: &str) -> Result<Vec<A>, ValueError> {
        let mut out = Vec::new();
        if text.eq_ignore_ascii_case("none") {
            return Ok(out);
        }
        for word in text.split([' ', '\t', ',']).filter(|word| !word.is_empty()) {
            // `+1.2.3.4` is the spelling of sysfs, which ifenslave's users know.
            let address = word.trim_start_matches('+').parse().map_err(|_| ValueError::Malformed {
                key: self.key(),
                reason: format!("`{word}` is no IP address of the kind that it takes"),
            })?;
            out.push(address);
        }
        if out.len() > MAX_TARGETS {
            return Err(ValueError::TooMany { key: self.key(), count: out.len() });
        }
        Ok(out)
    }

    /// The value as the file spells it; [`Opt::parse`] reads it back.
    #[must_use]
    pub fn show(self, value: &Value) -> String {
        match (value, self.domain) {
            (Value::Number(number), Domain::Seconds { .. }) => match (number / 100, number % 100) {
                (whole, 0) => whole.to_string(),
                (whole, part) => format!("{whole}.{part:02}").trim_end_matches('0').to_owned(),
            },
            (Value::Number(number), Domain::Switch) => if *number == 0 { "off" } else { "on" }.to_owned(),
            (Value::Number(number), Domain::Choice(choices)) => choices
                .iter()
                .find(|(_, n)| n == number)
                .map_or_else(|| number.to_string(), |(name, _)| (*name).to_owned()),
            (Value::Number(number), Domain::Flags(names)) => show_flags(names, *number),
            (Value::Number(number), _) => number.to_string(),
            (Value::Link(None), _) => "none".to_owned(),
            (Value::Link(Some(name)), _) => name.to_string(),
            (Value::Mac(mac), _) => mac.to_string(),
            (Value::Ipv4s(list), _) if list.is_empty() => "none".to_owned(),
            (Value::Ipv6s(list), _) if list.is_empty() => "none".to_owned(),
            (Value::Ipv4s(list), _) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            (Value::Ipv6s(list), _) => list.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        }
    }
}

/// The bits that the names make together; or a number of those bits.
fn flags(names: &[(&str, i64)], text: &str) -> Option<i64> {
    let all = names.iter().fold(0, |all, (_, bits)| all | bits);
    if let Some(number) = parse_whole(text) {
        return Some(number).filter(|number| number & !all == 0);
    }
    let words: Vec<&str> = text.split([' ', '\t', ',']).filter(|word| !word.is_empty()).collect();
    let bits = |word: &&str| names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, bits)| *bits);
    let bits: Vec<i64> = words.iter().map(bits).collect::<Option<_>>()?;
    (!bits.is_empty()).then(|| bits.iter().fold(0, |all, bits| all | bits))
}

/// The names of the bits, one each; the number where there is no name for one of them, or no bit.
fn show_flags(names: &[(&str, i64)], number: i64) -> String {
    let single = names.iter().filter(|(_, bits)| bits.count_ones() == 1 && number & bits != 0);
    let (names, bits): (Vec<&str>, Vec<i64>) = single.copied().unzip();
    let all = bits.iter().fold(0, |all, bits| all | bits);
    if number != 0 && all == number { names.join(",") } else { number.to_string() }
}

/// Decimal, or hexadecimal after `0x`, with an optional minus; no plus, no blanks.
fn parse_whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let magnitude = match digits.strip_prefix("0x") {
        Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => i64::from_str_radix(hex, 16).ok()?,
        None if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok()?,
        _ => return None,
    };
    Some(if digits.len() == text.len() { magnitude } else { -magnitude })
}

/// Seconds with up to two decimals (and zeros after them), in hundredths.
fn parse_hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = part.trim_end_matches('0');
    if part.len() > 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let whole = parse_whole(whole).filter(|whole| *whole >= 0)?;
    let part = format!("{part:0<2}").parse::<i64>().ok()?;
    whole.checked_mul(100)?.checked_add(part)
}

/// A number as a number, all else as text.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Number(number) => serializer.serialize_i64(*number),
            Self::Link(link) => link.serialize(serializer),
            Self::Mac(mac) => mac.serialize(serializer),
            Self::Ipv4s(list) => list.serialize(serializer),
            Self::Ipv6s(list) => list.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{bond, bridge, bridge_port};
    use super::*;

    #[test]
    fn reads_names_numbers_and_switches() {
        assert_eq!(bond::MODE.parse("802.3ad"), Ok(Value::Number(4)));
        assert_eq!(bond::MODE.parse("4"), Ok(Value::Number(4)));
        assert_eq!(bond::LACP_RATE.parse("1"), Ok(Value::Number(1)));
        assert_eq!(bond::LACP_RATE.parse("fast"), Ok(Value::Number(1)));
        assert_eq!(bridge::STP_STATE.parse("off"), Ok(Value::Number(0)));
        assert_eq!(bridge::FORWARD_DELAY.parse("2.5"), Ok(Value::Number(250)));
        assert_eq!(bridge::FORWARD_DELAY.show(&Value::Number(250)), "2.5");
        assert_eq!(bridge::PRIORITY.parse("0x8000"), Ok(Value::Number(32768)));
        let tunnel = bridge_port::GROUP_FWD_MASK;
        assert_eq!(tunnel.parse("stp, lldp"), Ok(Value::Number(0x4001)));
        assert_eq!(tunnel.parse("all"), Ok(Value::Number(0x4005)));
        assert_eq!(tunnel.parse("cdp"), Ok(Value::Number(0)));
        assert_eq!(tunnel.show(&Value::Number(0x4005)), "stp,lacp,lldp");
        assert_eq!(tunnel.show(&Value::Number(0)), "0");
        assert!(["pause", "0x10", "", ","].iter().all(|text| tunnel.parse(text).is_err()));
    }

    #[test]
    fn a_wrong_value_says_what_would_be_right() {
        let said = |option: Opt, text: &str| option.parse(text).unwrap_err().to_string();
        assert_eq!(
            said(bond::MODE, "lacp"),
            "`lacp` is none of what bond-mode takes: balance-rr, active-backup, balance-xor, broadcast, 802.3ad, \
             balance-tlb, balance-alb"
        );
        assert_eq!(said(bond::MIIMON, "-1"), "-1 is outside of what bond-miimon takes: 0 to 2147483647 ms");
        assert_eq!(said(bond::MIIMON, "fast"), "`fast` is no number; bond-miimon takes 0 to 2147483647 ms");
        let seventeen = ["10.0.0.1"; 17].join(" ");
        assert_eq!(said(bond::ARP_IP_TARGET, &seventeen), "bond-arp-ip-target takes at most 16 addresses, not 17");
    }
}
