//! The IP addresses and gateways of a section, and which of its addresses the file decides.

use std::net::{IpAddr, Ipv4Addr};

use interfaces::{Diagnostic, Setting, Severity, TextEdit, Word};
use ipnet::IpNet;

use super::file::{Section, Stanza, said_twice};
use super::methods;
use super::options::with_comment;
use super::resolved::Draft;
use crate::check::codes;
use crate::link::Addressing;
use crate::option::ip;
use crate::{Address, Field, Given, Kind, Link, Property, Route, Value};

/// Reads addresses, gateways and methods into the link.
pub(super) fn read(section: &Section<'_>, link: &mut Link, draft: &mut Draft) {
    for stanza in section.stanzas() {
        addresses(stanza, link, draft);
    }
    gateways(section, draft);
    link.addressing = addressing(section, link, draft);
}

/// The addresses of a stanza. As in ifupdown2, the second `netmask`, `broadcast` or `pointopoint` goes with the second `address`.
fn addresses(stanza: &Stanza<'_>, link: &mut Link, draft: &mut Draft) {
    let lines = |key: &str| -> Vec<&Setting> { stanza.lines.find(key).collect() };
    let (netmasks, broadcasts) = (lines("netmask"), lines("broadcast"));
    let (scopes, lifetimes) = (lines("scope"), lines("preferred-lifetime"));
    // A tunnel says `dstaddr` for it.
    let peers = [lines("pointopoint"), lines("dstaddr")].concat();
    let lines = lines("address");
    let count = lines.len();
    for (n, setting) in lines.into_iter().enumerate() {
        let word = &setting.value;
        let Some(net) = network(word, netmasks.get(n).map(|netmask| &netmask.value), draft) else { continue };
        let mut address = Address::new(net);
        address.broadcast = broadcasts.get(n).and_then(|broadcast| self::broadcast(&broadcast.value, net, draft));
        address.peer = peers.get(n).and_then(|peer| ip(&peer.value, draft));
        address.scope = scopes.get(n).and_then(|scope| self::scope(&scope.value, draft));
        address.preferred = lifetimes.get(n).and_then(|lifetime| preferred(&lifetime.value, draft));
        let said = || draft.origins.said(&Property::new(&link.name, Field::Address(net))).is_some();
        // Asked first: an address that is among thousands is found at once, or is not there.
        if said() && link.addresses.iter().any(|other| other.is_same(&address)) {
            let alone = netmasks.is_empty() && broadcasts.is_empty() && peers.is_empty();
            let again = address_again(word, net);
            // Lines that go with it by their number would go with another address.
            let delete = || again.clone().fix("delete the second line", vec![TextEdit::delete(setting.span)]);
            draft.diagnostics.push(if alone { delete() } else { again });
            continue;
        }
        draft.origins.note(&link.name, Field::Address(net), word.span);
        link.addresses.push(address);
    }
    for extra in [netmasks, broadcasts, peers, scopes, lifetimes].iter().filter_map(|lines| lines.get(count)) {
        draft.diagnostics.push(without_address(&extra.key));
    }
    let is_static = stanza.method.filter(|method| method.text == "static" && methods::has_addresses(stanza));
    if let (0, Some(method)) = (count, is_static) {
        let title = format!("{} is `static` and has no address", link.name);
        let diagnostic = Diagnostic::new(codes::METHOD, Severity::Warning, title, method.span)
            .help("add an `address` line such as `address 192.168.1.10/24`, or write `manual`");
        draft.diagnostics.push(diagnostic);
    }
}

/// `RT_SCOPE_*` by its name or number.
fn scope(word: &Word, draft: &mut Draft) -> Option<u8> {
    const NAMES: [(&str, u8); 6] =
        [("global", 0), ("universe", 0), ("site", 200), ("link", 253), ("host", 254), ("nowhere", 255)];
    let named = NAMES.iter().find(|(name, _)| *name == word.text).map(|(_, scope)| *scope);
    let scope = named.or_else(|| word.text.parse().ok());
    if scope.is_none() {
        let title = format!("`{}` is no scope: global, site, link, host or a number from 0 to 255", word.text);
        draft.diagnostics.push(with_comment(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span), word));
    }
    scope
}

/// For how many seconds an address is preferred; `None` for ever.
fn preferred(word: &Word, draft: &mut Draft) -> Option<u32> {
    if ["forever", "infinite"].contains(&word.text.as_str()) {
        return None;
    }
    let seconds = word.text.parse().ok().filter(|seconds| *seconds != u32::MAX);
    if seconds.is_none() {
        let title = format!("`{}` is no lifetime: `forever` or a number of seconds", word.text);
        draft.diagnostics.push(with_comment(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span), word));
    }
    seconds
}

fn address_again(word: &Word, net: IpNet) -> Diagnostic {
    Diagnostic::new(codes::SAID_TWICE, Severity::Warning, format!("{net} is said twice"), word.span)
        .help("delete one of the two lines")
}

fn without_address(key: &Word) -> Diagnostic {
    let title = format!("`{}` goes with no address", key.text);
    Diagnostic::new(codes::MISPLACED, Severity::Warning, title, key.span)
        .note("the first one goes with the first `address` line of its stanza, the second with the second")
        .help("add the `address` line that it belongs to, or delete it")
}

/// An address with its prefix length, from itself or from its netmask.
fn network(word: &Word, netmask: Option<&Word>, draft: &mut Draft) -> Option<IpNet> {
    let own = word.text.split_once('/');
    let (address, prefix) = match own {
        Some((address, prefix)) => (address, Some((prefix, word))),
        None => (word.text.as_str(), netmask.map(|netmask| (netmask.text.as_str(), netmask))),
    };
    let Ok(address) = address.parse::<IpAddr>() else {
        draft.diagnostics.push(bad_address(word));
        return None;
    };
    let full = if address.is_ipv4() { 32 } else { 128 };
    let Some((text, at)) = prefix else {
        draft.diagnostics.push(no_prefix(word, full));
        return IpNet::new(address, full).ok();
    };
    let length = prefix_length(text, address);
    if let (Some(_), Some(netmask)) = (own, netmask.filter(|mask| prefix_length(&mask.text, address) != length)) {
        draft.diagnostics.push(said_twice("netmask", word.span, netmask.span));
    }
    let net = length.and_then(|length| IpNet::new(address, length).ok());
    if net.is_none() {
        let title = format!("`{text}` is no prefix length from 0 to {full}, and no netmask");
        let diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, title, at.span);
        draft.diagnostics.push(with_comment(diagnostic, at));
    }
    net
}

/// The length that a text says, as a number or as a netmask of the address's family.
fn prefix_length(text: &str, address: IpAddr) -> Option<u8> {
    text.parse::<u8>().ok().or_else(|| {
        let mask = text.parse::<IpAddr>().ok().filter(|mask| mask.is_ipv4() == address.is_ipv4())?;
        ipnet::ip_mask_to_prefix(mask).ok()
    })
}

fn bad_address(word: &Word) -> Diagnostic {
    let title = format!("`{}` is no IP address", word.text);
    let diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, title, word.span);
    let help = "write one address on each line, such as `192.168.1.10/24` or `2001:db8::10/64`";
    with_comment(diagnostic.help(help), word)
}

fn no_prefix(word: &Word, full: u8) -> Diagnostic {
    let title = format!("{} has no prefix length: it is taken as /{full}, alone on its network", word.text);
    Diagnostic::new(codes::NO_PREFIX, Severity::Warning, title, word.span)
        .note("ifupdown2 takes it so too; no neighbour can be reached by such an address")
        .help(format!("add the length, as in `{}/{}`", word.text, if full == 32 { 24 } else { 64 }))
}

fn ip(word: &Word, draft: &mut Draft) -> Option<IpAddr> {
    let text = word.text.split_once('/').map_or(word.text.as_str(), |(address, _)| address);
    let ip = text.parse().ok();
    if ip.is_none() {
        draft.diagnostics.push(bad_address(word));
    }
    ip
}

/// A broadcast address; `+` sets the host bits, as in ifupdown.
fn broadcast(word: &Word, net: IpNet, draft: &mut Draft) -> Option<Ipv4Addr> {
    let broadcast = match (word.text.as_str(), net) {
        ("+", IpNet::V4(net)) => Some(net.broadcast()),
        (text, IpNet::V4(_)) => text.parse().ok(),
        (_, IpNet::V6(_)) => None,
    };
    if broadcast.is_none() {
        let title = format!("`{}` is no broadcast address of {net}", word.text);
        draft.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
    }
    broadcast
}

fn gateways(section: &Section<'_>, draft: &mut Draft) {
    let metric = section.only(&["metric"], &mut draft.diagnostics).and_then(|setting| metric(&setting.value, draft));
    for setting in section.find(&["gateway"]) {
        let word = &setting.value;
        match word.text.parse::<IpAddr>() {
            Ok(gateway) if !gateway.is_unspecified() && !gateway.is_multicast() => {
                add_gateway(Route::default_via(gateway, section.name.clone(), metric), word, draft);
            }
            _ => {
                let title = format!("`{}` is no gateway's address", word.text);
                let diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, title, word.span)
                    .help("write one address without a prefix length, such as `gateway 192.168.1.1`");
                draft.diagnostics.push(diagnostic);
            }
        }
    }
}

/// Adds a default route, unless the link has one of that family, as `syntax_check_multiple_gateway` of ifupdown2 demands.
fn add_gateway(route: Route, word: &Word, draft: &mut Draft) {
    let field = Field::Route(route.destination);
    let first = draft.origins.said(&Property::new(&route.link, field));
    let same = |r: &&Route| r.link == route.link && r.destination == route.destination;
    match first.and_then(|_| draft.wanted.routes.iter().find(same)) {
        Some(earlier) if earlier.is_same(&route) => {}
        Some(_) => {
            let title = format!("{} has two default gateways", route.link);
            let mut diagnostic = Diagnostic::new(codes::TWO_GATEWAYS, Severity::Error, title, word.span)
                .label("the second")
                .note("the kernel keeps one default route of a metric: each would replace the other")
                .help("delete one of the two `gateway` lines");
            if let Some(first) = first {
                diagnostic = diagnostic.also(first, "the first");
            }
            draft.diagnostics.push(diagnostic);
        }
        None => {
            draft.origins.note(&route.link, field, word.span);
            draft.wanted.routes.push(route);
        }
    }
}

fn metric(word: &Word, draft: &mut Draft) -> Option<u32> {
    let metric = word.text.parse().ok();
    if metric.is_none() {
        let title = format!("`{}` is no metric: a number from 0 to {}", word.text, u32::MAX);
        draft.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
    }
    metric
}

/// Which of a link's addresses the file decides.
fn addressing(section: &Section<'_>, link: &mut Link, draft: &mut Draft) -> Addressing {
    let mut decided = Addressing { v4: true, v6: true };
    if section.stanzas().any(methods::is_auto) {
        // What ifupdown sets for the method, where the stanza says nothing else.
        for (option, number) in [(ip::v6::ACCEPT_RA, 1), (ip::v6::AUTOCONF, 1)] {
            if link.ipv6.get(option).is_none() {
                link.ipv6.set(option, Value::Number(number));
            }
        }
    }
    for stanza in section.stanzas() {
        if let Some((family, method)) = methods::dhcp(stanza) {
            link.dhcp.set(family, true);
            draft.origins.note(&link.name, Field::Dhcp(family), method.span);
        }
        if methods::source(stanza, &link.name, &mut draft.diagnostics) == methods::Source::Others {
            match stanza.family.map(|family| family.text.as_str()) {
                Some("inet6") => decided.v6 = false,
                _ => decided.v4 = false,
            }
        }
    }
    let purge = section.only(&["address-purge"], &mut draft.diagnostics);
    let keeps = purge.is_some_and(|setting| ["no", "off", "0", "false"].contains(&setting.value.text.as_str()));
    // A daemon brings a PPP link's addresses.
    if keeps || matches!(link.kind, Kind::Loopback | Kind::Given(Given::Ppp { .. })) {
        return Addressing::default();
    }
    decided
}
