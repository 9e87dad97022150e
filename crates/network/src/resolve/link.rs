//! A link by itself: its kind, MTU, MAC and options; not yet what it belongs to.

use interfaces::{Diagnostic, Severity, Span, Word};

use super::file::Section;
use super::file::{self, File};
use super::layout::Shape;
use super::options;
use super::resolved::{Draft, Unused};
use super::{address, layout};
use crate::check::codes;
use crate::option::{self, Options};
use crate::{Bond, BondMode, Bridge, Field, IfName, Kind, Link, Mac, Property, Scope, Value};

/// The least MTU that IPv4 works with (RFC 791), and the most that Ethernet devices take.
const MTU: std::ops::RangeInclusive<u32> = 68..=65535;

/// Builds the link of that name.
pub(super) fn build(
    file: &File<'_>,
    section: Option<&Section<'_>>,
    name: &IfName,
    shape: &Shape,
    named: Span,
    draft: &mut Draft,
) -> Link {
    draft.origins.note(name, Field::Kind, named);
    let mut own = |scope| section.map(|s| options::read(s, scope, name, draft)).unwrap_or_default();
    let kind = match shape {
        Shape::Loopback => Kind::Loopback,
        Shape::Nic => Kind::Nic,
        Shape::Bond(members) => Kind::Bond(Bond {
            options: own(Scope::Bond),
            slaves: members.iter().map(|member| member.name.clone()).collect(),
            state: None,
        }),
        Shape::Bridge(members) => Kind::Bridge(Bridge {
            options: own(Scope::Bridge),
            ports: members.iter().map(|member| member.name.clone()).collect(),
            vlans: None,
        }),
        Shape::Vlan(vlan, _) => Kind::Vlan(vlan.clone()),
        Shape::Given(given, ..) => Kind::Given((**given).clone()),
    };
    let mut link = Link::new(name.clone(), kind);
    link.up = Some(true);
    if let Kind::Bond(bond) = &mut link.kind {
        primary_by_slaves(file, name, bond, draft);
        let mode = mode(name, bond, draft);
        set_aside(&mut bond.options, mode, name, draft);
    }
    if let Some(section) = section {
        link.ipv4 = options::read(section, Scope::Ipv4, name, draft);
        link.ipv6 = options::read(section, Scope::Ipv6, name, draft);
        link.mpls = options::read(section, Scope::Mpls, name, draft);
        link.nic = options::read(section, Scope::Nic, name, draft);
        if let Some(setting) = section.only(&["alias"], &mut draft.diagnostics) {
            draft.origins.note(name, Field::Alias, setting.value.span);
            link.alias = Some(setting.value.text.to_string());
        }
        if stays_down(section, draft) {
            link.up = Some(false);
        }
        link.mtu = mtu(section, draft);
        link.mac = mac(section, draft);
        address::read(section, &mut link, draft);
    }
    link
}

/// The primary as slaves say it, where the bond does not: `bond-primary` in the stanza of a slave that says `bond-master`
/// is a list, of which the first that is there counts (ifenslave). Those of the slave's own list that are no slaves of
/// the bond are passed over.
fn primary_by_slaves(file: &File<'_>, name: &IfName, bond: &mut Bond, draft: &mut Draft) {
    let primary = option::bond::PRIMARY;
    if draft.origins.said(&Property::new(name, Field::Option(primary))).is_some() {
        return;
    }
    let sections = bond.slaves.iter().filter_map(|slave| file.section(slave)).filter(|s| layout::is_slave(s));
    let words = sections.filter_map(|section| section.first(&["bond-primary"])).flat_map(|s| file.words(&s.value));
    let slave = words.filter_map(|word| Some((IfName::new(&word.text).ok()?, word.span)));
    let Some((slave, span)) = slave.into_iter().find(|(slave, _)| bond.slaves.contains(slave)) else { return };
    bond.options.set(primary, Value::Link(Some(slave)));
    draft.origins.note(name, Field::Option(primary), span);
}

/// The mode of a bond; `None` when what is said can't be read.
pub(super) fn mode(name: &IfName, bond: &Bond, draft: &Draft) -> Option<BondMode> {
    let said = draft.origins.said(&Property::new(name, Field::Option(option::bond::MODE))).is_some();
    (!said || bond.options.get(option::bond::MODE).is_some()).then(|| bond.mode())
}

/// Takes out the options that mean nothing in the bond's mode: several of them the driver refuses there
/// (`bond_opt_check_deps`: EACCES), and none of them could be seen to work.
pub(super) fn set_aside(options: &mut Options, mode: Option<BondMode>, link: &IfName, draft: &mut Draft) {
    let Some(mode) = mode else { return };
    let ignored: Vec<_> = options.iter().map(|(option, _)| option).filter(|o| !o.modes.contains(mode)).collect();
    for option in ignored {
        let Some(value) = options.remove(option) else { continue };
        let Some(span) = draft.origins.said(&Property::new(link, Field::Option(option))) else { continue };
        draft.unused.push(Unused { link: link.clone(), option, value, mode, span });
    }
}

/// `link-down yes` keeps a link administratively down (ifupdown2's addon `link`).
fn stays_down(section: &Section<'_>, draft: &mut Draft) -> bool {
    let Some(setting) = section.only(&["link-down"], &mut draft.diagnostics) else { return false };
    let word = &setting.value;
    draft.origins.note(&section.name, Field::Up, word.span);
    match word.text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "1" | "true" => true,
        "no" | "off" | "0" | "false" => false,
        _ => {
            let title = format!("`{}` is neither yes nor no", word.text);
            draft.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
            false
        }
    }
}

fn mtu(section: &Section<'_>, draft: &mut Draft) -> Option<u32> {
    let word = &section.only(&["mtu"], &mut draft.diagnostics)?.value;
    match word.text.parse::<u32>() {
        Ok(mtu) if MTU.contains(&mtu) => {
            draft.origins.note(&section.name, Field::Mtu, word.span);
            Some(mtu)
        }
        _ => {
            let title = format!("`{}` is no MTU: {} to {} bytes", word.text, MTU.start(), MTU.end());
            draft.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
            None
        }
    }
}

fn mac(section: &Section<'_>, draft: &mut Draft) -> Option<Mac> {
    // bridge-utils has a key of its own for it.
    let setting = section.only(&["hwaddress", "bridge-hw"], &mut draft.diagnostics)?;
    let word = &setting.value;
    if file::canonical(&setting.key.text) == "bridge-hw" && word.text.parse::<Mac>().is_err() {
        of_port(section, word, draft);
        return None;
    }
    let text = word.text.strip_prefix("ether").map_or(word.text.as_str(), str::trim_start);
    match text.parse::<Mac>() {
        Ok(mac) if mac.is_zero() || mac.is_multicast() => {
            draft.diagnostics.push(bad_mac(word, format!("{mac} can't be the address of an interface")));
            None
        }
        Ok(mac) => {
            draft.origins.note(&section.name, Field::Mac, word.span);
            Some(mac)
        }
        Err(error) => {
            draft.diagnostics.push(bad_mac(word, error.to_string()));
            None
        }
    }
}

/// `bridge_hw` may name a port for its address, which a bridge has anyway if it is the first.
fn of_port(section: &Section<'_>, word: &Word, draft: &mut Draft) {
    let ports = section.first(layout::PORTS).map_or("", |ports| ports.value.text.as_str());
    if ports.split_ascii_whitespace().next() != Some(word.text.as_str()) {
        let title = format!("{} has its first port's address, not that of {}", section.name, word.text);
        let diagnostic = Diagnostic::new(codes::NOT_ACTED_ON, Severity::Warning, title, word.span)
            .help("write the address itself, or name that port first in `bridge_ports`");
        draft.diagnostics.push(diagnostic);
    }
}

fn bad_mac(word: &Word, title: String) -> Diagnostic {
    Diagnostic::new(codes::VALUE, Severity::Error, title, word.span)
        .help("write `hwaddress` and an address whose first byte is even and not zero throughout")
}
