//! A bridge that takes part in the spanning tree makes its ports wait.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::option::bridge;
use crate::{Bridge, Link, Value};

/// With STP on, a port listens and learns for the forward delay each before it forwards. With STP off the delay does
/// nothing (`br_make_forwarding`).
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bridges().filter_map(|(link, bridge)| report(case, link, bridge)).collect()
}

fn report(case: &Case<'_>, link: &Link, bridge: &Bridge) -> Option<Diagnostic> {
    let stp = bridge.options.number(bridge::STP_STATE).is_some_and(|on| on != 0);
    let default = bridge::FORWARD_DELAY.default_in(crate::BondMode::BalanceRr);
    let delay = bridge.options.get(bridge::FORWARD_DELAY).cloned().or(default);
    let Some(Value::Number(hundredths)) = delay.filter(|_| stp) else { return None };
    if hundredths == 0 {
        return None;
    }
    let wait = bridge::FORWARD_DELAY.show(&Value::Number(hundredths * 2));
    let title = format!("a port of {} carries nothing for {wait} s after its link comes up", link.name);
    Some(
        Diagnostic::new(codes::FORWARD_DELAY, Severity::Note, title, case.option(&link.name, bridge::STP_STATE))
            .note("with the spanning tree on, a port listens and then learns for the forward delay each")
            .help("where no second path can make a loop, write `bridge-stp off`"),
    )
}
