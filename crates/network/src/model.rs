//! A network that answers at once what is asked of it at every change: the planner's, and the twin's.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

use crate::{Change, Given, IfName, Kind, Link, Network, Route, effect};

/// A network, with the VLAN devices of each link found beforehand: a host has thousands of links, and a plan has as many
/// steps that ask what rides on one.
#[derive(Clone, Debug, Default)]
pub struct Model {
    network: Network,
    riders: BTreeMap<IfName, BTreeSet<IfName>>,
}

impl Model {
    /// Looks through the network once.
    #[must_use]
    pub fn new(network: Network) -> Self {
        let mut riders: BTreeMap<IfName, BTreeSet<IfName>> = BTreeMap::new();
        for link in network.links.values() {
            if let Some(lower) = lower(&link.kind) {
                riders.entry(lower.clone()).or_default().insert(link.name.clone());
            }
        }
        Self { network, riders }
    }

    /// The VLAN devices that ride on a link, by name.
    pub fn riders<'a>(&'a self, name: &IfName) -> impl Iterator<Item = &'a Link> + 'a {
        self.riders.get(name).into_iter().flatten().filter_map(|rider| self.network.link(rider))
    }

    /// The VXLAN devices that send by a link, by name: they go with it (`vxlan_handle_lowerdev_unregister`).
    pub fn tunnels<'a>(&'a self, name: &'a IfName) -> impl Iterator<Item = &'a Link> + 'a {
        self.network.links.values().filter(
            move |link| matches!(&link.kind, Kind::Given(Given::Vxlan(vxlan)) if vxlan.lower.as_ref() == Some(name)),
        )
    }

    /// Whether the link is a VRF.
    #[must_use]
    pub fn is_vrf(&self, name: &IfName) -> bool {
        self.network.link(name).is_some_and(|link| matches!(link.kind, Kind::Given(Given::Vrf { .. })))
    }

    /// A link, to change all of it but its kind's lower.
    pub fn link_mut(&mut self, name: &IfName) -> Option<&mut Link> {
        self.network.links.get_mut(name)
    }

    /// What Open vSwitch has.
    pub(crate) fn ovs_mut(&mut self) -> Option<&mut crate::ovs::Switch> {
        self.network.ovs.as_mut()
    }

    /// The routes.
    pub fn routes_mut(&mut self) -> &mut Vec<Route> {
        &mut self.network.routes
    }

    /// Puts a link that is new.
    pub fn insert(&mut self, link: Link) {
        if let Some(lower) = lower(&link.kind) {
            self.riders.entry(lower.clone()).or_default().insert(link.name.clone());
        }
        self.network.insert(link);
    }

    /// Takes a link away.
    pub fn remove(&mut self, name: &IfName) {
        let gone = self.network.links.remove(name);
        if let Some(riders) = gone.as_ref().and_then(|link| lower(&link.kind)).and_then(|l| self.riders.get_mut(l)) {
            riders.remove(name);
        }
    }
}

impl Deref for Model {
    type Target = Network;
    fn deref(&self) -> &Network {
        &self.network
    }
}

fn lower(kind: &Kind) -> Option<&IfName> {
    if let Kind::Vlan(vlan) = kind { Some(&vlan.lower) } else { None }
}

/// Makes the change in a network, as the kernel would. A change of a link that is not there does nothing.
pub fn apply(network: &mut Network, change: &Change) {
    let mut model = Model::new(std::mem::take(network));
    effect::apply(&mut model, change);
    *network = model.network;
}
