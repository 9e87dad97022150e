//! What a rule looks at.

use interfaces::{Configuration, FileId, Iface, Kind as Stanza, Span};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::resolve::Resolved;
use crate::{Bond, BondMode, Bridge, Field, IfName, Kind, Link, Network, Opt, Property, Vlan};

/// What a rule looks at: the file, what it means, and the host where that is known.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The file, with all that it sources.
    pub configuration: &'a Configuration,
    /// What it means.
    pub resolved: &'a Resolved,
    /// What the host has; `None` when a file is checked without its host.
    pub observed: Option<&'a Network>,
    /// The wanted links by name. There are dozens of rules: each would walk a tree for every name, and all links for
    /// those of one kind.
    links: FxHashMap<IfName, &'a Link>,
    bonds: Vec<(&'a Link, &'a Bond)>,
    bridges: Vec<(&'a Link, &'a Bridge)>,
    vlans: Vec<(&'a Link, &'a Vlan)>,
}

impl<'a> Case<'a> {
    /// Puts the links of each kind together, for all rules.
    #[must_use]
    pub fn new(configuration: &'a Configuration, resolved: &'a Resolved, observed: Option<&'a Network>) -> Self {
        let wanted = &resolved.wanted.links;
        let links = FxHashMap::with_capacity_and_hasher(wanted.len(), FxBuildHasher);
        let (bonds, bridges, vlans) = (Vec::new(), Vec::new(), Vec::new());
        let mut case = Self { configuration, resolved, observed, links, bonds, bridges, vlans };
        for link in wanted.values() {
            case.links.insert(link.name.clone(), link);
            case.bonds.extend(link.bond().map(|bond| (link, bond)));
            case.bridges.extend(link.bridge().map(|bridge| (link, bridge)));
            case.vlans.extend(link.vlan().map(|vlan| (link, vlan)));
        }
        case
    }

    /// The wanted link of that name.
    #[must_use]
    pub fn link(&self, name: &IfName) -> Option<&'a Link> {
        self.links.get(name).copied()
    }

    /// The wanted network.
    #[must_use]
    pub fn wanted(&self) -> &'a Network {
        &self.resolved.wanted
    }

    /// Every wanted link, by name.
    pub fn links(&self) -> impl Iterator<Item = &'a Link> + use<'a> {
        self.wanted().links.values()
    }

    /// Every wanted bond with its link, by name.
    pub fn bonds(&self) -> impl Iterator<Item = (&'a Link, &'a Bond)> {
        self.bonds.iter().copied()
    }

    /// Every wanted bridge with its link, by name.
    pub fn bridges(&self) -> impl Iterator<Item = (&'a Link, &'a Bridge)> {
        self.bridges.iter().copied()
    }

    /// Every wanted VLAN device with its link, by name.
    pub fn vlans(&self) -> impl Iterator<Item = (&'a Link, &'a Vlan)> {
        self.vlans.iter().copied()
    }

    /// Every `iface` stanza, in reading order.
    pub fn ifaces(&self) -> impl Iterator<Item = &'a Iface> + use<'a> {
        self.configuration.stanzas().into_iter().filter_map(|stanza| match &stanza.kind {
            Stanza::Iface(iface) => Some(iface),
            _ => None,
        })
    }

    /// Where a property is said, else where its link is named. Every wanted link is named somewhere; the file's start
    /// stands in for a network that no file was resolved to.
    #[must_use]
    pub fn place(&self, link: &IfName, field: Field) -> Span {
        let start = Span::new(FileId(0), 0, 0);
        self.resolved.origins.of(&Property::new(link, field)).unwrap_or(start)
    }

    /// Where an option of a link is said, else where the link is named.
    #[must_use]
    pub fn option(&self, link: &IfName, option: Opt) -> Span {
        self.place(link, Field::Option(option))
    }

    /// Whether an option of a link is said, if only by a value that can't be read.
    #[must_use]
    pub fn is_said(&self, link: &IfName, option: Opt) -> bool {
        self.resolved.origins.said(&Property::new(link, Field::Option(option))).is_some()
    }

    /// Where a link is named.
    #[must_use]
    pub fn name(&self, link: &IfName) -> Span {
        self.place(link, Field::Kind)
    }

    /// Where `member` is put into `master`.
    #[must_use]
    pub fn membership(&self, master: &IfName, member: &IfName) -> Span {
        self.resolved.origins.membership(master, member).unwrap_or_else(|| self.name(member))
    }

    /// Whether the host has to bring the link along, and is known not to.
    #[must_use]
    pub fn is_missing(&self, name: &IfName) -> bool {
        let made_here = || {
            self.link(name).is_some_and(|link| match &link.kind {
                Kind::Nic | Kind::Loopback => false,
                Kind::Given(given) => given.made_as().is_some() || !given.has_link(),
                _ => true,
            })
        };
        self.observed.is_some_and(|host| host.link(name).is_none()) && !made_here()
    }
}

/// Whether a stanza has a line with one of these keys; `_` counts as `-`.
pub(super) fn has_key(iface: &Iface, keys: &[&str]) -> bool {
    iface.settings.iter().any(|setting| keys.contains(&setting.key.text.replace('_', "-").as_str()))
}

/// The value that an option of a bond has in its mode: what is said, else the driver's default.
pub(super) fn number(bond: &Bond, option: Opt) -> i64 {
    let default = || match option.default_in(bond.mode()) {
        Some(crate::Value::Number(number)) => number,
        _ => 0,
    };
    bond.options.number(option).unwrap_or_else(default)
}

/// Whether the driver refuses the ARP monitor in the mode and takes miimon 100 by itself (`bond_option_mode_set`).
pub(super) fn needs_miimon(mode: BondMode) -> bool {
    !crate::option::bond::ARP_INTERVAL.modes.contains(mode)
}
