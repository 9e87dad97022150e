//! A primary that keeps failing is not taken back at once.

use interfaces::{Diagnostic, Severity};

use super::case::number;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, Link, Value};

/// How many failures since it was enslaved count as often. A switch that is upgraded now and then stays below.
const OFTEN: u32 = 5;

/// With `primary_reselect always` each failure moves the traffic twice (`bond_choose_primary_or_current`). Said only
/// where the host counted failures.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| report(case, link, bond)).collect()
}

fn report(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let Some(Value::Link(Some(primary))) = bond.options.get(bond::PRIMARY) else { return None };
    let slave = case.observed?.link(primary).filter(|slave| slave.master.as_ref() == Some(&link.name))?;
    let failures = slave.bond_port.as_ref()?.state.as_ref()?.failures;
    if failures < OFTEN || number(bond, bond::PRIMARY_RESELECT) != 0 || number(bond, bond::UPDELAY) != 0 {
        return None;
    }
    let title = format!("the primary {primary} has failed {failures} times, and is taken back at once each time");
    let at = case.option(&link.name, bond::PRIMARY);
    Some(
        Diagnostic::new(codes::PRIMARY_FLAPS, Severity::Note, title, at)
            .note("each failure moves the traffic twice; a switch port that has a link before it forwards drops it")
            .help("look after the cable and the switch port, or write `bond-primary-reselect failure`"),
    )
}
