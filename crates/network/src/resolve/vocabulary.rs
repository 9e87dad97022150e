//! The words of the language: which keys anybody knows.

use super::known::{ACTED_ON, NOTHING_TO_DO, OTHERS};
use super::options::closest;
use crate::option;

/// Whether a key means something to Bowline, Debian, ifupdown2 or Proxmox; `_` counts as `-`.
pub(crate) fn knows(key: &str) -> bool {
    let key = key.replace('_', "-");
    let other = |known: &&str| *known == key || (known.ends_with('-') && key.starts_with(known));
    option::by_key(&key).is_some()
        || ACTED_ON.contains(&key.as_str())
        || NOTHING_TO_DO.contains(&key.as_str())
        || OTHERS.iter().any(|(_, keys)| keys.iter().any(other))
}

/// The key that a mistyped one most likely means.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    let table = option::all().flat_map(|option| option.keys.iter().copied());
    let known = table.chain(ACTED_ON.iter().copied()).chain(NOTHING_TO_DO.iter().copied());
    let others = OTHERS.iter().flat_map(|(_, keys)| keys.iter().copied()).filter(|key| !key.ends_with('-'));
    closest(&key.replace('_', "-"), known.chain(others))
}
