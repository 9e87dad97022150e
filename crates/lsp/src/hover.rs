//! What a word means.

use std::fmt::Write;

use interfaces::Configuration;
use ls_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Uri};
use network::option::{self, Class, Domain, Opt, Unit};
use network::{BondMode, IfName, Kind, Link, Scope};

use crate::cursor;
use crate::occurrence::{self, Role};
use crate::vocabulary;
use crate::workspace::{Analysis, Workspace};

/// What the word at a place means; nothing where there is nothing to say.
pub(crate) fn hover(workspace: &Workspace<'_>, uri: &Uri, position: Position) -> Option<Hover> {
    let (analysis, offset) = workspace.at(uri, position)?;
    let (text, span) = at(&analysis, offset)?;
    let range = workspace.location(&analysis.configuration, span)?.range;
    let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value: text });
    Some(Hover { contents, range: Some(range) })
}

fn at(analysis: &Analysis, offset: usize) -> Option<(String, interfaces::Span)> {
    let all = occurrence::all(&analysis.configuration);
    if let Some(one) = occurrence::at(&all, analysis.file, offset) {
        return Some((interface(analysis, &one.name, &all), one.span));
    }
    let stanza = cursor::stanza(analysis, offset + 1)?;
    if cursor::is_in(&stanza.keyword, offset) {
        let help = vocabulary::word(&stanza.keyword.text)?;
        return Some((format!("**{}**: {help}", stanza.keyword.text), stanza.keyword.span));
    }
    let iface = cursor::iface(analysis, offset + 1)?;
    let heads = [&iface.family, &iface.method].into_iter().flatten();
    if let Some(word) = heads.into_iter().find(|word| cursor::is_in(word, offset)) {
        return Some((format!("**{}**: {}", word.text, vocabulary::word(&word.text)?), word.span));
    }
    let setting = cursor::setting(iface, offset).filter(|setting| cursor::is_in(&setting.key, offset))?;
    Some((key(&setting.key.text)?, setting.key.span))
}

/// What a key means.
pub(crate) fn key(name: &str) -> Option<String> {
    if let Some(option) = option::by_key(name) {
        return Some(self::option(option));
    }
    let key = vocabulary::find(name)?;
    Some(format!("**{}**: {}", key.name, key.help))
}

/// A row of the table, for people.
fn option(option: Opt) -> String {
    let mut out = format!("**{}**: {}\n", option.key(), option.help);
    let mut line = |text: String| {
        let _ = write!(out, "\n- {text}");
    };
    line(format!("of {}", whose(option.scope)));
    line(format!("takes {}", domain(option)));
    line(format!("unless said: {}", default(option)));
    if option.modes != option::Modes::ALL {
        line(format!("only in {}", option.modes));
    }
    line(format!("changing it {}", disturbs(option.class)));
    if let [_, others @ ..] = option.keys
        && !others.is_empty()
    {
        line(format!("also spelled `{}`", others.join("`, `")));
    }
    out
}

fn whose(scope: Scope) -> &'static str {
    match scope {
        Scope::Bond => "a bond",
        Scope::BondPort => "a bond's slave, in the slave's own stanza",
        Scope::Bridge => "a bridge",
        Scope::BridgePort => "a bridge's port: in its own stanza, or as `port=value` in the bridge's",
        Scope::Ipv4 => "any interface, for IPv4",
        Scope::Ipv6 => "any interface, for IPv6",
        Scope::Mpls => "any interface, for MPLS",
        Scope::Nic => "a NIC, or another device whose driver has it",
    }
}

/// What values it takes.
pub(crate) fn domain(option: Opt) -> String {
    let unit = match option.unit {
        Unit::None => "",
        Unit::Millis => " ms",
        Unit::Seconds => " s",
    };
    let hundredths = |n: i64| option.show(&network::Value::Number(n));
    match option.domain {
        Domain::Number { min, max } => format!("{min} to {max}{unit}"),
        Domain::Seconds { min, max } => format!("{} to {}{unit}", hundredths(min), hundredths(max)),
        Domain::Switch => "`on` or `off`".to_owned(),
        Domain::Choice(choices) => choices.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        Domain::Flags(names) => {
            let names: Vec<_> = names.iter().map(|(name, _)| format!("`{name}`")).collect();
            format!("any of {}, apart by commas", names.join(", "))
        }
        Domain::Link => "the name of an interface, or `none`".to_owned(),
        Domain::Mac => "an Ethernet address".to_owned(),
        Domain::Ipv4s => "up to 16 IPv4 addresses".to_owned(),
        Domain::Ipv6s => "up to 16 IPv6 addresses".to_owned(),
    }
}

fn default(option: Opt) -> String {
    let in_mode = |mode| option.default_in(mode).map(|value| format!("`{}`", option.show(&value)));
    let usual = in_mode(BondMode::BalanceRr);
    let lacp = in_mode(BondMode::Lacp);
    match (usual, lacp) {
        (Some(usual), Some(lacp)) if usual != lacp && option.scope == Scope::Bond => {
            format!("{usual}, but {lacp} in 802.3ad, balance-tlb and balance-alb")
        }
        (Some(usual), _) if option.is_reset_when_absent() => usual,
        (Some(usual), _) => format!("left as it is; a new one has {usual}"),
        (None, _) => "what the kernel chooses".to_owned(),
    }
}

fn disturbs(class: Class) -> &'static str {
    match class {
        Class::Live => "disturbs nothing",
        Class::BondDown => "takes the bond down for a moment",
        Class::NoSlaves => "takes every slave out of the bond for a moment",
        Class::BondDownNoSlaves => "takes the bond down, and every slave out of it, for a moment",
    }
}

/// An interface: what it is, what it rests on, and where it is used.
fn interface(analysis: &Analysis, name: &str, all: &[occurrence::Occurrence]) -> String {
    let link = name.parse::<IfName>().ok().and_then(|name| analysis.resolved.wanted.link(&name));
    let mut out = format!("**{name}**: {}\n", link.map_or_else(|| "not started by this file".to_owned(), what));
    let addresses =
        link.map(|link| link.addresses.iter().map(|address| format!("`{}`", address.net)).collect::<Vec<_>>());
    if let Some(addresses) = addresses.filter(|addresses| !addresses.is_empty()) {
        let _ = write!(out, "\n- {}", addresses.join(", "));
    }
    if let Some(master) = link.and_then(|link| link.master.as_ref()) {
        let _ = write!(out, "\n- in {master}");
    }
    let word = |role| match role {
        Role::Stanza => "described",
        Role::Start => "started",
        Role::Use => "used",
    };
    for one in all.iter().filter(|one| one.name == name).take(MAX_PLACES) {
        let _ = write!(out, "\n- {} at {}", word(one.role), place(&analysis.configuration, one));
    }
    out
}

/// How many places of a name a hover tells.
const MAX_PLACES: usize = 12;

fn place(configuration: &Configuration, one: &occurrence::Occurrence) -> String {
    let place = configuration.place(one.span);
    let file = place.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    format!("{file}:{}", place.line)
}

fn what(link: &Link) -> String {
    let list = |names: &[IfName]| match names {
        [] => "none".to_owned(),
        names => names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
    };
    match &link.kind {
        Kind::Nic => "a NIC, or another device that the host must have".to_owned(),
        Kind::Loopback => "the loopback".to_owned(),
        Kind::Bond(bond) => format!("a bond, {}, slaves: {}", bond.mode(), list(&bond.slaves)),
        Kind::Bridge(bridge) => format!("a bridge, ports: {}", list(&bridge.ports)),
        Kind::Vlan(vlan) => format!("VLAN {} on {}", vlan.vid, vlan.lower),
        Kind::Given(given) if given.made_as().is_some() => given.to_string(),
        Kind::Given(given) => format!("{}, which the host must have", given.name()),
        Kind::Other(kind) => format!("a device of the kind {kind}"),
    }
}
