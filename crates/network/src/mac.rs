//! Ethernet addresses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A 48-bit Ethernet (MAC) address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

/// A text that is no Ethernet address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no MAC address: six pairs of hexadecimal digits, as in bc:24:11:0a:0b:0c")]
pub struct MacError(String);

impl Mac {
    /// 00:00:00:00:00:00: what the driver reports for a partner it has not heard, and for "no address set".
    pub const ZERO: Self = Self([0; 6]);

    /// Whether every bit is zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// Whether the group bit is set: such an address can't be an interface's own (IEEE 802, 8.2.2).
    #[must_use]
    pub fn is_multicast(self) -> bool {
        self.0[0] & 1 == 1
    }
}

impl FromStr for Mac {
    type Err = MacError;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 6];
        let mut pairs = s.split([':', '-']);
        for byte in &mut bytes {
            let pair = pairs.next().unwrap_or("");
            let hex = (1..=2).contains(&pair.len()) && pair.bytes().all(|b| b.is_ascii_hexdigit());
            match u8::from_str_radix(pair, 16) {
                Ok(value) if hex => *byte = value,
                _ => return Err(MacError(s.to_owned())),
            }
        }
        if pairs.next().is_some() {
            return Err(MacError(s.to_owned()));
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Mac {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Mac {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::read(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints() {
        assert_eq!("BC:24:11:0a:0B:0c".parse::<Mac>().unwrap().to_string(), "bc:24:11:0a:0b:0c");
        assert_eq!("0-1-2-3-4-5".parse::<Mac>().unwrap(), Mac([0, 1, 2, 3, 4, 5]));
        for bad in ["", "00:11:22:33:44", "00:11:22:33:44:55:66", "00:11:22:33:44:gg", "001:1:2:3:4:5", "+1:0:0:0:0:0"]
        {
            assert!(bad.parse::<Mac>().is_err(), "{bad:?}");
        }
    }
}
