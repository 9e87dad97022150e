//! The whole of a host's network, wanted or observed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::ovs::Switch;
use crate::{Address, IfName, Kind, Link, Links, Route};

/// What a file wants of a host's network, or what a host's kernel has.
///
/// A wanted network says only what the file says: an `Option` that is `None` is a matter that the file leaves open. An
/// observed network says all that the kernel tells, and holds facts that nobody can want (carrier, LACP partners).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Network {
    /// Every link by its name.
    pub links: Links,
    /// Unicast routes of the main table. A wanted network holds the gateways of its interfaces.
    pub routes: Vec<Route>,
    /// What Open vSwitch has. Wanted: `None` where the file says nothing of it. Observed: `None` where it is not installed or
    /// does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ovs: Option<Switch>,
    /// Wanted only: links that nobody wants any more, and what becomes of them.
    #[serde(skip)]
    pub leaving: BTreeMap<IfName, Going>,
    /// Wanted only: ports that stay in a bridge though the file does not name them (`bridge-ports-condone-regex`).
    #[serde(skip)]
    pub condoned: BTreeMap<IfName, BTreeSet<IfName>>,
    /// Wanted only: what holds where the file says nothing.
    #[serde(skip)]
    pub policy: Policy,
}

/// What becomes of a link that nobody wants any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Going {
    /// It is deleted, with its addresses and routes; its members become free.
    Delete,
    /// It loses these addresses, and goes down unless somebody still uses it: its master, or a VLAN device on it.
    Release(Vec<Address>),
}

/// What holds where a file says nothing: ifupdown2's policy files decide some of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// A bridge keeps one address, whichever ports come and go: it is made with its first port's
    /// (`bridge_set_static_mac_from_port`, which Proxmox ships as `yes`).
    pub bridge_mac_from_port: bool,
}

/// As Proxmox ships it.
impl Default for Policy {
    fn default() -> Self {
        Self { bridge_mac_from_port: true }
    }
}

impl Network {
    /// The link of that name.
    #[must_use]
    pub fn link(&self, name: &IfName) -> Option<&Link> {
        self.links.get(name)
    }

    /// Puts a link under its own name, in place of an earlier one.
    pub fn insert(&mut self, link: Link) {
        self.links.insert(link.name.clone(), link);
    }

    /// The network without what nobody can set: facts and running states. What is written down and read back is this.
    #[must_use]
    pub fn settings(&self) -> Self {
        let mut out = self.clone();
        for link in out.links.values_mut() {
            link.facts = None;
            if let Kind::Bond(bond) = &mut link.kind {
                bond.state = None;
            }
            link.bond_port.iter_mut().for_each(|port| port.state = None);
            link.bridge_port.iter_mut().for_each(|port| port.state = None);
        }
        out
    }

    /// The links whose master is `master`, by name. A bond's own order is in [`crate::Bond::slaves`].
    pub fn members<'a>(&'a self, master: &'a IfName) -> impl Iterator<Item = &'a Link> + 'a {
        self.links.values().filter(move |link| link.master.as_ref() == Some(master))
    }

    /// The VLAN devices that ride on `lower`, by name.
    pub fn vlans_on<'a>(&'a self, lower: &'a IfName) -> impl Iterator<Item = &'a Link> + 'a {
        self.links.values().filter(move |link| matches!(&link.kind, Kind::Vlan(vlan) if vlan.lower == *lower))
    }
}
