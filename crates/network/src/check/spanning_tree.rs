//! A bridge that takes part in the spanning tree makes its ports wait.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::option::bridge;
use crate::{Bridge, Link, Value};

/// The least forward delay while the tree runs, in hundredths of a second (`BR_MIN_FORWARD_DELAY`).
const LEAST: i64 = 200;

/// With STP on, a port listens and learns for the forward delay each before it forwards. A smaller delay than 2 s is
/// raised when the tree starts (`br_stp_start`) and refused while it runs (`br_set_forward_delay`). With STP off the
/// delay does nothing (`br_make_forwarding`).
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bridges().filter_map(|(link, bridge)| report(case, link, bridge)).collect()
}

fn report(case: &Case<'_>, link: &Link, bridge: &Bridge) -> Option<Diagnostic> {
    let stp = bridge.options.number(bridge::STP_STATE).is_some_and(|on| on != 0);
    let default = bridge::FORWARD_DELAY.default_in(crate::BondMode::BalanceRr);
    let delay = bridge.options.get(bridge::FORWARD_DELAY).cloned().or(default);
    let Some(Value::Number(hundredths)) = delay.filter(|_| stp) else { return None };
    let seconds = |hundredths| bridge::FORWARD_DELAY.show(&Value::Number(hundredths));
    let wait = seconds(2 * hundredths.max(LEAST));
    let title = format!("a port of {} carries nothing for {wait} s after its link comes up", link.name);
    let (severity, at) = match hundredths < LEAST {
        true => (Severity::Warning, bridge::FORWARD_DELAY),
        false => (Severity::Note, bridge::STP_STATE),
    };
    let diagnostic = Diagnostic::new(codes::FORWARD_DELAY, severity, title, case.option(&link.name, at))
        .note("with the spanning tree on, a port listens and then learns for the forward delay each");
    Some(match hundredths < LEAST {
        true => diagnostic
            .note(format!(
                "the kernel makes {} s of {} s when the tree starts, and refuses less while it runs",
                seconds(LEAST),
                seconds(hundredths)
            ))
            .help("where no second path can make a loop, write `bridge-stp off`; else `bridge-fd 2` or more"),
        false => diagnostic.help("where no second path can make a loop, write `bridge-stp off`"),
    })
}
