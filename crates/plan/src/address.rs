//! Addresses and routes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use network::address::{RT_TABLE_MAIN, RTPROT_KERNEL, RTPROT_RA};
use network::{Address, Change, Field, Given, IfName, Kind, Link, Property, Route};

use crate::Problem;
use crate::order::Layers;
use crate::planner::Planner;
use network::effect::is_connected;

/// Takes away what the file leaves out, on all links, and then adds what is missing: an address that moves from one link
/// to another is never on both. But a link that has another IPv4 address to come is not left without any. Gateways come last, when the addresses that reach them are there.
pub(crate) fn set(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        bridge_the_gap(planner, want);
        take(planner, want);
    }
    take_from_strangers(planner);
    for want in &layers.lowers_first {
        add(planner, want);
    }
    for route in wanted_routes(planner) {
        let route = &route;
        if !planner.now.routes.iter().any(|now| now.is_same(route) && now.protocol != RTPROT_RA) {
            planner.step_for(Field::Route(route.destination), Change::ReplaceRoute { route: route.clone() });
        }
    }
    take_old_gateways(planner);
}

/// Adds the IPv4 addresses of links that are down and have none, before they come up: the kernel then makes their routes
/// once, and a host of hundreds of bridges is there sooner. Only what nobody else has, for an address that moves is never
/// on two links; all of a link's or none, for the first of a subnet is its primary one; and not where a DHCP client has to
/// end first, which may take every address along.
pub(crate) fn add_to_idle(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    let is_v4 = |address: &&Address| address.net.addr().is_ipv4();
    let is_idle = |link: &Link| {
        let now = planner.now.link(&link.name);
        now.is_some_and(|now| now.up == Some(false) && now.dhcp.is_none() && !now.addresses.iter().any(|a| is_v4(&a)))
    };
    let waiting: Vec<&Link> = layers
        .lowers_first
        .iter()
        .copied()
        .filter(|link| link.up == Some(true) && link.addresses.iter().any(|a| is_v4(&a)) && is_idle(link))
        .collect();
    if waiting.is_empty() {
        return;
    }
    let addresses = planner.now.links.values().flat_map(|link| &link.addresses);
    let taken: BTreeSet<IpAddr> = addresses.map(|address| address.net.addr()).collect();
    for link in waiting {
        let wanted: Vec<&Address> = link.addresses.iter().filter(is_v4).collect();
        if wanted.iter().any(|address| taken.contains(&address.net.addr())) {
            continue;
        }
        for address in wanted {
            let change = Change::AddAddress { link: link.name.clone(), address: address.clone() };
            planner.step_for(Field::Address(address.net), change);
        }
    }
}

/// The routes that the file wants, each in the table of its link's VRF.
fn wanted_routes(planner: &Planner<'_>) -> Vec<Route> {
    let in_its_table = |route: &Route| {
        let master = planner.now.link(&route.link).and_then(|link| planner.now.link(link.master.as_ref()?));
        let table = match master.map(|master| &master.kind) {
            Some(Kind::Given(Given::Vrf { table: Some(table) })) => *table,
            _ => RT_TABLE_MAIN,
        };
        Route { table, ..route.clone() }
    };
    planner.wanted.routes.iter().map(in_its_table).collect()
}

fn decides(want: &Link, address: &Address) -> bool {
    if address.net.addr().is_ipv4() { want.addressing.v4 } else { want.addressing.v6 }
}

/// The same address with another broadcast address or another scope has to be made anew.
fn is_wanted(want: &Link, address: &Address) -> bool {
    let same_broadcast = |w: &Address| w.broadcast.is_none() || w.broadcast == address.broadcast;
    let same_scope = |w: &Address| w.scope.is_none() || w.scope == address.scope;
    want.addresses.iter().any(|w| w.is_same(address) && same_broadcast(w) && same_scope(w))
}

/// Whether the address is there, and is preferred for no longer than the file says. The time runs: what was preferred for
/// an hour is so for less by now.
fn is_there(want: &Address, now: &Link) -> bool {
    let as_long = |found: &Address| match (want.preferred, found.preferred) {
        (None, found) => found.is_none(),
        (Some(want), Some(found)) => found <= want,
        (Some(_), None) => false,
    };
    now.addresses.iter().any(|found| found.is_same(want) && as_long(found))
}

/// Adds an IPv4 address before the link loses its last one: with that the kernel would take its neighbours and routes away
/// (`fib_disable_ip`). Not one of the same network, which would go with the address that was there first, nor one that
/// another link still has.
fn bridge_the_gap(planner: &mut Planner<'_>, want: &Link) {
    let name = &want.name;
    let Some(now) = planner.now.link(name) else { return };
    let is_v4 = |address: &&Address| address.net.addr().is_ipv4();
    let stays = |address: &Address| address.dynamic || !decides(want, address) || is_wanted(want, address);
    let found: Vec<&Address> = now.addresses.iter().filter(is_v4).collect();
    if found.is_empty() || found.iter().any(|address| stays(address)) {
        return;
    }
    let is_elsewhere = |address: &Address| {
        let others = planner.now.links.values().filter(|link| link.name != *name);
        others.flat_map(|link| &link.addresses).any(|other| other.net.addr() == address.net.addr())
    };
    let goes_along = |address: &Address| found.iter().any(|found| found.net.trunc() == address.net.trunc());
    let mut candidates = want.addresses.iter().filter(is_v4).filter(|a| !goes_along(a) && !is_elsewhere(a));
    if let Some(address) = candidates.next().cloned() {
        planner.step_for(Field::Address(address.net), Change::AddAddress { link: name.clone(), address });
    }
}

fn take(planner: &mut Planner<'_>, want: &Link) {
    let name = &want.name;
    let Some(now) = planner.now.link(name) else { return };
    // The last first: an address that came later must not go with an earlier one of its subnet before its own turn.
    let stale = now.addresses.iter().rev().filter(|a| !a.dynamic && decides(want, a) && !is_wanted(want, a));
    for address in stale.cloned().collect::<Vec<_>>() {
        let field = Field::Address(address.net);
        planner.step_for(field, Change::RemoveAddress { link: name.clone(), address });
    }
}

/// An address that the file gives to one link can't stay on another that it does not name: answers would leave by the
/// wrong one.
fn take_from_strangers(planner: &mut Planner<'_>) {
    let mut claims = BTreeMap::new();
    for link in planner.wanted.links.values() {
        claims.extend(link.addresses.iter().map(|address| (address.net.addr(), (&link.name, address.net))));
    }
    let mut moves = Vec::new();
    for stranger in planner.now.links.values().filter(|link| planner.wanted.link(&link.name).is_none()) {
        for address in stranger.addresses.iter().filter(|address| !address.dynamic) {
            let Some((owner, net)) = claims.get(&address.net.addr()) else { continue };
            let change = Change::RemoveAddress { link: stranger.name.clone(), address: address.clone() };
            moves.push((Property::new(owner, Field::Address(*net)), change));
        }
    }
    moves.into_iter().for_each(|(property, change)| planner.step(property, change));
}

fn add(planner: &mut Planner<'_>, want: &Link) {
    let name = &want.name;
    let Some(now) = planner.now.link(name) else { return };
    let missing: Vec<Address> = want.addresses.iter().filter(|w| !is_there(w, now)).cloned().collect();
    let refused = |w: &&Address| now.addresses.iter().any(|found| found.is_same(w) && found.duplicate);
    let refused: Vec<_> = want.addresses.iter().filter(refused).map(|address| address.net).collect();
    // To add it again would not help while the other host has it; whether it still has is not ours to try at each reload.
    for net in refused {
        planner.problem(Problem::Duplicate { link: name.clone(), net });
    }
    for address in missing {
        let field = Field::Address(address.net);
        planner.step_for(field, Change::AddAddress { link: name.clone(), address });
    }
}

/// A default route of the file's making (`proto kernel` with a gateway: the kernel itself makes none) that the file does
/// not want any more. Those that a DHCP client, a router or an administrator made stay.
fn take_old_gateways(planner: &mut Planner<'_>) {
    let wanted = wanted_routes(planner);
    let stale = |route: &&Route| {
        let ours = route.is_default() && route.gateway.is_some() && route.protocol == RTPROT_KERNEL;
        let named = planner.wanted.link(&route.link).is_some_and(|link| {
            if route.destination.addr().is_ipv4() { link.addressing.v4 } else { link.addressing.v6 }
        });
        ours && named && !wanted.iter().any(|want| want.is_same(route))
    };
    for route in planner.now.routes.iter().filter(stale).cloned().collect::<Vec<_>>() {
        planner.step_for(Field::Route(route.destination), Change::RemoveRoute { route });
    }
}

/// Puts back what a bounce took along and nobody asked to go: IPv6 addresses and routes of links that went down and came
/// up again.
pub(crate) fn put_back(planner: &mut Planner<'_>) {
    if !planner.has_steps() {
        return;
    }
    let is_up = |planner: &Planner<'_>, name: &IfName| planner.now.link(name).is_some_and(|link| link.up == Some(true));
    let (observed, mut lost) = (planner.observed, Vec::new());
    for link in observed.links.values().filter(|link| is_up(planner, &link.name)) {
        let want = planner.wanted.link(&link.name);
        for address in link.addresses.iter().filter(|a| !a.dynamic && want.is_none_or(|want| !decides(want, a))) {
            let there =
                planner.now.link(&link.name).is_some_and(|now| now.addresses.iter().any(|a| a.is_same(address)));
            if !there && !is_claimed(planner, address) {
                lost.push(Change::AddAddress { link: link.name.clone(), address: address.clone() });
            }
        }
    }
    let there: BTreeSet<_> = planner.now.routes.iter().map(|now| (now.destination, now.metric, now.table)).collect();
    for route in observed.routes.iter().filter(|route| is_up(planner, &route.link) && !is_connected(route)) {
        // A router that advertised it will do so again; made by hand it would outlive the router.
        if route.protocol == RTPROT_RA {
            continue;
        }
        if there.contains(&(route.destination, route.metric, route.table)) {
            continue;
        }
        // Not a gateway that the file took away, nor a route of a link that has no address left to reach it by.
        let ours = route.is_default() && route.protocol == RTPROT_KERNEL && planner.wanted.link(&route.link).is_some();
        let reachable = planner.now.link(&route.link).is_some_and(|link| {
            link.master.as_ref().is_none_or(|master| planner.now.is_vrf(master))
                && link.addresses.iter().any(|a| a.net.addr().is_ipv4() == route.destination.addr().is_ipv4())
        });
        if !ours && reachable && !is_for_gone_address(planner, route) {
            lost.push(Change::ReplaceRoute { route: route.clone() });
        }
    }
    for change in lost {
        let field = match &change {
            Change::AddAddress { address, .. } => Field::Address(address.net),
            Change::ReplaceRoute { route } => Field::Route(route.destination),
            _ => Field::Kind,
        };
        planner.step_for(field, change);
    }
}

/// Whether the file gives that address to a link.
fn is_claimed(planner: &Planner<'_>, address: &Address) -> bool {
    let mut claimed = planner.wanted.links.values().flat_map(|link| &link.addresses);
    claimed.any(|claimed| claimed.net.addr() == address.net.addr())
}

fn is_for_gone_address(planner: &Planner<'_>, route: &Route) -> bool {
    let Some(source) = route.source else { return false };
    !planner.now.links.values().any(|link| link.addresses.iter().any(|a| a.net.addr() == source))
}
