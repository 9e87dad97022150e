//! A bond has slaves, and more than one.

use interfaces::{Diagnostic, Iface, Severity};

use super::{Case, codes};
use crate::{Bond, IfName, Link};

/// Keys that say that the bond's other end is shared with another switch, which has the other slaves.
const SHARED: [&str; 4] = ["clag-id", "es-sys-mac", "es-id", "es-df-pref"];

/// A bond has two slaves or more: with one it protects from nothing, with none it has no carrier. On a switch of an MLAG
/// or EVPN pair, one is what is meant.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| report(case, link, bond)).collect()
}

fn report(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    match bond.slaves.as_slice() {
        [] => {
            let title = format!("{} has no slaves, and so no carrier", link.name);
            Some(
                Diagnostic::new(codes::NO_SLAVES, Severity::Warning, title, case.name(&link.name))
                    .help(format!("add `bond-slaves` with the NICs of {}", link.name)),
            )
        }
        [_] if is_shared(case, &link.name) => None,
        [only] => {
            let title = format!("{} has one slave: when {only} fails, so does {}", link.name, link.name);
            Some(
                Diagnostic::new(codes::ONE_SLAVE, Severity::Warning, title, case.membership(&link.name, only))
                    .help("add a second NIC to `bond-slaves`"),
            )
        }
        _ => None,
    }
}

fn is_shared(case: &Case<'_>, bond: &IfName) -> bool {
    let own = |iface: &&Iface| iface.name.text == bond.as_str();
    case.ifaces().filter(own).any(|iface| super::case::has_key(iface, &SHARED))
}
