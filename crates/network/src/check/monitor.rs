//! A bond watches its slaves, in one way.

use interfaces::{Diagnostic, Severity, TextEdit};

use super::case::{needs_miimon, number};
use super::{Case, codes, fix};
use crate::option::bond;
use crate::{Bond, Link, Value};

/// Without a monitor nothing ever fails over. In 802.3ad, balance-tlb and balance-alb the driver takes miimon 100 when
/// nothing is said (`bond_option_mode_set`), and 0 only when it is said.
pub(super) fn there_is_one(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| blind(case, link, bond).or_else(|| aimless(case, link, bond))).collect()
}

fn blind(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    // A value that can't be read has been said already.
    let unread = |option| case.is_said(&link.name, option) && bond.options.get(option).is_none();
    if number(bond, bond::MIIMON) != 0 || number(bond, bond::ARP_INTERVAL) != 0 || unread(bond::MIIMON) {
        return None;
    }
    // Refused in this mode, and said so already.
    let refused = case.resolved.unused.iter().any(|u| u.link == link.name && u.option == bond::ARP_INTERVAL);
    if refused && needs_miimon(bond.mode()) && bond.options.get(bond::MIIMON).is_none() {
        return None;
    }
    let title = format!("{} does not watch its links: nothing ever fails over", link.name);
    let diagnostic =
        Diagnostic::new(codes::NO_MONITOR, Severity::Warning, title, case.option(&link.name, bond::MIIMON))
            .note("without a monitor a slave whose cable is pulled stays in use")
            .help(format!("write `{} 100`", bond::MIIMON.key()));
    Some(match monitored(case, link, bond) {
        Some(edit) => diagnostic.fix(format!("add `{} 100`", bond::MIIMON.key()), vec![edit]),
        None => diagnostic,
    })
}

/// The line that is missing, where nobody wrote that there is to be no monitor.
fn monitored(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<TextEdit> {
    if case.is_said(&link.name, bond::MIIMON) || case.is_said(&link.name, bond::ARP_INTERVAL) {
        return None;
    }
    let beside = match case.is_said(&link.name, bond::MODE) {
        true => case.option(&link.name, bond::MODE),
        false => case.membership(&link.name, bond.slaves.first()?),
    };
    fix::add_line(case, &link.name, beside, bond::MIIMON.key(), "100")
}

fn aimless(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let some = |option| match bond.options.get(option) {
        Some(Value::Ipv4s(list)) => !list.is_empty(),
        Some(Value::Ipv6s(list)) => !list.is_empty(),
        _ => false,
    };
    let arp = number(bond, bond::ARP_INTERVAL) != 0;
    if !arp || some(bond::ARP_IP_TARGET) || some(bond::NS_IP6_TARGET) {
        return None;
    }
    let title = format!("the ARP monitor of {} has nobody to ask", link.name);
    Some(
        Diagnostic::new(codes::NO_MONITOR, Severity::Warning, title, case.option(&link.name, bond::ARP_INTERVAL))
            .note("without targets it sends nothing, and only what happens to arrive keeps a slave up")
            .help(format!(
                "add `{}` and an address that always answers, such as the gateway's",
                bond::ARP_IP_TARGET.key()
            )),
    )
}

/// The driver takes one monitor: both in one message are refused (EINVAL), and set apart the later one wins.
pub(super) fn there_are_not_two(case: &Case<'_>) -> Vec<Diagnostic> {
    let said = |bond: &Bond, option| bond.options.number(option).is_some_and(|number| number != 0);
    let both = case.bonds().filter(|(_, bond)| said(bond, bond::MIIMON) && said(bond, bond::ARP_INTERVAL));
    both.map(|(link, _)| {
        let title = format!("{} has both monitors, and the driver runs one", link.name);
        Diagnostic::new(codes::TWO_MONITORS, Severity::Error, title, case.option(&link.name, bond::ARP_INTERVAL))
            .also(case.option(&link.name, bond::MIIMON), "the other")
            .note(
                "miimon watches the cable, which is enough for most; the ARP monitor watches a host beyond the switch",
            )
            .help(format!("keep `{}` and delete the ARP lines, or the other way round", bond::MIIMON.key()))
    })
    .collect()
}

/// `use_carrier 0` asks the PHY by an ioctl that many drivers lack; kernels since 6.18 refuse it.
pub(super) fn carrier_is_used(case: &Case<'_>) -> Vec<Diagnostic> {
    let off = case.bonds().filter(|(_, bond)| bond.options.number(bond::USE_CARRIER) == Some(0));
    off.map(|(link, _)| {
        let title = format!("{} asks the PHY for its links, in place of the driver", link.name);
        let at = case.option(&link.name, bond::USE_CARRIER);
        let diagnostic = Diagnostic::new(codes::USE_CARRIER, Severity::Warning, title, at)
            .note("a driver without that ioctl always looks up, and recent kernels refuse the setting")
            .help("delete the line");
        match fix::delete_line(case, at) {
            Some(edit) => diagnostic.fix("delete the line", vec![edit]),
            None => diagnostic,
        }
    })
    .collect()
}
