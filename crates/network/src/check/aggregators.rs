//! LACP runs on the larger group of links.

use std::collections::BTreeMap;

use interfaces::{Diagnostic, Severity};

use super::case::number;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, BondMode, Link};

/// `ad_select stable` keeps the active aggregator while it has a link (`ad_agg_selection_logic`). Said only where the
/// host has a larger one now.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| report(case, link, bond)).collect()
}

fn report(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let host = case.observed?;
    if bond.mode() != BondMode::Lacp || number(bond, bond::AD_SELECT) != 0 {
        return None;
    }
    let running = host.link(&link.name)?.bond()?;
    let active = running.state.as_ref()?.aggregator.as_ref()?.id;
    let mut links: BTreeMap<u16, usize> = BTreeMap::new();
    for slave in running.slaves.iter().filter_map(|slave| host.link(slave)) {
        let lacp = slave.bond_port.as_ref().and_then(|port| port.state.as_ref()).and_then(|state| state.lacp.as_ref());
        if let Some(lacp) = lacp.filter(|_| slave.carrier() != Some(false)) {
            *links.entry(lacp.aggregator).or_default() += 1;
        }
    }
    let used = links.get(&active).copied().unwrap_or(0);
    let most = links.values().copied().max().unwrap_or(0);
    if used == 0 || most <= used {
        return None;
    }
    let title = format!("{} runs on {used} of its links, and a group of {most} stands idle", link.name);
    let at = case.option(&link.name, bond::AD_SELECT);
    Some(
        Diagnostic::new(codes::SMALLER_AGGREGATOR, Severity::Warning, title, at)
            .note("`bond-ad-select stable`, the default, keeps a group of links until its last link is gone")
            .help("write `bond-ad-select bandwidth`, and put all ports into one LAG at the switch"),
    )
}
