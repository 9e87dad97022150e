//! The hash policy spreads the traffic.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Severity};

use super::case::number;
use super::stack::Uppers;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, BondMode, IfName, Link};

/// `layer2` hashes the two MAC addresses (`bond_eth_hash`): what goes through one gateway leaves by one slave. Where a
/// bridge stands on the bond, guests bring more addresses, and nothing is said.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let routed: BTreeSet<&IfName> =
        case.wanted().routes.iter().filter(|route| route.is_default()).map(|route| &route.link).collect();
    let hashing: Vec<_> = case.bonds().filter(|(link, bond)| hashes_macs(case, link, bond)).collect();
    if routed.is_empty() || hashing.is_empty() {
        return Vec::new();
    }
    let uppers = Uppers::of(case);
    let alone = |link: &Link| {
        let above = uppers.all(&link.name);
        let has_gateway = routed.contains(&link.name) || above.iter().any(|upper| routed.contains(&upper.name));
        has_gateway && above.iter().all(|upper| upper.bridge().is_none())
    };
    hashing.into_iter().filter(|(link, _)| alone(link)).map(|(link, _)| report(case, link)).collect()
}

fn hashes_macs(case: &Case<'_>, link: &Link, bond: &Bond) -> bool {
    let unread = case.is_said(&link.name, bond::XMIT_HASH_POLICY) && bond.options.get(bond::XMIT_HASH_POLICY).is_none();
    let hashes = matches!(bond.mode(), BondMode::Lacp | BondMode::BalanceXor);
    hashes && !unread && bond.slaves.len() > 1 && number(bond, bond::XMIT_HASH_POLICY) == 0
}

fn report(case: &Case<'_>, link: &Link) -> Diagnostic {
    let title = format!("all that {} sends to its gateway leaves by one slave", link.name);
    let key = bond::XMIT_HASH_POLICY.key();
    Diagnostic::new(codes::ONE_GATEWAY_HASH, Severity::Note, title, case.option(&link.name, bond::XMIT_HASH_POLICY))
        .note("`layer2`, the default, picks the slave by the MAC addresses, and a gateway has one")
        .help(format!("write `{key} layer3+4`, or `{key} layer2+3` where fragments must not overtake each other"))
}
