//! The words of the language: which keys anybody knows.

use super::known::{ACTED_ON, NOTHING_TO_DO, OTHERS};
use super::options::closest;
use super::{given, port_vlans};
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
    treatment(key).is_some()
}

/// What is done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treatment {
    /// It is acted on.
    ActedOn,
    /// It leaves nothing to do: what it asks for is so in any case.
    NothingToDo,
    /// It is not acted on, and a warning at its line says why.
    NotActedOn(&'static str),
    /// It describes a device that is understood and not made, which a warning at its stanza says.
    NotMade,
}

/// What is done with a key; `None`: nobody knows it, which a warning at its line says. `_` counts as `-`.
#[must_use]
pub fn treatment(key: &str) -> Option<Treatment> {
    let key = key.replace('_', "-");
    let matches = |known: &&str| *known == key || (known.ends_with('-') && key.starts_with(known));
    let by_port = port_vlans::VIDS_BY_PORT.iter().chain(port_vlans::PVIDS_BY_PORT).any(|known| *known == key);
    if option::by_key(&key).is_some() || ACTED_ON.contains(&key.as_str()) || by_port {
        return Some(Treatment::ActedOn);
    }
    if NOTHING_TO_DO.contains(&key.as_str()) {
        return Some(Treatment::NothingToDo);
    }
    if let Some(known) = given::KEYS.iter().find(|known| matches(known)) {
        let not_made = ["wireguard-", "xfrm-", "batman-", "provider", "ppp-physdev", "unit"];
        return Some(if not_made.contains(known) { Treatment::NotMade } else { Treatment::ActedOn });
    }
    let why = OTHERS.iter().find(|(_, keys)| keys.iter().any(matches)).map(|(why, _)| *why);
    why.map(Treatment::NotActedOn)
}

/// The key that a mistyped one most likely means.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    closest(&key.replace('_', "-"), all())
}
