//! A bond needs no more links than it has.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, Link};

/// The bond has carrier while the active aggregator has `min_links` links (`bond_3ad_set_carrier`).
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| report(case, link, bond)).collect()
}

fn report(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let needed = usize::try_from(bond.options.number(bond::MIN_LINKS)?).ok()?;
    let has = bond.slaves.len();
    // A bond of none or of one is said by another rule.
    if has < 2 || needed < has {
        return None;
    }
    let (severity, title) = match needed > has {
        true => (Severity::Error, format!("{} needs {needed} links and has {has}: it never has carrier", link.name)),
        false => (Severity::Note, format!("{} needs all of its links: when one fails, so does the bond", link.name)),
    };
    let at = case.option(&link.name, bond::MIN_LINKS);
    Some(
        Diagnostic::new(codes::MIN_LINKS, severity, title, at)
            .note("0, the default, keeps carrier while one link works")
            .help(format!("write `{} {}` at most, so that one link may fail", bond::MIN_LINKS.key(), has - 1)),
    )
}
