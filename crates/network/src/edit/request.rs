//! What can be asked for.

use std::str::FromStr;

/// What an administrator asks for. Names and values are text as it was typed: they are checked when the edit is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Writes or changes lines of an interface.
    Set {
        /// Which.
        iface: String,
        /// What, in order.
        assignments: Vec<Assignment>,
        /// Takes keys that nobody knows and values that the table does not take.
        force: bool,
    },
    /// Takes lines of an interface away.
    Unset {
        /// Which.
        iface: String,
        /// The keys; all lines of each.
        keys: Vec<String>,
    },
    /// Takes an interface out of the file.
    Remove {
        /// Which.
        iface: String,
        /// Takes it off others' lists of slaves and ports too.
        with_references: bool,
    },
    /// Gives an interface another name wherever the file names it.
    Rename {
        /// What it is called.
        old: String,
        /// What it is to be called.
        new: String,
    },
    /// Writes a new interface.
    Add(New),
    /// Makes one NIC a slave of a new bond, which takes over its work.
    Convert(Conversion),
}

/// What becomes of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Which.
    pub key: String,
    /// Which line of several with this key, from 1.
    pub index: Option<usize>,
    /// What is done with the value.
    pub operation: Operation,
    /// The value.
    pub value: String,
}

/// What is done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `KEY=VALUE`: the line says this.
    Set,
    /// `KEY+=VALUE`: one more line, or one more word in a list.
    Add,
    /// `KEY-=VALUE`: the line with this value, or this word of a list, goes.
    Take,
}

/// Why a text is no assignment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no KEY=VALUE, KEY+=VALUE, KEY-=VALUE or KEY[N]=VALUE")]
pub struct AssignmentError(pub String);

/// `KEY=VALUE`, `KEY+=VALUE`, `KEY-=VALUE`, `KEY[N]=VALUE`.
impl FromStr for Assignment {
    type Err = AssignmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || AssignmentError(text.to_owned());
        let (left, value) = text.split_once('=').ok_or_else(error)?;
        let (left, operation) = match (left.strip_suffix('+'), left.strip_suffix('-')) {
            (Some(left), _) => (left, Operation::Add),
            (_, Some(left)) => (left, Operation::Take),
            _ => (left, Operation::Set),
        };
        let (key, index) = match left.strip_suffix(']').and_then(|left| left.split_once('[')) {
            Some((key, number)) => (key, Some(number.parse().ok().filter(|number| *number > 0).ok_or_else(error)?)),
            None => (left, None),
        };
        if key.is_empty() || (index.is_some() && operation != Operation::Set) {
            return Err(error());
        }
        Ok(Self { key: key.to_owned(), index, operation, value: value.trim().to_owned() })
    }
}

/// A new interface.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct New {
    /// Its name.
    pub name: String,
    /// What it is.
    pub device: Device,
    /// Its addresses, with their prefix lengths.
    pub addresses: Vec<String>,
    /// Its default gateways.
    pub gateways: Vec<String>,
    /// Further lines; one of a key that Bowline would have written by itself takes its place.
    pub settings: Vec<Assignment>,
    /// A comment above it.
    pub comment: Option<String>,
    /// As in [`Request::Set`].
    pub force: bool,
}

/// What a new interface is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Device {
    /// A NIC.
    #[default]
    Nic,
    /// A bond of these.
    Bond {
        /// In the order in which they are to be written; the bond takes the first one's MAC.
        slaves: Vec<String>,
    },
    /// A bridge of these.
    Bridge {
        /// May be none.
        ports: Vec<String>,
    },
    /// A VLAN device. Both may be left out where the name says them.
    Vlan {
        /// What it is on.
        raw_device: Option<String>,
        /// Its VLAN.
        id: Option<String>,
    },
}

/// From one NIC to a bond.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// The NIC that does the work now.
    pub nic: String,
    /// The new bond; its `device` must be [`Device::Bond`] and the NIC one of its slaves.
    pub bond: New,
    /// A new bridge on it that takes the NIC's addresses; without one, the bond takes them.
    pub bridge: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_are_read() {
        let read = |text: &str| text.parse::<Assignment>();
        let made = |key: &str, index, operation, value: &str| {
            Ok(Assignment { key: key.into(), index, operation, value: value.into() })
        };
        assert_eq!(read("mtu=9000"), made("mtu", None, Operation::Set, "9000"));
        assert_eq!(read("address+=::1/64"), made("address", None, Operation::Add, "::1/64"));
        assert_eq!(read("bond-slaves-=a"), made("bond-slaves", None, Operation::Take, "a"));
        assert_eq!(read("address[2]=a"), made("address", Some(2), Operation::Set, "a"));
        assert_eq!(read("bridge-pathcosts=a=1"), made("bridge-pathcosts", None, Operation::Set, "a=1"));
        for bad in ["", "mtu", "=1", "+=1", "address[0]=a", "address[x]=a", "address[1]+=a"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
