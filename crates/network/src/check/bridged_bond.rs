//! A bond works in a mode that goes with what stands on it: mostly a bridge.

use interfaces::{Diagnostic, Severity};

use super::case::number;
use super::stack::Uppers;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, BondMode, Link};

/// The bonds that a bridge stands on, with the bridge's port and the bridge: the bond is the port, or a VLAN device on it
/// is. A bond that carries several bridges comes once, with the first.
fn bridged<'a>(case: &Case<'a>, is_meant: impl Fn(&Link, &Bond) -> bool) -> Vec<(&'a Link, &'a Bond, Port<'a>)> {
    let meant: Vec<_> = case.bonds().filter(|(link, bond)| bond.slaves.len() > 1 && is_meant(link, bond)).collect();
    if meant.is_empty() {
        return Vec::new();
    }
    let uppers = Uppers::of(case);
    let to_bridge = |port: &'a Link| Some(Port { bridge: bridge_of(case, port)?, port });
    let by_vlan = |link: &Link| {
        let vlans = uppers.all(&link.name).into_iter().filter(|upper| upper.vlan().is_some());
        vlans.filter_map(to_bridge).min_by_key(|found| case.membership(&found.bridge.name, &found.port.name))
    };
    let port = |link: &'a Link| to_bridge(link).or_else(|| by_vlan(link));
    meant.into_iter().filter_map(|(link, bond)| Some((link, bond, port(link)?))).collect()
}

/// A bridge, and its port that leads to the bond.
struct Port<'a> {
    bridge: &'a Link,
    port: &'a Link,
}

fn bridge_of<'a>(case: &Case<'a>, port: &Link) -> Option<&'a Link> {
    case.link(port.master.as_ref()?).filter(|master| master.bridge().is_some())
}

/// balance-rr that somebody chose. A bond that says no mode is told so by another rule.
fn by_turns(case: &Case<'_>, link: &Link, bond: &Bond) -> bool {
    let chosen = bond.options.get(bond::MODE).is_some() && case.is_said(&link.name, bond::MODE);
    chosen && bond.mode() == BondMode::BalanceRr
}

/// Guests' packets do not take all links by turns.
pub(super) fn not_by_turns(case: &Case<'_>) -> Vec<Diagnostic> {
    bridged(case, |link, bond| by_turns(case, link, bond))
        .into_iter()
        .map(|(link, _, Port { bridge, port })| {
            let title = format!("what {} sends takes the links of {} by turns", bridge.name, link.name);
            let at = case.option(&link.name, bond::MODE);
            Diagnostic::new(codes::BALANCE_RR_BRIDGED, Severity::Warning, title, at)
                .also(case.membership(&bridge.name, &port.name), "the bridge on it")
                .note("packets arrive out of order; and without a static LAG at the switch, MAC addresses flap there")
                .help("write `bond-mode 802.3ad` where the switch runs LACP, else `bond-mode active-backup`")
        })
        .collect()
}

/// The host's own packets arrive in order, unless that is given up on purpose: a note, for it is right between two hosts.
pub(super) fn in_order(case: &Case<'_>) -> Vec<Diagnostic> {
    let bridged = bridged(case, |link, bond| by_turns(case, link, bond));
    let is_bridged = |link: &Link| bridged.iter().any(|(other, ..)| other.name == link.name);
    let alone = case.bonds().filter(|(link, bond)| bond.slaves.len() > 1 && by_turns(case, link, bond));
    alone
        .filter(|(link, _)| !is_bridged(link))
        .map(|(link, _)| {
            let title = format!("the packets of one connection take the links of {} by turns", link.name);
            let at = case.option(&link.name, bond::MODE);
            Diagnostic::new(codes::BALANCE_RR, Severity::Note, title, at)
                .note("they arrive out of order, which TCP takes for loss; a switch needs a static LAG on these ports")
                .help("unless it is meant: `bond-mode 802.3ad` where the switch runs LACP, else `bond-mode active-backup`")
        })
        .collect()
}

/// Nobody rewrites the guests' addresses (`bond_do_alb_xmit`).
pub(super) fn no_rewriting(case: &Case<'_>) -> Vec<Diagnostic> {
    bridged(case, |_, bond| matches!(bond.mode(), BondMode::BalanceTlb | BondMode::BalanceAlb))
        .into_iter()
        .map(|(link, bond, Port { bridge, port })| {
            let title = format!("{} puts its slaves' MAC addresses on what {} sends", bond.mode(), bridge.name);
            let at = case.option(&link.name, bond::MODE);
            Diagnostic::new(codes::LOAD_BALANCE_BRIDGED, Severity::Warning, title, at)
                .also(case.membership(&bridge.name, &port.name), "the bridge on it")
                .note("a guest's frames leave with another address than the guest's, unless by the active slave")
                .help("write `bond-mode 802.3ad` where the switch runs LACP, else `bond-mode active-backup`")
        })
        .collect()
}

/// The bridge keeps its address at a failover (`br_stp_recalculate_bridge_id`), if it is one that others know.
pub(super) fn the_bridge_keeps_its_mac(case: &Case<'_>) -> Vec<Diagnostic> {
    // A VLAN device between the two may have an address of its own.
    let moving: Vec<_> = bridged(case, |_, bond| number(bond, bond::FAIL_OVER_MAC) == 1)
        .into_iter()
        .filter(|(link, _, Port { bridge, port })| port.name == link.name && bridge.mac.is_none())
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
        .filter(|(_, _, port)| is_known(port.bridge))
        .map(|(link, _, Port { bridge, .. })| {
            let title = format!("the MAC address of {} changes with the active slave of {}", bridge.name, link.name);
            let at = case.option(&link.name, bond::FAIL_OVER_MAC);
            Diagnostic::new(codes::BRIDGE_MAC_MOVES, Severity::Note, title, at)
                .also(case.name(&bridge.name), "its MAC address is not pinned")
                .note("nobody tells the neighbours of it: the bridge does not pass the bond's announcement on")
                .help(format!("give {} a `hwaddress` line", bridge.name))
        })
        .collect()
}
