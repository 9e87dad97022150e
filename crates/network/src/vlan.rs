//! VLAN identifiers, and sets of them as a bridge port carries them.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A VLAN identifier that frames may carry: 1 to 4094 (IEEE 802.1Q, 9.6: 0 is a priority tag, 4095 is reserved).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Vid(u16);

/// Why a text is no VLAN identifier, or no list of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VidError {
    /// Not a number.
    #[error("`{0}` is no VLAN id: a number from 1 to 4094")]
    NotANumber(String),
    /// Outside of 1 to 4094.
    #[error("VLAN id {0} is outside of 1 to 4094")]
    OutOfRange(u64),
    /// A range that runs downwards.
    #[error("the range {first}-{last} runs downwards: write {last}-{first}")]
    Backwards {
        /// As written before the dash.
        first: u16,
        /// As written after the dash.
        last: u16,
    },
}

impl Vid {
    /// The bridge's default PVID (`vlan_default_pvid`).
    pub const ONE: Self = Self(1);

    /// Checks the range.
    ///
    /// # Errors
    /// [`VidError::OutOfRange`] for 0 and for what is above 4094.
    pub fn new(vid: u16) -> Result<Self, VidError> {
        if (1..=4094).contains(&vid) { Ok(Self(vid)) } else { Err(VidError::OutOfRange(vid.into())) }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl FromStr for Vid {
    type Err = VidError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let number = if s.bytes().all(|b| b.is_ascii_digit()) { s.parse::<u64>().ok() } else { None };
        let number = number.ok_or_else(|| VidError::NotANumber(s.to_owned()))?;
        u16::try_from(number).map_or(Err(VidError::OutOfRange(number)), Self::new)
    }
}

impl fmt::Display for Vid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Consecutive VLAN identifiers, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VidRange {
    /// The lowest.
    pub first: Vid,
    /// The highest; never below `first`.
    pub last: Vid,
}

impl fmt::Display for VidRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

impl fmt::Debug for VidRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of VLAN identifiers: a bit each, so 4093 of them cost as much as one.
#[derive(Clone, PartialEq, Eq)]
pub struct VidSet(Box<[u64; 64]>);

impl Default for VidSet {
    fn default() -> Self {
        Self(Box::new([0; 64]))
    }
}

impl VidSet {
    /// Adds one.
    pub fn insert(&mut self, vid: Vid) {
        self.0[usize::from(vid.0 / 64)] |= 1 << (vid.0 % 64);
    }

    /// Takes one away.
    pub fn remove(&mut self, vid: Vid) {
        self.0[usize::from(vid.0 / 64)] &= !(1 << (vid.0 % 64));
    }

    /// Adds a whole range.
    pub fn insert_range(&mut self, range: VidRange) {
        for (word, bits) in (0..).zip(self.0.iter_mut()) {
            let (low, high) = (word * 64, word * 64 + 63);
            let (first, last) = (range.first.0.max(low), range.last.0.min(high));
            if first <= last {
                *bits |= u64::MAX >> (63 - (last - first)) << (first - low);
            }
        }
    }

    /// Whether it holds this one.
    #[must_use]
    pub fn contains(&self, vid: Vid) -> bool {
        self.0[usize::from(vid.0 / 64)] & (1 << (vid.0 % 64)) != 0
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    /// How many it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// What is in this set and not in `other`.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let mut out = self.clone();
        for (word, gone) in out.0.iter_mut().zip(other.0.iter()) {
            *word &= !*gone;
        }
        out
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let mut out = self.clone();
        for (word, more) in out.0.iter_mut().zip(other.0.iter()) {
            *word |= *more;
        }
        out
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = Vid> + '_ {
        (1..=4094).map(Vid).filter(|&vid| self.contains(vid))
    }

    /// The fewest ranges that say the same, ascending: one netlink attribute pair each.
    #[must_use]
    pub fn ranges(&self) -> Vec<VidRange> {
        let mut out: Vec<VidRange> = Vec::new();
        for vid in self.iter() {
            match out.last_mut() {
                Some(range) if range.last.0 + 1 == vid.0 => range.last = vid,
                _ => out.push(VidRange { first: vid, last: vid }),
            }
        }
        out
    }
}

impl FromIterator<Vid> for VidSet {
    fn from_iter<I: IntoIterator<Item = Vid>>(iter: I) -> Self {
        let mut set = Self::default();
        iter.into_iter().for_each(|vid| set.insert(vid));
        set
    }
}

impl FromStr for VidRange {
    type Err = VidError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let Some((first, last)) = s.split_once('-') else {
            let vid = s.parse()?;
            return Ok(Self { first: vid, last: vid });
        };
        let (first, last): (Vid, Vid) = (first.parse()?, last.parse()?);
        if first > last {
            return Err(VidError::Backwards { first: first.0, last: last.0 });
        }
        Ok(Self { first, last })
    }
}

/// Reads `bridge-vids`: ids and ranges, apart by white space, commas or semicolons, as Proxmox accepts them.
impl FromStr for VidSet {
    type Err = VidError;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let mut set = Self::default();
        for word in s.split([' ', '\t', ',', ';']).filter(|word| !word.is_empty()) {
            set.insert_range(word.parse()?);
        }
        Ok(set)
    }
}

impl fmt::Display for VidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, range) in self.ranges().iter().enumerate() {
            write!(f, "{}{range}", if n == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl fmt::Debug for VidSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

impl Serialize for VidSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VidSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::read(deserializer)
    }
}

impl Serialize for VidRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VidRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::read(deserializer)
    }
}

impl<'de> Deserialize<'de> for Vid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u16::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_lists_as_proxmox_writes_them() {
        let set: VidSet = "2-4094".parse().unwrap();
        assert_eq!((set.len(), set.to_string().as_str()), (4093, "2-4094"));
        let set: VidSet = "10, 20;30-32 11".parse().unwrap();
        assert_eq!(set.to_string(), "10-11 20 30-32");
        assert!("".parse::<VidSet>().unwrap().is_empty());
        for bad in ["0", "4095", "x", "20-10", "1-", "-1", "99999999999999999999", "+5"] {
            assert!(bad.parse::<VidSet>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_range_is_each_of_its_ids() {
        let vid = |vid| Vid::new(vid).unwrap();
        for (first, last) in [(1, 1), (1, 4094), (2, 63), (63, 64), (64, 127), (1, 128), (4031, 4032), (4094, 4094)] {
            let mut set: VidSet = "1000".parse().unwrap();
            set.insert_range(VidRange { first: vid(first), last: vid(last) });
            let slowly = (first..=last).chain([1000]).map(vid).collect();
            assert_eq!(set, slowly, "{first}-{last}");
        }
    }

    #[test]
    fn set_algebra() {
        let a: VidSet = "1-10".parse().unwrap();
        let b: VidSet = "5 7".parse().unwrap();
        assert_eq!(a.without(&b).to_string(), "1-4 6 8-10");
        assert_eq!(a.without(&b).union(&b), a);
    }
}
