//! What is said of any link: its state, health, speed, addresses.

use network::health::Reason;
use network::link::Facts;
use network::{Health, Kind, Link, Network};

use super::text::Text;
use crate::io::{BAD, FAINT, GOOD, STRONG, WARN};

/// The link's name.
#[must_use]
pub fn name(link: &Link) -> Text {
    Text::styled(STRONG, link.name.as_str())
}

/// `up`, `down` or `no carrier`.
#[must_use]
pub fn state(link: &Link) -> &'static str {
    match (link.up, link.carrier()) {
        (Some(false), _) => "down",
        (_, Some(false)) => "no carrier",
        _ => "up",
    }
}

/// What it is: `NIC`, `bridge`, `bond`, `VLAN 100 on bond0`, or the kernel's word.
#[must_use]
pub fn kind(link: &Link) -> String {
    match &link.kind {
        Kind::Nic => "NIC".to_owned(),
        Kind::Loopback => "loopback".to_owned(),
        Kind::Bond(_) => "bond".to_owned(),
        Kind::Bridge(_) => "bridge".to_owned(),
        Kind::Vlan(vlan) => format!("VLAN {} on {}", vlan.vid, vlan.lower),
        Kind::Given(given) => given.name().to_owned(),
        Kind::Other(kind) => kind.clone(),
    }
}

/// The health in a word.
#[must_use]
pub fn health(health: &Health) -> Text {
    let style = match health {
        Health::Healthy => GOOD,
        Health::Degraded(_) => WARN,
        Health::Down(_) => BAD,
    };
    Text::styled(style, health.to_string())
}

/// A line for each reason that its state does not say already.
#[must_use]
pub fn reasons(link: &Link, health: &Health) -> Vec<Text> {
    let style = if matches!(health, Health::Down(_)) { BAD } else { WARN };
    let is_leaf = matches!(link.kind, Kind::Nic | Kind::Given(_) | Kind::Other(_) | Kind::Loopback);
    let said = |reason: &&Reason| match reason {
        Reason::AdministrativelyDown => true,
        Reason::NoCarrier => is_leaf,
        _ => false,
    };
    health.reasons().iter().filter(|r| !said(r)).map(|r| Text::styled(style, format!("! {r}"))).collect()
}

/// `1 Gb/s`, `2.5 Gb/s`, `100 Mb/s half duplex`; empty without carrier, whatever the driver says then.
#[must_use]
pub fn speed(facts: &Facts) -> String {
    let Some(speed) = facts.speed.filter(|_| facts.carrier != Some(false)) else { return String::new() };
    let speed = match (speed / 1000, speed % 1000) {
        (0, _) => format!("{speed} Mb/s"),
        (whole, 0) => format!("{whole} Gb/s"),
        (whole, part) => format!("{whole}.{part:03}").trim_end_matches('0').to_owned() + " Gb/s",
    };
    speed + if facts.full_duplex == Some(false) { " half duplex" } else { "" }
}

/// The addresses that someone gave it, then its gateways.
#[must_use]
pub fn addresses(network: &Network, link: &Link) -> Text {
    let own = link.addresses.iter().filter(|address| !is_link_local(address)).map(|address| {
        let dynamic = if address.dynamic { " (dynamic)" } else { "" };
        format!("{}{dynamic}", address.net)
    });
    let gateways = network.routes.iter().filter(|route| route.is_default() && route.link == link.name);
    let gateways = gateways.filter_map(|route| Some(format!("default via {}", route.gateway?)));
    Text::plain(own.chain(gateways).collect::<Vec<_>>().join(", "))
}

fn is_link_local(address: &network::Address) -> bool {
    matches!(address.net.addr(), std::net::IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// A NIC, or a device of another kind, as a line.
#[must_use]
pub fn cells(network: &Network, link: &Link, judged: &Health) -> Vec<Text> {
    let mut what = format!("{}, {}", kind(link), state(link));
    if let Some(mtu) = link.mtu.filter(|mtu| *mtu != 1500 && link.kind != Kind::Loopback) {
        what += &format!(", MTU {mtu}");
    }
    let facts = link.facts.clone().unwrap_or_default();
    vec![
        name(link),
        Text::plain(what),
        health(judged),
        Text::plain(speed(&facts)),
        Text::styled(FAINT, facts.driver.unwrap_or_default()),
        addresses(network, link),
    ]
}
