//! The mode of a bond is said, and its options mean something in it.

use interfaces::{Diagnostic, Severity};

use super::case::{needs_miimon, number};
use super::{Case, codes, fix};
use crate::option::bond;
use crate::resolve::Unused;
use crate::{BondMode, Link, Scope};

/// A bond whose mode nobody chose is balance-rr, which few switches are set up for.
pub(super) fn mode_is_said(case: &Case<'_>) -> Vec<Diagnostic> {
    let unsaid = case.bonds().filter(|(link, _)| !case.is_said(&link.name, bond::MODE));
    unsaid
        .map(|(link, _)| {
            let title = format!("{} says no mode, and so is {}", link.name, BondMode::BalanceRr);
            Diagnostic::new(codes::NO_MODE, Severity::Warning, title, case.name(&link.name))
                .note("balance-rr sends by turns: the switch needs a static LAG, and connections see reordering")
                .help("add `bond-mode active-backup` for any switch, or `bond-mode 802.3ad` where the switch runs LACP")
        })
        .collect()
}

/// An option stands in a mode that has a use for it.
pub(super) fn options_fit_the_mode(case: &Case<'_>) -> Vec<Diagnostic> {
    let unused = case.resolved.unused.iter().map(|one| unused(case, one));
    unused.chain(case.bonds().filter_map(|(link, _)| hash_while_balancing(case, link))).collect()
}

fn unused(case: &Case<'_>, unused: &Unused) -> Diagnostic {
    let (key, mode) = (unused.option.key(), unused.mode);
    let monitor = unused.option == bond::ARP_INTERVAL && unused.value != crate::Value::Number(0);
    if monitor && needs_miimon(mode) {
        let title = format!("the driver refuses the ARP monitor in {mode}");
        return Diagnostic::new(codes::REFUSED, Severity::Error, title, unused.span)
            .note(format!("`{key}` works in {}", unused.option.modes))
            .help("watch the links with `bond-miimon 100` instead");
    }
    let title = format!("`{key}` does nothing in {mode}");
    let diagnostic = Diagnostic::new(codes::IGNORED, Severity::Warning, title, unused.span)
        .note(format!("it works in {}", unused.option.modes));
    let diagnostic = match fix::delete_line(case, unused.span) {
        Some(edit) => diagnostic.fix("delete the line", vec![edit]),
        None => diagnostic,
    };
    match unused.option.scope {
        Scope::Bond => diagnostic.help("delete the line, or change `bond-mode`"),
        _ => diagnostic.help("delete the line, or change the bond's `bond-mode`"),
    }
}

/// balance-tlb and balance-alb move flows by load unless told to hash (`bond_tlb_xmit`, `bond_alb_xmit`).
fn hash_while_balancing(case: &Case<'_>, link: &Link) -> Option<Diagnostic> {
    let bond = link.bond()?;
    let balances = bond::TLB_DYNAMIC_LB.modes.contains(bond.mode()) && number(bond, bond::TLB_DYNAMIC_LB) != 0;
    if bond.options.get(bond::XMIT_HASH_POLICY).is_none() || !balances {
        return None;
    }
    let title = format!("`{}` does nothing in {} while flows move by load", bond::XMIT_HASH_POLICY.key(), bond.mode());
    let at = case.option(&link.name, bond::XMIT_HASH_POLICY);
    Some(
        Diagnostic::new(codes::IGNORED, Severity::Warning, title, at)
            .help(format!("delete the line, or add `{} off` to hash", bond::TLB_DYNAMIC_LB.key())),
    )
}
