//! A bond that is a bridge's port works in a mode that goes with bridging.

use interfaces::{Diagnostic, Severity};

use super::case::number;
use super::stack::Uppers;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, BondMode, Link};

/// The bonds that are ports, with the bridges that they are ports of.
fn bridged<'a>(case: &Case<'a>) -> impl Iterator<Item = (&'a Link, &'a Bond, &'a Link)> {
    let wanted = case.wanted();
    let bonds = case.bonds().filter_map(move |(link, bond)| Some((link, bond, wanted.link(link.master.as_ref()?)?)));
    bonds.filter(|(_, bond, master)| master.bridge().is_some() && bond.slaves.len() > 1)
}

/// Guests' packets do not take all links by turns. A bond that says no mode is told so by another rule.
pub(super) fn not_by_turns(case: &Case<'_>) -> Vec<Diagnostic> {
    let chosen =
        |link: &Link, bond: &Bond| bond.options.get(bond::MODE).is_some() && case.is_said(&link.name, bond::MODE);
    bridged(case)
        .filter(|(link, bond, _)| bond.mode() == BondMode::BalanceRr && chosen(link, bond))
        .map(|(link, _, bridge)| {
            let title = format!("what {} sends takes the links of {} by turns", bridge.name, link.name);
            let at = case.option(&link.name, bond::MODE);
            Diagnostic::new(codes::BALANCE_RR_BRIDGED, Severity::Warning, title, at)
                .also(case.membership(&bridge.name, &link.name), "the bridge on it")
                .note("packets arrive out of order; and without a static LAG at the switch, MAC addresses flap there")
                .help("write `bond-mode 802.3ad` where the switch runs LACP, else `bond-mode active-backup`")
        })
        .collect()
}

/// Nobody rewrites the guests' addresses (`bond_do_alb_xmit`).
pub(super) fn no_rewriting(case: &Case<'_>) -> Vec<Diagnostic> {
    bridged(case)
        .filter(|(_, bond, _)| matches!(bond.mode(), BondMode::BalanceTlb | BondMode::BalanceAlb))
        .map(|(link, bond, bridge)| {
            let title = format!("{} puts its slaves' MAC addresses on what {} sends", bond.mode(), bridge.name);
            let at = case.option(&link.name, bond::MODE);
            Diagnostic::new(codes::LOAD_BALANCE_BRIDGED, Severity::Warning, title, at)
                .also(case.membership(&bridge.name, &link.name), "the bridge on it")
                .note("a guest's frames leave with another address than the guest's, unless by the active slave")
                .help("write `bond-mode 802.3ad` where the switch runs LACP, else `bond-mode active-backup`")
        })
        .collect()
}

/// The bridge keeps its address at a failover (`br_stp_recalculate_bridge_id`), if it is one that others know.
pub(super) fn the_bridge_keeps_its_mac(case: &Case<'_>) -> Vec<Diagnostic> {
    let moving: Vec<_> = bridged(case)
        .filter(|(_, bond, bridge)| number(bond, bond::FAIL_OVER_MAC) == 1 && bridge.mac.is_none())
        .collect();
    if moving.is_empty() {
        return Vec::new();
    }
    let uppers = Uppers::of(case);
    let is_known = |bridge: &Link| {
        let above = uppers.all(&bridge.name);
        above.iter().copied().chain([bridge]).any(|link| !link.addresses.is_empty())
    };
    moving
        .into_iter()
        .filter(|(_, _, bridge)| is_known(bridge))
        .map(|(link, _, bridge)| {
            let title = format!("the MAC address of {} changes with the active slave of {}", bridge.name, link.name);
            let at = case.option(&link.name, bond::FAIL_OVER_MAC);
            Diagnostic::new(codes::BRIDGE_MAC_MOVES, Severity::Note, title, at)
                .also(case.name(&bridge.name), "its MAC address is not pinned")
                .note("nobody tells the neighbours of it: the bridge does not pass the bond's announcement on")
                .help(format!("give {} a `hwaddress` line", bridge.name))
        })
        .collect()
}
