//! The slaves of a bond are as fast as each other, where that matters.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{Bond, BondMode, IfName, Link};

/// LACP bundles links of one speed and full duplex (`__get_link_speed`, `ad_port_selection_logic`); the modes that
/// spread traffic without looking at the speed are as slow as the slowest.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| speeds(case, link, bond).or_else(|| duplex(case, link, bond))).collect()
}

/// The slaves that have a link now, with what the host knows of it.
fn linked<'a>(case: &Case<'a>, bond: &'a Bond) -> impl Iterator<Item = (&'a IfName, &'a crate::link::Facts)> {
    let host = case.observed;
    let links = bond.slaves.iter().filter_map(move |slave| host?.link(slave));
    let facts = links.filter_map(|link| Some((&link.name, link.facts.as_deref()?)));
    facts.filter(|(_, facts)| facts.carrier != Some(false))
}

fn speeds(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let note = match bond.mode() {
        BondMode::Lacp => "LACP bundles links of one speed: the others stand idle",
        BondMode::BalanceRr | BondMode::BalanceXor | BondMode::Broadcast => "the slowest link holds the others up",
        // These use one link, or weigh them by their speed.
        BondMode::ActiveBackup | BondMode::BalanceTlb | BondMode::BalanceAlb => return None,
    };
    let known: Vec<_> = linked(case, bond).filter_map(|(slave, facts)| Some((facts.speed?, slave))).collect();
    let (slow, slowest) = known.iter().min()?;
    let (fast, fastest) = known.iter().max()?;
    if slow == fast {
        return None;
    }
    let title = format!("the slaves of {} differ: {slowest} has {slow} Mbit/s and {fastest} {fast}", link.name);
    let at = case.membership(&link.name, slowest);
    Some(
        Diagnostic::new(codes::SLAVE_SPEEDS, Severity::Warning, title, at).note(note).help(
            "bundle links of one speed; a link below its NIC's speed has a bad cable or a fixed speed at the switch",
        ),
    )
}

fn duplex(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let half = |(_, facts): &(&IfName, &crate::link::Facts)| facts.full_duplex == Some(false);
    let (slave, _) = linked(case, bond).find(half).filter(|_| bond.mode() == BondMode::Lacp)?;
    let title = format!("{slave} is at half duplex, and LACP leaves it out");
    let at = case.membership(&link.name, slave);
    Some(
        Diagnostic::new(codes::SLAVE_SPEEDS, Severity::Warning, title, at)
            .note("only full-duplex links are aggregated (IEEE 802.1AX)")
            .help("let both ends negotiate: a speed that is fixed at one end only leads to half duplex"),
    )
}
