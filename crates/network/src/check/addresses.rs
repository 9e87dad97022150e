//! Each address and each subnet is on one link.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{Address, Field, Link};

/// Pairs of addresses on two different links, each pair once, in the order of the file.
fn pairs<'a>(case: &Case<'a>) -> Vec<[(&'a Link, &'a Address); 2]> {
    let mut all: Vec<_> = case.links().flat_map(|link| link.addresses.iter().map(move |a| (link, a))).collect();
    all.retain(|(_, address)| !is_alone(address));
    all.sort_by_key(|(link, address)| case.place(&link.name, Field::Address(address.net)));
    let mut pairs = Vec::new();
    for (n, second) in all.iter().enumerate() {
        for first in all[..n].iter().filter(|first| first.0.name != second.0.name) {
            pairs.push([*first, *second]);
        }
    }
    pairs
}

/// An address alone on its network or with a peer is often on many links on purpose; a link-local one always is.
fn is_alone(address: &Address) -> bool {
    let net = address.net;
    let link_local = match net.addr() {
        std::net::IpAddr::V4(v4) => v4.is_link_local(),
        std::net::IpAddr::V6(v6) => v6.is_unicast_link_local(),
    };
    link_local || address.peer.is_some() || net.prefix_len() == net.max_prefix_len()
}

/// No address on two links.
pub(super) fn said_once(case: &Case<'_>) -> Vec<Diagnostic> {
    let same = pairs(case).into_iter().filter(|[(_, first), (_, second)]| first.net.addr() == second.net.addr());
    same.map(|[(first, a), (second, b)]| {
        let title = format!("{} is on both {} and {}", b.net.addr(), first.name, second.name);
        Diagnostic::new(codes::ADDRESS_TWICE, Severity::Error, title, case.place(&second.name, Field::Address(b.net)))
            .also(case.place(&first.name, Field::Address(a.net)), "first said here")
            .note("answers leave by one of the two links, whichever the question came in by")
            .help(format!("give {} an address of another subnet", second.name))
    })
    .collect()
}

/// No subnet on two links.
pub(super) fn subnets_apart(case: &Case<'_>) -> Vec<Diagnostic> {
    let overlaps = |a: &Address, b: &Address| {
        let (a, b) = (a.net.trunc(), b.net.trunc());
        a.contains(&b) || b.contains(&a)
    };
    let found = pairs(case).into_iter().filter(|[(_, a), (_, b)]| a.net.addr() != b.net.addr() && overlaps(a, b));
    found
        .map(|[(first, a), (second, b)]| {
            let nets = (a.net.trunc(), b.net.trunc());
            let title = match nets.0 == nets.1 {
                true => format!("{} is on both {} and {}", nets.0, first.name, second.name),
                false => format!("{} on {} overlaps {} on {}", nets.1, second.name, nets.0, first.name),
            };
            let at = case.place(&second.name, Field::Address(b.net));
            Diagnostic::new(codes::OVERLAP, Severity::Warning, title, at)
                .also(case.place(&first.name, Field::Address(a.net)), "the other")
                .note("the kernel sends to such a subnet by one of the two links, and the other stays silent")
                .help("put both addresses on one link, or give one of them another subnet")
        })
        .collect()
}
