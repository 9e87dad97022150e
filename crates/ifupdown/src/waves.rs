//! In which order `pre-up` hooks and changes come: as in ifupdown2 a hook finds what its interface stands on ready
//! (`run_iface_graph`), and its interface untouched, but for a device that has to be made: a bond, a VLAN or VXLAN device
//! and the like is there by then (`addons.conf` has `usercmds` after the modules of those), a bridge is not.
//!
//! A plan is one list, in the order that disturbs least, so it is only cut where a hook has to run in its midst: each wave
//! is the hooks that wait for nothing more, and then a plan for all links up to there. The last plan is for the whole, made
//! against what the host has by then, so how often it was cut does not show in what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use network::{Given, IfName, Kind, Link, Network};

use crate::goal::lowers;
use plan::lowers_first;

/// Which wave each link belongs to.
#[derive(Debug, Default)]
pub struct Waves {
    of: BTreeMap<IfName, usize>,
    /// Those of which the bare device is made in the wave before.
    bare: BTreeSet<IfName>,
    last: usize,
}

impl Waves {
    /// Those of a network of which these links have to be changed and these have `pre-up` hooks to run, on a host that has
    /// these links. A link with such hooks is in a later wave than all changing ones that it stands on, and than its own
    /// device where that is made first; any other is where what it stands on is.
    #[must_use]
    pub fn new(wanted: &Network, observed: &Network, changing: &BTreeSet<&IfName>, hooked: &BTreeSet<IfName>) -> Self {
        let mut waves = Self::default();
        // The last wave that changes something of the link or of what it stands on.
        let mut ready: BTreeMap<IfName, usize> = BTreeMap::new();
        for name in lowers_first(wanted) {
            let below = wanted.link(&name).map(lowers).unwrap_or_default();
            let changed = below.iter().filter_map(|lower| ready.get(lower)).max().copied();
            let mut wave = below.iter().filter_map(|lower| waves.of.get(lower)).max().copied().unwrap_or_default();
            if hooked.contains(&name) {
                let is_bare = observed.link(&name).is_none() && wanted.link(&name).is_some_and(is_made_first);
                wave = if is_bare { wave + 1 } else { wave.max(changed.map_or(0, |changed| changed + 1)) };
                if is_bare {
                    waves.bare.insert(name.clone());
                }
            }
            if let Some(last) = changed.max(changing.contains(&name).then_some(wave)) {
                ready.insert(name.clone(), last);
            }
            waves.last = waves.last.max(wave);
            waves.of.insert(name, wave);
        }
        waves
    }

    /// The number of the last one, from 0.
    #[must_use]
    pub fn last(&self) -> usize {
        self.last
    }

    /// Whether the hooks of a link belong to this one. Those of what is not in the network come first.
    #[must_use]
    pub fn has(&self, wave: usize, name: &IfName) -> bool {
        self.of.get(name).copied().unwrap_or_default() == wave
    }

    /// What is wanted by the end of this one. Open vSwitch is one thing, and is the last one's.
    #[must_use]
    pub fn narrow(&self, wave: usize, wanted: &Network) -> Network {
        let mut part = wanted.clone();
        if wave >= self.last {
            return part;
        }
        // What a hook brought into the network meanwhile is the last one's.
        let comes = |name: &IfName| self.of.get(name).is_some_and(|its| *its <= wave);
        part.links.retain(|name, _| comes(name));
        part.routes.retain(|route| comes(&route.link));
        part.ovs = None;
        let next = self.bare.iter().filter(|name| self.has(wave + 1, name)).filter_map(|name| wanted.link(name));
        next.for_each(|link| part.insert(bare(link)));
        part
    }
}

/// Whether ifupdown2 makes the device before it runs the hooks.
fn is_made_first(link: &Link) -> bool {
    match &link.kind {
        Kind::Bond(_) | Kind::Vlan(_) => true,
        Kind::Given(given) => matches!(given, Given::Vxlan(_) | Given::Dummy | Given::Veth { .. }),
        Kind::Nic | Kind::Loopback | Kind::Bridge(_) | Kind::Other(_) => false,
    }
}

/// The device, with what it is made with and nothing more.
fn bare(link: &Link) -> Link {
    Link { mac: link.mac, mtu: link.mtu, ..Link::new(link.name.clone(), link.kind.clone()) }
}

#[cfg(test)]
mod tests {
    use network::{Bridge, Kind, Link, Vid, Vlan, VlanProtocol};

    use super::*;

    fn name(text: &str) -> IfName {
        text.parse().unwrap()
    }

    /// nic ← br0 ← vlan ← br1, and other ← br2.
    fn network() -> Network {
        let bridge = |port: &str| Kind::Bridge(Bridge { ports: vec![name(port)], ..Bridge::default() });
        let vlan = Vlan { lower: name("br0"), vid: Vid::new(5).unwrap(), protocol: VlanProtocol::default() };
        let mut out = Network::default();
        out.insert(Link::new(name("nic"), Kind::Nic));
        out.insert(Link::new(name("other"), Kind::Nic));
        out.insert(Link::new(name("br0"), bridge("nic")));
        out.insert(Link::new(name("vlan"), Kind::Vlan(vlan)));
        out.insert(Link::new(name("br1"), bridge("vlan")));
        out.insert(Link::new(name("br2"), bridge("other")));
        out
    }

    /// The links of later waves, on a host that has all but `absent`.
    fn waves(absent: &[&str], changing: &[&str], hooked: &[&str]) -> Vec<(String, usize)> {
        let mut observed = network();
        observed.links.retain(|name, _| !absent.contains(&name.as_str()));
        let changing: Vec<IfName> = changing.iter().copied().map(name).collect();
        let hooked = hooked.iter().copied().map(name).collect();
        let waves = Waves::new(&network(), &observed, &changing.iter().collect(), &hooked);
        assert_eq!(waves.last(), waves.of.values().max().copied().unwrap_or_default());
        waves.of.iter().filter(|(_, wave)| **wave > 0).map(|(name, wave)| (name.to_string(), *wave)).collect()
    }

    const ALL: [&str; 6] = ["nic", "other", "br0", "vlan", "br1", "br2"];

    fn late(list: &[(&str, usize)]) -> Vec<(String, usize)> {
        list.iter().map(|(name, wave)| ((*name).to_owned(), *wave)).collect()
    }

    #[test]
    fn a_plan_is_only_cut_where_a_hook_waits_for_a_change() {
        assert_eq!(waves(&[], &ALL, &[]), []);
        assert_eq!(waves(&[], &ALL, &["nic", "other"]), []);
        assert_eq!(waves(&[], &["br0", "br1", "br2"], &["br0", "br2"]), [], "what they stand on does not change");
        assert_eq!(waves(&[], &ALL, &["br0", "br2"]), late(&[("br0", 1), ("br1", 1), ("br2", 1), ("vlan", 1)]));
        assert_eq!(waves(&[], &ALL, &["br1", "br0"]), late(&[("br0", 1), ("br1", 2), ("vlan", 1)]));
        assert_eq!(waves(&[], &["nic"], &["br1"]), late(&[("br1", 1)]), "through what does not change itself");
    }

    #[test]
    fn a_vlan_device_is_there_when_its_hooks_run_and_a_bridge_is_not() {
        assert_eq!(waves(&["br2"], &["br2"], &["br2"]), []);
        assert_eq!(waves(&["vlan"], &["vlan"], &["vlan"]), late(&[("br1", 1), ("vlan", 1)]));
        assert_eq!(waves(&["vlan"], &ALL, &["br0", "vlan"]), late(&[("br0", 1), ("br1", 2), ("vlan", 2)]));
        let (wanted, mut observed) = (network(), network());
        observed.links.retain(|name, _| name.as_str() != "vlan");
        let waves = Waves::new(&wanted, &observed, &[&name("vlan")].into(), &[name("vlan")].into());
        let first = waves.narrow(0, &wanted);
        assert_eq!(first.link(&name("vlan")).map(|link| link.up), Some(None), "nothing but the device");
        assert!(first.link(&name("br1")).is_none());
    }

    #[test]
    fn the_last_wave_is_the_whole() {
        let wanted = network();
        let waves = Waves::new(&wanted, &wanted, &[&name("nic")].into(), &[name("br0")].into());
        let links = |wave| waves.narrow(wave, &wanted).links.keys().map(IfName::to_string).collect::<Vec<_>>();
        assert_eq!(links(0), ["br2", "nic", "other"]);
        assert_eq!(links(1).len(), wanted.links.len());
        assert!(waves.has(1, &name("br0")) && waves.has(0, &name("nic")) && waves.has(0, &name("unknown")));
    }
}
