//! A bond has slaves, and more than one.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{Bond, Link};

/// A bond has two slaves or more: with one it protects from nothing, with none it has no carrier.
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
