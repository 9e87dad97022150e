//! Links side by side have addresses of their own.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Severity};

use super::stack::stands_on;
use super::{Case, codes};
use crate::{Bond, Field, IfName, Kind, Link, Mac, Network};

/// No two NICs or bonds are given one address. What stands on each other shares it by design, and so do bridges on the
/// VLANs of one bond.
pub(super) fn said_once(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut pinned: Vec<(Mac, &Link)> = case.links().filter_map(|link| Some((link.mac?, link))).collect();
    pinned.retain(|(_, link)| matches!(link.kind, Kind::Nic | Kind::Bond(_)));
    pinned.sort_by_cached_key(|(_, link)| case.place(&link.name, Field::Mac));
    let mut firsts: BTreeMap<Mac, &Link> = BTreeMap::new();
    let mut found = Vec::new();
    for (mac, second) in pinned {
        let first = *firsts.entry(mac).or_insert(second);
        if first.name != second.name && !are_one(first, second) {
            let title = format!("{} and {} both have the MAC address {mac}", first.name, second.name);
            let at = case.place(&second.name, Field::Mac);
            found.push(twice(
                Diagnostic::new(codes::MAC_TWICE, Severity::Warning, title, at)
                    .also(case.place(&first.name, Field::Mac), "the first"),
            ));
        }
    }
    found
}

/// No link is given the address of a NIC that is used beside it.
pub(super) fn not_anothers(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(host) = case.observed else { return Vec::new() };
    let nics = case.links().filter(|link| link.kind == Kind::Nic && link.mac.is_none());
    let own = |nic: &Link| host.link(&nic.name)?.facts.as_ref()?.permanent_mac.filter(|mac| !mac.is_zero());
    let burnt: BTreeMap<Mac, &Link> = nics.filter_map(|nic| Some((own(nic)?, nic))).collect();
    let pinned = case.links().filter(|link| matches!(link.kind, Kind::Nic | Kind::Bond(_)));
    pinned
        .filter_map(|link| {
            let mac = link.mac?;
            let nic = burnt.get(&mac).filter(|nic| nic.name != link.name && !are_one(nic, link))?;
            let title = format!("{} is given {mac}, which is the MAC address of {}", link.name, nic.name);
            let at = case.place(&link.name, Field::Mac);
            Some(twice(Diagnostic::new(codes::MAC_TWICE, Severity::Warning, title, at)))
        })
        .collect()
}

fn twice(diagnostic: Diagnostic) -> Diagnostic {
    diagnostic
        .note("where both are on one network, the switch sends the frames of both to whichever spoke last")
        .help("delete the `hwaddress` line, or change it")
}

/// A bond that runs has the MAC address of a slave (`bond_enslave`), or the one that the file gives it: any other came from
/// a NIC that is gone, or from udev, and the next boot may bring another. Said only where every slave's own is known.
pub(super) fn of_a_slave(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(host) = case.observed else { return Vec::new() };
    let unpinned = case.bonds().filter(|(link, _)| link.mac.is_none());
    unpinned.filter_map(|(link, bond)| strange_mac(case, host, link, bond)).collect()
}

fn strange_mac(case: &Case<'_>, host: &Network, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let running = host.link(&link.name)?;
    let mac = running.mac.filter(|mac| !mac.is_zero())?;
    let slaves: BTreeSet<&IfName> = bond.slaves.iter().chain(&running.bond()?.slaves).collect();
    let burnt = |slave| host.link(slave)?.facts.as_ref()?.permanent_mac.filter(|mac| !mac.is_zero());
    let known: Vec<Mac> = slaves.iter().map(|slave| burnt(slave)).collect::<Option<_>>()?;
    let given = slaves.iter().any(|slave| case.link(slave).is_some_and(|slave| slave.mac == Some(mac)));
    if known.is_empty() || known.contains(&mac) || given {
        return None;
    }
    let title = format!("{} has the MAC address {mac}, which is none of its slaves'", link.name);
    Some(
        Diagnostic::new(codes::BOND_MAC, Severity::Note, title, case.name(&link.name))
            .note("it is of a NIC that is gone, or udev's (`MACAddressPolicy`); after a boot it may be another")
            .help(format!("to keep it, write `hwaddress {mac}`")),
    )
}

/// A bond and its slave, or two slaves of one bond.
fn are_one(a: &Link, b: &Link) -> bool {
    let together = a.master.is_some() && a.master == b.master;
    together || stands_on(a).contains(&b.name) || stands_on(b).contains(&a.name)
}
