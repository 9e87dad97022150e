//! The name of a network interface.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// The longest name that the kernel takes: `IFNAMSIZ` (16) less the final NUL.
pub const MAX_LEN: usize = 15;

/// The name of a network interface, as the kernel's `dev_valid_name` allows it: 1 to 15 bytes, no `/`, no `:`, no
/// white space, neither `.` nor `..`. Stricter than the kernel in one point: it is UTF-8 without control characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct IfName(String);

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
        Ok(Self(name.to_owned()))
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether Proxmox gives such names to the host's end of a guest's NIC: `tap100i0` (VM), `veth101i0` (container),
    /// `fwpr100p0`, `fwln100i0` and `fwbr100i0` (its firewall). The file never names them and Bowline never moves them.
    #[must_use]
    pub fn is_guest_port(&self) -> bool {
        ["tap", "veth", "fwpr", "fwln", "fwbr"].iter().any(|prefix| {
            let Some(rest) = self.0.strip_prefix(prefix) else { return false };
            let Some((guest, port)) = rest.split_once(['i', 'p']) else { return false };
            let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
            digits(guest) && digits(port)
        })
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
        f.pad(&self.0)
    }
}

impl fmt::Debug for IfName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
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
    fn knows_guest_ports() {
        for guest in ["tap100i0", "veth101i0", "fwpr100p0", "fwln100i0", "fwbr100i0"] {
            assert!(IfName::new(guest).unwrap().is_guest_port(), "{guest}");
        }
        for other in ["tap0", "veth0", "vmbr0", "tap100i", "tapi0", "fwpr", "enp3s0"] {
            assert!(!IfName::new(other).unwrap().is_guest_port(), "{other}");
        }
    }
}
