//! The way back: plans that lead to a network as it was observed before.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use network::address::RTPROT_RA;
use network::effect::is_connected;
use network::link::Addressing;
use network::model::Model;
use network::option::bond;
use network::{Going, IfName, Kind, Link, Mac, Network, Value};

use crate::member::members;
use crate::planner::{Plan, plan};
use crate::{Problem, device, down};

/// The links that a plan changes, or takes something from on its way: those of its steps, what is in them and on them,
/// and what they are in, before or after.
#[must_use]
pub fn touched(plan: &Plan, before: &Network) -> BTreeSet<IfName> {
    let mut open: Vec<IfName> = Vec::new();
    for step in &plan.steps {
        open.extend([step.change.link().clone(), step.property.link.clone()]);
        if let network::Change::SetMaster { master: Some(master), .. } = &step.change {
            open.push(master.clone());
        }
    }
    let model = Model::new(before.clone());
    let (mut out, mut masters) = (BTreeSet::new(), BTreeSet::new());
    while let Some(name) = open.pop() {
        if !out.insert(name.clone()) {
            continue;
        }
        let Some(link) = before.link(&name) else { continue };
        // What is in a bond or bridge, and what rides on it, goes through what it goes through. What the link itself is in
        // only loses a member: that has to come back, and no more.
        open.extend(members(&link.kind).iter().cloned());
        open.extend(model.riders(&name).chain(model.tunnels(&name)).map(|rider| rider.name.clone()));
        masters.extend(link.master.clone());
    }
    // Only now: a master that a step is about too has to be looked into for its own members.
    out.append(&mut masters);
    // An address that two links had would be taken from the other, which nobody named.
    let addresses = |link: &Link| link.addresses.iter().map(|address| address.net.addr()).collect::<Vec<_>>();
    let theirs: BTreeSet<IpAddr> = out.iter().filter_map(|name| before.link(name)).flat_map(addresses).collect();
    let shares = |link: &&Link| link.addresses.iter().any(|address| theirs.contains(&address.net.addr()));
    out.extend(before.links.values().filter(shares).map(|link| link.name.clone()));
    out
}

/// The changes that make of `observed` what `before` was, as far as these links are concerned. Links that were not there
/// before are deleted, if they are devices that can be made; guests' ports that went by themselves are not missed.
///
/// Empty of steps and problems exactly when those links are as they were, but for what nobody can set: addresses with a
/// lifetime, what LACP agreed on, which slave happens to be active; and for options that mean nothing in a bond's mode.
#[must_use]
pub fn back(before: &Network, touched: &BTreeSet<IfName>, observed: &Network) -> Plan {
    let is_new = |name: &&IfName| {
        let found = observed.link(name).map(|link| &link.kind);
        before.link(name).is_none() && found.is_some_and(|kind| !matches!(kind, Kind::Nic | Kind::Loopback))
    };
    let going: BTreeMap<IfName, Going> =
        touched.iter().filter(is_new).map(|name| (name.clone(), Going::Delete)).collect();
    let mut out = down(observed, &going);
    let mut now = Model::new(observed.clone());
    out.steps.iter().for_each(|step| network::effect::apply(&mut now, &step.change));
    let rest = plan(&as_wanted(before, touched, &now), &now);
    out.steps.extend(rest.steps);
    out.problems.extend(rest.problems.into_iter().filter(|problem| !is_of_a_guest(problem)));
    out
}

fn is_of_a_guest(problem: &Problem) -> bool {
    matches!(problem, Problem::Missing { link } if link.is_guest_port())
}

/// What was observed, as something to want.
fn as_wanted(before: &Network, touched: &BTreeSet<IfName>, now: &Network) -> Network {
    let mut out = Network::default();
    for link in touched.iter().filter_map(|name| before.link(name)) {
        out.insert(wanted(link, now));
    }
    let lasting =
        |route: &&network::Route| touched.contains(&route.link) && !is_connected(route) && route.protocol != RTPROT_RA;
    out.routes = before.routes.iter().filter(lasting).cloned().collect();
    out
}

fn wanted(link: &Link, now: &Network) -> Link {
    let mut out = Link { addressing: Addressing { v4: true, v6: true }, facts: None, ..link.clone() };
    out.addresses.retain(|address| !address.dynamic);
    match &mut out.kind {
        Kind::Bond(bond) => {
            // The active slave is the driver's choice, and a zero system address means none of its own.
            bond.options.remove(bond::ACTIVE_SLAVE);
            if bond.options.get(bond::AD_ACTOR_SYSTEM) == Some(&Value::Mac(Mac::ZERO)) {
                bond.options.remove(bond::AD_ACTOR_SYSTEM);
            }
        }
        // Guests come and go while a change waits.
        Kind::Bridge(bridge) => bridge.ports.retain(|port| !port.is_guest_port() || now.link(port).is_some()),
        // What cannot be made is known by its name alone.
        kind if !device::is_made_by_us(kind) && !matches!(kind, Kind::Loopback) => *kind = Kind::Nic,
        _ => {}
    }
    out
}
