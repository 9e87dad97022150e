//! The words of the language: which keys anybody knows.

use super::given;
use super::known::{ACTED_ON, NOTHING_TO_DO, OTHERS};
use super::options::closest;
use crate::option;

/// Every key that is known, spelled with `-`; not those of which only the beginning is.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    let table = option::all().flat_map(|option| option.keys.iter().copied());
    let others = OTHERS.iter().flat_map(|(_, keys)| keys.iter().copied());
    let known = table.chain(ACTED_ON.iter().copied()).chain(NOTHING_TO_DO.iter().copied());
    known.chain(given::KEYS.iter().copied()).chain(others).filter(|key| !key.ends_with('-'))
}

/// Whether a key means something to Bowline, Debian, ifupdown2 or Proxmox; `_` counts as `-`.
pub(crate) fn knows(key: &str) -> bool {
    let key = key.replace('_', "-");
    let matches = |known: &&str| *known == key || (known.ends_with('-') && key.starts_with(known));
    option::by_key(&key).is_some()
        || ACTED_ON.contains(&key.as_str())
        || NOTHING_TO_DO.contains(&key.as_str())
        || given::KEYS.iter().any(matches)
        || OTHERS.iter().any(|(_, keys)| keys.iter().any(matches))
}

/// The key that a mistyped one most likely means.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    closest(&key.replace('_', "-"), all())
}
