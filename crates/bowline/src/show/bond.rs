//! A bond with its slaves: who carries the traffic, and what LACP says at both ends.

use network::bond::{BondPortState, MiiStatus};
use network::lacp::{Churn, LacpEnd, PortLacp, PortState};
use network::{Bond, BondMode, Link, Value, option};

use super::text::Text;
use crate::Look;
use crate::io::{BAD, FAINT, GOOD, WARN};

/// The mode with what matters in it: `802.3ad, layer2+3, 2 slaves`.
#[must_use]
pub fn what(bond: &Bond) -> String {
    let mut out = bond.mode().name().to_owned();
    let hash = option::bond::XMIT_HASH_POLICY;
    if matches!(bond.mode(), BondMode::BalanceXor | BondMode::Lacp)
        && let Some(policy) = bond.options.get(hash)
    {
        out = format!("{out}, {}", hash.show(policy));
    }
    let count = bond.slaves.len();
    format!("{out}, {count} {}", if count == 1 { "slave" } else { "slaves" })
}

/// What is said beneath an 802.3ad bond: the aggregator, its partner, and how often LACPDUs are asked for.
#[must_use]
pub fn lacp_notes(bond: &Bond, slaves: &[&Link]) -> Vec<Text> {
    let mut out = Vec::new();
    if bond.mode() != BondMode::Lacp {
        return out;
    }
    match bond.state.as_ref().and_then(|state| state.aggregator) {
        None => out.push(label("LACP").and(WARN, "no active aggregator")),
        Some(aggregator) => {
            let text = label("LACP").then(format!(
                "aggregator {} with {} port{}, our key {}, ",
                aggregator.id,
                aggregator.ports,
                if aggregator.ports == 1 { "" } else { "s" },
                aggregator.actor_key
            ));
            out.push(if aggregator.partner_mac.is_zero() {
                text.and(WARN, "no partner")
            } else {
                text.then(format!("partner {} with key {}", aggregator.partner_mac, aggregator.partner_key))
            });
        }
    }
    let spoken = slaves.iter().filter_map(|slave| lacp(slave)).find(|lacp| !is_alone(lacp));
    if let Some(lacp) = spoken {
        let rate = |state: PortState| if state.has(PortState::SHORT_TIMEOUT) { "every second" } else { "every 30 s" };
        out.push(label("rate").then(format!(
            "the partner is to send {}, we are to send {}",
            rate(lacp.actor_state),
            rate(lacp.partner_state)
        )));
    }
    out
}

/// A slave as a line: its part in the bond, speed, driver, failures.
#[must_use]
pub fn slave_cells(bond: &Bond, link: &Link, look: Look) -> Vec<Text> {
    let facts = link.facts.clone().unwrap_or_default();
    let failures = match port(link).map_or(0, |state| state.failures) {
        0 => String::new(),
        1 => "1 link failure".to_owned(),
        failures => format!("{failures} link failures"),
    };
    vec![
        super::link::name(link),
        part(bond, link, look),
        Text::plain(super::link::speed(&facts)),
        Text::styled(FAINT, facts.driver.unwrap_or_default()),
        Text::plain(failures),
    ]
}

/// What a slave does for its bond now.
fn part(bond: &Bond, link: &Link, look: Look) -> Text {
    let [works, waits, fails] = [look.either("● ", "* "), look.either("○ ", "o "), look.either("✗ ", "x ")];
    let active = bond.state.as_ref().and_then(|state| state.active_slave.as_ref()) == Some(&link.name);
    let (style, mark, words) = match (port(link).map(|state| state.mii), bond.mode()) {
        (Some(MiiStatus::Down), _) if link.up == Some(false) => (BAD, fails, "administratively down"),
        (Some(MiiStatus::Down), _) => (BAD, fails, "down, no link"),
        (Some(MiiStatus::GoingDown), _) => (WARN, fails, "lost its link, downdelay runs"),
        (Some(MiiStatus::GoingBack), _) => (WARN, waits, "link is back, updelay runs"),
        (_, BondMode::ActiveBackup) if !active => (FAINT, waits, "standby"),
        (_, BondMode::BalanceTlb) if !active => (GOOD, works, "sends only"),
        (_, BondMode::ActiveBackup | BondMode::BalanceTlb | BondMode::BalanceAlb) if active => (GOOD, works, "active"),
        (_, BondMode::Lacp) => lacp_part(bond, link, works, waits),
        _ => (GOOD, works, "carries traffic"),
    };
    let primary = bond.options.get(option::bond::PRIMARY) == Some(&Value::Link(Some(link.name.clone())));
    Text::styled(style, mark).and(style, words).then(if primary { ", primary" } else { "" })
}

fn lacp_part(
    bond: &Bond,
    link: &Link,
    works: &'static str,
    waits: &'static str,
) -> (anstyle::Style, &'static str, &'static str) {
    let id = bond.state.as_ref().and_then(|state| state.aggregator).map(|aggregator| aggregator.id);
    let Some(lacp) = lacp(link) else { return (WARN, waits, "LACP unknown") };
    let may = port(link).is_some_and(|state| state.active);
    match (id == Some(lacp.aggregator), lacp.actor_state.carries_traffic()) {
        (true, true) => (GOOD, works, "carries traffic"),
        (true, false) if may && is_alone(lacp) => (WARN, works, "carries traffic, without LACP"),
        (true, false) => (WARN, waits, "negotiating"),
        (false, _) => (WARN, waits, "left out"),
    }
}

/// Both ends of a slave's link, in words.
#[must_use]
pub fn slave_notes(bond: &Bond, link: &Link) -> Vec<Text> {
    let Some(lacp) = lacp(link).filter(|_| bond.mode() == BondMode::Lacp) else { return Vec::new() };
    let end = |end: LacpEnd| label("").and(FAINT, format!("system {}, key {}, port {}", end.system, end.key, end.port));
    let mut out = Vec::new();
    if port(link).is_some_and(|state| state.mii == MiiStatus::Down) {
        // The driver runs no LACP without a link, and forgets nothing.
        out.push(label("LACP").and(FAINT, "has no link to run on; this is how it was:"));
    }
    out.push(label("actor").then(lacp.actor_state.to_string()));
    out.extend(lacp.actor.map(end));
    if is_alone(lacp) && lacp.actor_state.has(PortState::EXPIRED) {
        out.push(label("partner").and(WARN, "none heard yet"));
    } else if is_alone(lacp) {
        out.push(label("partner").and(WARN, "none heard: LACP isn't configured at its port of the switch"));
    } else {
        out.push(label("partner").then(lacp.partner_state.to_string()));
        out.extend(lacp.partner.map(end));
    }
    for (churn, who) in [(lacp.actor_churn, "actor"), (lacp.partner_churn, "partner")] {
        if churn == Some(Churn::Churned) {
            out.push(label("churn").and(WARN, format!("the {who} has been out of sync for over 60 s")));
        }
    }
    out
}

/// Nobody was ever heard at the other end.
fn is_alone(lacp: &PortLacp) -> bool {
    lacp.actor_state.has(PortState::DEFAULTED) || lacp.partner.is_some_and(|end| end.system.is_zero())
}

fn port(link: &Link) -> Option<&BondPortState> {
    link.bond_port.as_ref()?.state.as_deref()
}

fn lacp(link: &Link) -> Option<&PortLacp> {
    port(link)?.lacp.as_ref()
}

fn label(label: &str) -> Text {
    Text::label(label, 9)
}
