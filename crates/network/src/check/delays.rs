//! The delays count in ticks of miimon.

use interfaces::{Diagnostic, Severity, TextEdit};

use super::case::number;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, Link, Opt};

/// The delays need miimon (`bond_option_updelay_set`: EPERM) and are rounded down to a multiple of it.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let delays = [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY];
    let bonds = case.bonds();
    bonds.flat_map(|(link, bond)| delays.map(|delay| report(case, link, bond, delay))).flatten().collect()
}

fn report(case: &Case<'_>, link: &Link, bond: &Bond, delay: Opt) -> Option<Diagnostic> {
    let said = bond.options.number(delay).filter(|said| *said > 0)?;
    let (at, key, miimon) = (case.option(&link.name, delay), delay.key(), number(bond, bond::MIIMON));
    if miimon == 0 && case.is_said(&link.name, bond::MIIMON) && bond.options.get(bond::MIIMON).is_none() {
        // A miimon that can't be read has been said already.
        return None;
    }
    if miimon == 0 {
        let title = format!("`{key}` needs `{}`", bond::MIIMON.key());
        return Some(
            Diagnostic::new(codes::DELAY_WITHOUT_MIIMON, Severity::Error, title, at)
                .note("the driver counts the delay in looks at the link, and refuses it when it never looks")
                .help(format!("add `{} 100` to {}, or delete this line", bond::MIIMON.key(), link.name)),
        );
    }
    let rounded = said / miimon * miimon;
    if rounded == said {
        return None;
    }
    let title = format!("`{key} {said}` counts as {rounded}: it is rounded down to a multiple of miimon, {miimon}");
    let help = match rounded {
        0 => format!("write `{key} {miimon}`, or delete the line"),
        _ => format!("write `{key} {rounded}` or `{key} {}`", rounded + miimon),
    };
    let diagnostic = Diagnostic::new(codes::DELAY_ROUNDED, Severity::Note, title, at).help(help);
    // What the driver does anyway; a delay that it takes for none was meant otherwise.
    let edits = vec![TextEdit::replace(at, rounded.to_string())];
    Some(if rounded == 0 { diagnostic } else { diagnostic.fix(format!("write `{key} {rounded}`"), edits) })
}
