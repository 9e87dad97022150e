//! The name of a network interface.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name that the kernel takes: `IFNAMSIZ` (16) less the final NUL.
pub const MAX_LEN: usize = 15;

/// The name of a network interface, as the kernel's `dev_valid_name` allows it: 1 to 15 bytes, no `/`, no `:`, no
/// white space, neither `.` nor `..`. Stricter than the kernel in one point: it is UTF-8 without control characters.
///
/// It is kept in place, as the kernel keeps it: the bytes, then zeros, and the length last. Maps of names are at the heart
/// of reading a file, and neither a copy nor a comparison leaves the value itself.
#[derive(Clone, PartialEq, Eq)]
pub struct IfName([u8; MAX_LEN + 1]);

/// Why a text is no interface name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IfNameError {
    /// The empty text.
    #[error("an interface name can't be empty")]
    Empty,
    /// More than [`MAX_LEN`] bytes.
    #[error("`{0}` is too long: the kernel takes at most {MAX_LEN} bytes")]
    TooLong(String),
    /// `.` or `..`, which would be paths under /proc and /sys.
    #[error("`{0}` can't be an interface name")]
    Reserved(String),
    /// A character that the kernel refuses.
    #[error("`{name}` holds {character:?}, which no interface name may")]
    Character {
        /// The whole text.
        name: String,
        /// The first offender.
        character: char,
    },
}

impl IfName {
    /// Checks a name.
    ///
    /// # Errors
    /// Says which of the kernel's rules the text breaks.
    pub fn new(name: &str) -> Result<Self, IfNameError> {
        if name.is_empty() {
            return Err(IfNameError::Empty);
        }
        if name == "." || name == ".." {
            return Err(IfNameError::Reserved(name.to_owned()));
        }
        let forbidden = |c: char| c == '/' || c == ':' || c.is_whitespace() || c.is_control();
        if let Some(character) = name.chars().find(|&c| forbidden(c)) {
            return Err(IfNameError::Character { name: name.to_owned(), character });
        }
        if name.len() > MAX_LEN {
            return Err(IfNameError::TooLong(name.to_owned()));
        }
        let mut bytes = [0; MAX_LEN + 1];
        bytes[..name.len()].copy_from_slice(name.as_bytes());
        bytes[MAX_LEN] = u8::try_from(name.len()).unwrap_or_default();
        Ok(Self(bytes))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = &self.0[..usize::from(self.0[MAX_LEN])];
        std::str::from_utf8(bytes).expect("it was made of a text")
    }

    /// Whether Proxmox gives such names to the host's end of a guest's NIC: `tap100i0` (VM), `veth101i0` (container),
    /// `fwpr100p0`, `fwln100i0` and `fwbr100i0` (its firewall). The file never names them and Bowline never moves them.
    #[must_use]
    pub fn is_guest_port(&self) -> bool {
        ["tap", "veth", "fwpr", "fwln", "fwbr"].iter().any(|prefix| {
            let Some(rest) = self.as_str().strip_prefix(prefix) else { return false };
            let Some((guest, port)) = rest.split_once(['i', 'p']) else { return false };
            let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
            digits(guest) && digits(port)
        })
    }
}

/// As texts are: no name holds a zero, so the zeros behind a shorter one come before any byte of a longer one.
impl Ord for IfName {
    fn cmp(&self, other: &Self) -> Ordering {
        u128::from_be_bytes(self.0).cmp(&u128::from_be_bytes(other.0))
    }
}

/// All at once, as one number: equal names hash alike.
impl Hash for IfName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u128(u128::from_ne_bytes(self.0));
    }
}

impl PartialOrd for IfName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for IfName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for IfName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::read(deserializer)
    }
}

impl FromStr for IfName {
    type Err = IfNameError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::new(s)
    }
}

impl fmt::Display for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_kernel_takes() {
        for good in ["lo", "enp3s0", "bond0.100", "eth0_x", "a-b", "fifteen-letters"] {
            assert_eq!(IfName::new(good).unwrap().as_str(), good);
        }
        for bad in ["", ".", "..", "a/b", "eth0:1", "a b", "sixteen-letters-", "a\u{7}"] {
            assert!(IfName::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn is_ordered_as_its_text() {
        let texts =
            ["a", "a-", "a.1", "aa", "b", "fifteen-letterr", "fifteen-letters", "vmbr1", "vmbr10", "vmbr2", "é"];
        for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (*a, *b))) {
            assert_eq!(IfName::new(a).unwrap().cmp(&IfName::new(b).unwrap()), a.cmp(b), "{a} and {b}");
        }
    }

    #[test]
    fn knows_guest_ports() {
        for guest in ["tap100i0", "veth101i0", "fwpr100p0", "fwln100i0", "fwbr100i0"] {
            assert!(IfName::new(guest).unwrap().is_guest_port(), "{guest}");
        }
        for other in ["tap0", "veth0", "vmbr0", "tap100i", "tapi0", "fwpr", "enp3s0"] {
            assert!(!IfName::new(other).unwrap().is_guest_port(), "{other}");
        }
    }
}
