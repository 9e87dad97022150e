//! Each address and each subnet is on one link.

use std::net::IpAddr;

use interfaces::{Diagnostic, Severity};
use ipnet::IpNet;

use super::{Case, codes};
use crate::{Address, Field, Link};

/// An address and the link that it is on.
type Place<'a> = (&'a Link, &'a Address);

/// All addresses that others should keep off, in the order of the key, and where that is the same, of the file. So the
/// file is asked only where the key is the same, which it rarely is.
fn all<'a, K: Ord>(case: &Case<'a>, key: impl Fn(&Address) -> K) -> Vec<Place<'a>> {
    let mut all: Vec<_> = case.links().flat_map(|link| link.addresses.iter().map(move |a| (link, a))).collect();
    all.retain(|(_, address)| !is_alone(address));
    let span = |(link, address): &Place<'_>| case.place(&link.name, Field::Address(address.net));
    all.sort_by(|a, b| key(a.1).cmp(&key(b.1)).then_with(|| span(a).cmp(&span(b))));
    all
}

/// An address alone on its network or with a peer is often on many links on purpose; a link-local one always is.
fn is_alone(address: &Address) -> bool {
    let net = address.net;
    let link_local = match net.addr() {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    link_local || address.peer.is_some() || net.prefix_len() == net.max_prefix_len()
}

/// No address on two links.
pub(super) fn said_once(case: &Case<'_>) -> Vec<Diagnostic> {
    let places = all(case, |address| address.net.addr());
    let same = places.chunk_by(|a, b| a.1.net.addr() == b.1.net.addr());
    let on_others =
        same.flat_map(|same| same.iter().filter(|other| other.0.name != same[0].0.name).map(|o| (same[0], *o)));
    on_others.map(|(first, second)| twice(case, first, second)).collect()
}

fn twice(case: &Case<'_>, (first, a): Place<'_>, (second, b): Place<'_>) -> Diagnostic {
    let title = format!("{} is on both {} and {}", b.net.addr(), first.name, second.name);
    Diagnostic::new(codes::ADDRESS_TWICE, Severity::Error, title, case.place(&second.name, Field::Address(b.net)))
        .also(case.place(&first.name, Field::Address(a.net)), "first said here")
        .note("answers leave by one of the two links, whichever the question came in by")
        .help(format!("give {} an address of another subnet", second.name))
}

/// No subnet on two links. Subnets hold each other or have nothing in common, so in the order of their first address,
/// the wider before the narrower, each needs to be held only against those that it lies in.
pub(super) fn subnets_apart(case: &Case<'_>) -> Vec<Diagnostic> {
    let places = all(case, |address| (address.net.network(), address.net.prefix_len()));
    let mut around: Vec<Place<'_>> = Vec::new();
    let mut found = Vec::new();
    for inner in places {
        while around.last().is_some_and(|outer| !outer.1.net.trunc().contains(&inner.1.net.trunc())) {
            around.pop();
        }
        // The same address on both is said by the other rule.
        let outer = around.iter().rev().find(|outer| outer.0.name != inner.0.name);
        if let Some(outer) = outer.filter(|outer| outer.1.net.addr() != inner.1.net.addr()) {
            found.push(overlap(case, *outer, inner));
        }
        // A link's further addresses of one subnet say nothing new.
        if around.last().is_none_or(|last| last.0.name != inner.0.name || last.1.net.trunc() != inner.1.net.trunc()) {
            around.push(inner);
        }
    }
    found
}

fn overlap(case: &Case<'_>, a: Place<'_>, b: Place<'_>) -> Diagnostic {
    let at = |(link, address): Place<'_>| case.place(&link.name, Field::Address(address.net));
    let (first, second) = if at(a) <= at(b) { (a, b) } else { (b, a) };
    let nets = (first.1.net.trunc(), second.1.net.trunc());
    let title = match nets.0 == nets.1 {
        true => format!("{} is on both {} and {}", nets.0, first.0.name, second.0.name),
        false => format!("{} on {} overlaps {} on {}", nets.1, second.0.name, nets.0, first.0.name),
    };
    Diagnostic::new(codes::OVERLAP, Severity::Warning, title, at(second))
        .also(at(first), "the other")
        .note("the kernel sends to such a subnet by one of the two links, and the other stays silent")
        .help("put both addresses on one link, or give one of them another subnet")
}

/// No address stands for its network or for all of it (RFC 919). IPv6 has no such addresses.
pub(super) fn of_a_host(case: &Case<'_>) -> Vec<Diagnostic> {
    let stands_for = |address: &Address| match address.net {
        IpNet::V4(net) if net.prefix_len() < 31 && address.peer.is_none() => match net.addr() {
            addr if addr == net.network() => Some("the name"),
            addr if addr == net.broadcast() => Some("the broadcast address"),
            _ => None,
        },
        _ => None,
    };
    let addresses = case.links().flat_map(|link| link.addresses.iter().map(move |address| (link, address)));
    addresses
        .filter_map(|(link, address)| {
            let what = stands_for(address)?;
            let title = format!("{} is {what} of {}", address.net.addr(), address.net.trunc());
            let at = case.place(&link.name, Field::Address(address.net));
            Some(
                Diagnostic::new(codes::ADDRESS_OF_NETWORK, Severity::Warning, title, at)
                    .note("it is no address that a host may have; neighbours drop what it sends")
                    .help("check the address and its prefix length"),
            )
        })
        .collect()
}
