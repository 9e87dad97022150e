//! Who belongs to which bond or bridge, and the options of a link as a member.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Setting, Severity, Word};

use super::file::{self, File, Section};
use super::layout::{Layout, Member, Shape};
use super::links::Links;
use super::resolved::Draft;
use super::{layout, link, options, port_vlans};
use crate::check::codes;
use crate::link::Addressing;
use crate::option::{self, Options};
use crate::{BondPort, BridgePort, Field, Given, IfName, Kind, Link, Opt, Scope, Value, Vid};

/// Puts every slave and port into what claims it. A link that two claim goes to the first; the checks say so.
pub(super) fn join(file: &File<'_>, layout: &Layout, links: &mut Links<'_, '_>, draft: &mut Draft) {
    let tags = port_vlans::tags(links);
    for (number, master) in layout.names(file) {
        match layout.shape(number) {
            Some(Shape::Bond(_) | Shape::Bridge(_)) if links.at(number).is_none() => {}
            Some(Shape::Bond(slaves)) => slaves.iter().for_each(|slave| enslave(file, master, slave, links, draft)),
            Some(Shape::Bridge(ports)) => {
                bridge(file, master, ports, tags.get(master).map_or(&[], Vec::as_slice), links, draft);
            }
            _ => {}
        }
    }
}

/// Puts links into the VRFs that their own stanzas name. A slave or port is where its master is.
pub(super) fn join_vrfs(file: &File<'_>, links: &mut Links<'_, '_>, draft: &mut Draft) {
    for section in file.sections() {
        let Some(setting) = section.first(layout::VRF) else { continue };
        let Ok(vrf) = setting.value.text.parse::<IfName>() else { continue };
        let span = setting.value.span;
        let misplaced = |title: String, help: &str| {
            Diagnostic::new(codes::MISPLACED, Severity::Warning, title, span).help(help.to_owned())
        };
        // One that the file does not describe, the host may have.
        let is_vrf = |kind: &Kind| matches!(kind, Kind::Nic | Kind::Given(Given::Vrf { .. }));
        if !links.get(&vrf).is_some_and(|link| is_vrf(&link.kind)) && links.get(&section.name).is_some() {
            let help = "give the VRF a stanza with `vrf-table`, and name it here";
            draft.diagnostics.push(misplaced(format!("{vrf} is no VRF"), help));
            continue;
        }
        match links.get_mut(&section.name) {
            Some(link) if link.master.is_none() && link.name != vrf => link.master = Some(vrf),
            Some(_) => {
                let title = format!("{} is not put into {vrf}: it belongs to a bond or bridge already", section.name);
                draft.diagnostics.push(misplaced(title, "say `vrf` in the stanza of the bond or bridge"));
                continue;
            }
            None => continue,
        }
        draft.origins.note(&section.name, Field::Master, span);
    }
}

/// Notes the claim; whether it is the first on this link.
fn claim<'d>(
    file: &File<'_>,
    master: &IfName,
    member: &Member,
    links: &'d mut Links<'_, '_>,
    draft: &mut Draft,
) -> Option<&'d mut Link> {
    draft.origins.note_membership(master, &member.name, member.span);
    let link = links.get_mut(&member.name)?;
    if link.master.is_some() || link.name == *master {
        return None;
    }
    draft.origins.note(&member.name, Field::Master, member.span);
    link.master = Some(master.clone());
    if file.section(&member.name).is_none() {
        link.addressing = Addressing { v4: true, v6: true };
    }
    Some(link)
}

fn enslave(file: &File<'_>, bond: &IfName, slave: &Member, links: &mut Links<'_, '_>, draft: &mut Draft) {
    if claim(file, bond, slave, links, draft).is_none() {
        return;
    }
    let mode = links.get(bond).and_then(Link::bond).and_then(|found| link::mode(bond, found, draft));
    let section = file.section(&slave.name);
    let mut options = section.map(|s| options::read(s, Scope::BondPort, &slave.name, draft)).unwrap_or_default();
    link::set_aside(&mut options, mode, &slave.name, draft);
    if let Some(link) = links.get_mut(&slave.name) {
        link.bond_port = Some(BondPort { options, state: None });
    }
}

/// `tags` are the VLANs of the devices that the file puts on the bridge.
fn bridge(
    file: &File<'_>,
    bridge: &IfName,
    ports: &[Member],
    tags: &[Vid],
    links: &mut Links<'_, '_>,
    draft: &mut Draft,
) {
    let section = file.section(bridge);
    let shared = section.map(|section| port_list(file, section, ports, draft)).unwrap_or_default();
    let defaults = port_vlans::Defaults::of(section);
    let aware = links.get(bridge).and_then(Link::bridge).is_some_and(crate::Bridge::is_vlan_aware);
    for port in ports {
        if claim(file, bridge, port, links, draft).is_none() {
            continue;
        }
        let own = file.section(&port.name);
        let mut options = own.map(|s| options::read(s, Scope::BridgePort, &port.name, draft)).unwrap_or_default();
        add_shared(&mut options, &shared, &port.name, draft);
        let vlans = aware.then(|| port_vlans::of_port(defaults, port, own, draft));
        if let Some(link) = links.get_mut(&port.name) {
            link.bridge_port = Some(BridgePort { options, vlans, state: None });
        }
    }
    if aware {
        port_vlans::of_bridge(defaults, bridge, tags, links, draft);
    }
}

/// A value that a bridge's stanza gives to a port, or to all ports.
struct Shared<'a> {
    option: Opt,
    value: Value,
    setting: &'a Setting,
    word: Word,
}

/// The per-port options of a bridge's stanza, by port; `None` is for all.
type SharedByPort<'a> = BTreeMap<Option<IfName>, Vec<Shared<'a>>>;

/// Reads the per-port options of a bridge's stanza: `port=value` for one port, a bare value for all.
fn port_list<'a>(file: &File<'_>, section: &Section<'a>, ports: &[Member], draft: &mut Draft) -> SharedByPort<'a> {
    let mut shared = SharedByPort::new();
    if !section.keys.have(Scope::BridgePort) && !section.keys.may_have(PAIRS) {
        return shared;
    }
    let known: BTreeSet<&str> = ports.iter().map(|port| port.name.as_str()).collect();
    for line in section.lines() {
        let setting = line.setting;
        if let Some(option) = pair(setting) {
            let words = file.words(&setting.value);
            let [port, value] = words.as_slice() else {
                draft.diagnostics.push(no_pair(setting));
                continue;
            };
            if !known.contains(port.text.as_str()) {
                draft.diagnostics.push(no_such_port(&port.text, &section.name, port));
            } else if let Some(value) = options::parse(option, value, draft) {
                let shared = shared.entry(port.text.parse().ok()).or_default();
                shared.push(Shared { option, value, setting, word: port.clone() });
            }
            continue;
        }
        let Some(option) = line.option.filter(|option| option.scope == Scope::BridgePort) else { continue };
        for word in file.words(&setting.value) {
            let (port, value) = match word.text.split_once('=') {
                Some((port, value)) => (Some(port), value),
                None => (None, word.text.as_str()),
            };
            if let Some(name) = port.filter(|name| !known.contains(name)) {
                draft.diagnostics.push(no_such_port(name, &section.name, &word));
                continue;
            }
            let port = port.and_then(|name| name.parse().ok());
            let value = Word { text: value.into(), span: word.span };
            let Some(value) = options::parse(option, &value, draft) else { continue };
            shared.entry(port).or_default().push(Shared { option, value, setting, word });
        }
    }
    shared
}

/// The keys of [`pair`].
const PAIRS: &[&str] = &["bridge-pathcost", "bridge-portprio"];

/// The option that bridge-utils has said as a port and a value, apart by a blank; a line each.
fn pair(setting: &Setting) -> Option<Opt> {
    match &*file::canonical(&setting.key.text) {
        "bridge-pathcost" => Some(option::bridge_port::COST),
        "bridge-portprio" => Some(option::bridge_port::PRIORITY),
        _ => None,
    }
}

fn no_pair(setting: &Setting) -> Diagnostic {
    let title = format!("`{}` takes a port and a number", setting.key.text);
    Diagnostic::new(codes::VALUE, Severity::Error, title, setting.value.span)
        .help(format!("write `{} enp3s0 100`, a line for each port", setting.key.text))
}

/// Adds what the bridge's stanza says to what the port's own does. A value for this port counts before one for all.
fn add_shared(options: &mut Options, shared: &SharedByPort<'_>, port: &IfName, draft: &mut Draft) {
    for whom in [Some(port.clone()), None] {
        let mut more = Options::default();
        let new = shared.get(&whom).into_iter().flatten().filter(|each| options.get(each.option).is_none());
        for each in new {
            options::take(&mut more, each.option, each.value.clone(), each.setting, &each.word, port, draft);
        }
        options.extend(more.iter().map(|(option, value)| (option, value.clone())));
    }
}

fn no_such_port(name: &str, bridge: &IfName, word: &Word) -> Diagnostic {
    Diagnostic::new(codes::MISPLACED, Severity::Warning, format!("{name} is no port of {bridge}"), word.span)
        .help(format!("put {name} into the `bridge-ports` of {bridge}, or delete this"))
}
