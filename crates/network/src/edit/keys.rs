//! Keys as an edit sees them: their other spellings, how often they may stand, and where a new line of theirs goes.

use crate::option::{self, Domain};
use crate::{Scope, resolve};

/// A key, with what an edit needs to know of it.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// As it is to be written.
    pub(super) text: String,
    /// With dashes.
    pub(super) canonical: String,
    /// All spellings that mean the same, with dashes.
    same: Vec<String>,
    /// How its values stand.
    pub(super) shape: Shape,
}

/// How the values of a key stand in a stanza.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One line; of several, the first counts.
    One,
    /// A line for each.
    Repeated,
    /// Words on one line.
    List,
}

pub(super) const SLAVES: &[&str] = &["bond-slaves", "slaves", "bond-ports"];
pub(super) const PORTS: &[&str] = &["bridge-ports"];
pub(super) const HOOKS: &[&str] = &["pre-up", "up", "post-up", "pre-down", "down", "post-down"];
const VIDS: &[&str] = &["bridge-vids", "bridge-trunk"];
const REPEATED: &[&str] = &["address", "gateway", "address-virtual", "netmask", "broadcast", "pointopoint"];
const LISTS: &[&str] =
    &["dns-nameservers", "dns-nameserver", "dns-search", "bridge-vids", "bridge-trunk", "ovs-ports", "ovs-bonds"];
const ADDRESS: &[&str] = &["address", "netmask", "broadcast", "pointopoint", "network", "gateway", "metric"];
/// These stand before all others of their family.
const LEADING: &[&str] = &["address", "bond-slaves", "slaves", "bridge-ports", "vlan-raw-device", "vlan-id"];

impl Key {
    pub(super) fn of(text: &str) -> Self {
        let canonical = text.replace('_', "-");
        let key = canonical.as_str();
        let groups = [SLAVES, PORTS, VIDS];
        let same = match (groups.iter().find(|group| group.contains(&key)), option::by_key(key)) {
            (Some(group), _) => group.iter().map(|key| (*key).to_owned()).collect(),
            (None, Some(option)) => option.keys.iter().map(|key| (*key).to_owned()).collect(),
            (None, None) => vec![canonical.clone()],
        };
        let listed = option::by_key(key).is_some_and(|option| {
            option.scope == Scope::BridgePort || matches!(option.domain, Domain::Ipv4s | Domain::Ipv6s)
        });
        let shape = if REPEATED.contains(&key) || HOOKS.contains(&key) {
            Shape::Repeated
        } else if listed || LISTS.contains(&key) || SLAVES.contains(&key) || PORTS.contains(&key) {
            Shape::List
        } else {
            Shape::One
        };
        Self { text: text.to_owned(), canonical, same, shape }
    }

    /// Whether a line's key means the same.
    pub(super) fn is(&self, key: &str) -> bool {
        let key = key.replace('_', "-");
        self.same.contains(&key)
    }

    pub(super) fn is_known(&self) -> bool {
        resolve::knows(&self.canonical)
    }

    /// Whether it lists interfaces.
    pub(super) fn lists_interfaces(&self) -> bool {
        SLAVES.contains(&self.canonical.as_str()) || PORTS.contains(&self.canonical.as_str())
    }

    /// Whether the key is about IP addresses of one family.
    pub(super) fn is_address(&self) -> bool {
        ADDRESS.contains(&self.canonical.as_str())
    }

    pub(super) fn leads(&self) -> bool {
        LEADING.contains(&self.canonical.as_str())
    }
}

/// Which lines stand together: in this order in a stanza that is in order.
pub(super) fn rank(key: &str) -> (u8, String) {
    let key = key.replace('_', "-");
    let family = key.split('-').next().unwrap_or_default().to_owned();
    match key.as_str() {
        "hwaddress" => (0, key),
        key if ADDRESS.contains(&key) => (0, "address".to_owned()),
        "slaves" => (1, "bond".to_owned()),
        key if HOOKS.contains(&key) => (4, "up".to_owned()),
        _ if ["bond", "bridge", "vlan", "vxlan", "ovs"].contains(&family.as_str()) => (1, family),
        _ if family == "dns" => (3, family),
        _ => (2, key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_one_key() {
        let slaves = Key::of("bond_slaves");
        assert!(slaves.is("slaves") && slaves.is("bond-slaves") && slaves.is("bond_slaves") && !slaves.is("bond-mode"));
        assert_eq!(
            (slaves.shape, Key::of("up").shape, Key::of("mtu").shape),
            (Shape::List, Shape::Repeated, Shape::One)
        );
        assert!(Key::of("bond-ad-sys-priority").is("bond-ad-actor-sys-prio"));
        assert!(Key::of("dns-nameservers").is_known() && !Key::of("adress").is_known());
        assert_eq!(rank("bond_mode"), rank("slaves"));
    }
}
