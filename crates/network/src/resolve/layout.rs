//! Who is what, and who stands on whom: the shape of the network before any option is read.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Setting, Severity, Span, Word};

use super::file::{self, File, Section};
use super::line::{Line, is_key};
use super::{always_up, given, list};
use crate::check::codes;
use crate::{Given, IfName, Scope, Vid, Vlan, VlanProtocol};

/// The lines that list a bond's slaves.
pub(super) const SLAVES: &[&str] = &["bond-slaves", "slaves", "bond-ports"];
/// The line that lists a bridge's ports.
pub(super) const PORTS: &[&str] = &["bridge-ports"];
const MASTER: &[&str] = &["bond-master"];
/// The line that puts a link into a VRF.
pub(super) const VRF: &[&str] = &["vrf"];
/// Lines that only a bridge's stanza holds, though they are no option of the kernel's.
const BRIDGE_LINES: &[&str] =
    &["bridge-ports", "bridge-always-up", "bridge-waitport", "bridge-maxwait", "bridge-gcint", "bridge-hashel"];

/// The line that makes a section Open vSwitch's.
const OVS_TYPE: &[&str] = &["ovs-type"];

/// A link that another stands on, and where the file says so.
#[derive(Clone)]
pub(super) struct Member {
    pub(super) name: IfName,
    pub(super) span: Span,
}

/// What a name is.
pub(super) enum Shape {
    Loopback,
    Nic,
    /// With its slaves.
    Bond(Vec<Member>),
    /// With its ports.
    Bridge(Vec<Member>),
    /// With where its raw device is named.
    Vlan(Vlan, Span),
    /// Of another kind: with where the file says so, and what it stands on. It is large, and rare.
    Given(Box<Given>, Span, Vec<Member>),
}

impl Shape {
    /// What it stands on.
    fn stands_on(&self) -> impl Iterator<Item = Member> {
        let (members, lower) = match self {
            Self::Bond(members) | Self::Bridge(members) | Self::Given(_, _, members) => (&members[..], None),
            Self::Vlan(vlan, span) => (&[][..], Some(Member { name: vlan.lower.clone(), span: *span })),
            Self::Loopback | Self::Nic => (&[][..], None),
        };
        members.iter().cloned().chain(lower)
    }
}

/// The number of a name: that of its section, and from there on of those that have none. What is kept of each name is
/// kept by its number, in the order of the file, in which its lines are in memory.
pub(super) type Number = usize;

/// The shape of everything that the file names.
pub(super) struct Layout {
    /// What each name is, and where it is first named, by number.
    shapes: Vec<Option<(Shape, Span)>>,
    /// The names that have no stanza.
    unsaid: BTreeMap<IfName, Number>,
    /// The bond or VRF that a link's own stanza names.
    masters: BTreeMap<IfName, IfName>,
}

impl Layout {
    /// Finds the shape of every name.
    pub(super) fn of(file: &File<'_>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let followers = followers(file, diagnostics);
        let shapes = file.sections().map(|_| None).collect();
        let mut layout = Self { shapes, unsaid: BTreeMap::new(), masters: BTreeMap::new() };
        let mut queue: Vec<Member> = Vec::new();
        queue.extend(file.sections().map(|section| Member { name: section.name.clone(), span: section.span }));
        for (master, slaves) in &followers {
            layout.masters.extend(slaves.iter().map(|slave| (slave.name.clone(), master.clone())));
            queue.extend(slaves.first().map(|slave| Member { name: master.clone(), span: slave.span }));
        }
        for section in file.sections() {
            let Some(vrf) = section.only(VRF, diagnostics).and_then(|vrf| file::name(&vrf.value, diagnostics)) else {
                continue;
            };
            queue.push(Member { name: vrf.clone(), span: section.span });
            layout.masters.entry(section.name.clone()).or_insert(vrf);
        }
        queue.reverse();
        // The ports that hold a bridge up.
        let mut holders: BTreeSet<IfName> = BTreeSet::new();
        // Each name is looked at once: what is named twice has its shape by then.
        while let Some(Member { name, span }) = queue.pop() {
            let number = layout.number(file, &name);
            if number.is_some_and(|number| layout.shape(number).is_some()) {
                continue;
            }
            let slaves = followers.get(&name).map_or(&[][..], Vec::as_slice);
            let section = file.section(&name);
            let mut shape = match section {
                None if holders.contains(&name) => Shape::Given(Box::new(Given::Dummy), span, Vec::new()),
                _ => shape(file, section, &name, span, slaves, diagnostics),
            };
            if let (Shape::Bridge(ports), Some(section)) = (&mut shape, section)
                && let Some(port) = always_up::port(section, diagnostics)
                && ports.iter().all(|listed| listed.name != port.name)
            {
                holders.insert(port.name.clone());
                ports.push(port);
            }
            queue.extend(shape.stands_on());
            let found = Some((shape, section.map_or(span, |section| section.span)));
            match number {
                Some(number) => layout.shapes[number] = found,
                None => {
                    layout.unsaid.insert(name, layout.shapes.len());
                    layout.shapes.push(found);
                }
            }
        }
        layout
    }

    /// The number of a name; none of one that the file does not hold.
    pub(super) fn number(&self, file: &File<'_>, name: &IfName) -> Option<Number> {
        file.number(name).or_else(|| self.unsaid.get(name).copied())
    }

    /// How many names there are.
    pub(super) fn len(&self) -> usize {
        self.shapes.len()
    }

    /// Every name with its number: in the order of the first stanzas, then those without, by name.
    pub(super) fn names<'l>(&'l self, file: &'l File<'_>) -> impl Iterator<Item = (Number, &'l IfName)> {
        file.names().enumerate().chain(self.unsaid.iter().map(|(name, number)| (*number, name)))
    }

    /// What a name is.
    pub(super) fn shape(&self, number: Number) -> Option<&Shape> {
        self.shape_and_place(number).map(|(shape, _)| shape)
    }

    /// What a name is, and where it is first named.
    pub(super) fn shape_and_place(&self, number: Number) -> Option<&(Shape, Span)> {
        self.shapes.get(number)?.as_ref()
    }

    /// Everything that `auto` and `allow-hotplug` ask for: those, and what they stand on. By number.
    pub(super) fn needed(&self, file: &File<'_>) -> Vec<bool> {
        let mut queue: Vec<Number> = file.started.iter().filter_map(|(name, _)| file.number(name)).collect();
        queue.reverse();
        let mut needed = vec![false; self.len()];
        while let Some(number) = queue.pop() {
            if std::mem::replace(&mut needed[number], true) {
                continue;
            }
            let section = file.section_at(number).filter(|_| !self.masters.is_empty());
            let master = section.and_then(|section| self.masters.get(&section.name));
            queue.extend(master.and_then(|master| self.number(file, master)));
            let below = self.shape(number).into_iter().flat_map(Shape::stands_on);
            queue.extend(below.filter_map(|member| self.number(file, &member.name)));
        }
        needed
    }
}

/// The slaves of each bond that their own stanzas put there.
fn followers(file: &File<'_>, diagnostics: &mut Vec<Diagnostic>) -> BTreeMap<IfName, Vec<Member>> {
    let mut followers: BTreeMap<IfName, Vec<Member>> = BTreeMap::new();
    for section in file.sections() {
        let Some(setting) = section.only(MASTER, diagnostics) else { continue };
        if setting.value.text == "none" {
            continue;
        }
        let Some(master) = file::name(&setting.value, diagnostics) else { continue };
        let slave = Member { name: section.name.clone(), span: setting.value.span };
        followers.entry(master).or_default().push(slave);
    }
    followers
}

/// Whether the stanza is a slave's: what it says of a bond is then about the one it belongs to.
pub(super) fn is_slave(section: &Section<'_>) -> bool {
    section.first(MASTER).is_some_and(|setting| setting.value.text != "none") && section.first(SLAVES).is_none()
}

/// The line that makes the section a bond's.
fn makes_bond<'a>(section: &Section<'a>) -> Option<&'a Setting> {
    first_of(section, Scope::Bond, SLAVES)
}

/// The line that makes the section a bridge's.
fn makes_bridge<'a>(section: &Section<'a>) -> Option<&'a Setting> {
    first_of(section, Scope::Bridge, BRIDGE_LINES)
}

/// The first line that is an option of the scope or has one of these keys.
fn first_of<'a>(section: &Section<'a>, scope: Scope, keys: &[&str]) -> Option<&'a Setting> {
    if !section.keys.have(scope) && !section.keys.may_have(keys) {
        return None;
    }
    let of_scope = |line: &Line<'_>| line.option.is_some_and(|option| option.scope == scope);
    let has_key = |line: &Line<'_>| keys.iter().any(|key| is_key(&line.setting.key.text, key));
    section.lines().find(|line| of_scope(line) || has_key(line)).map(|line| line.setting)
}

fn shape(
    file: &File<'_>,
    section: Option<&Section<'_>>,
    name: &IfName,
    span: Span,
    followers: &[Member],
    diagnostics: &mut Vec<Diagnostic>,
) -> Shape {
    if name.as_str() == "lo" {
        return Shape::Loopback;
    }
    let bond = section.filter(|section| !is_slave(section)).and_then(makes_bond);
    let bridge = section.and_then(makes_bridge);
    if let (Some(bond), Some(bridge)) = (bond, bridge) {
        diagnostics.push(two_kinds(name, bond, bridge));
    }
    let switch = section.filter(|_| bridge.is_some()).and_then(|section| section.first(OVS_TYPE));
    if let (Some(switch), Some(bridge)) = (switch, bridge) {
        diagnostics.push(of_open_vswitch(name, switch, bridge));
    }
    if bond.is_some() || (bridge.is_none() && !followers.is_empty()) {
        let mut slaves = list::read(file, name, section, SLAVES, diagnostics);
        let listed: BTreeSet<IfName> = slaves.iter().map(|slave| slave.name.clone()).collect();
        slaves.extend(followers.iter().filter(|follower| !listed.contains(&follower.name)).cloned());
        return Shape::Bond(slaves);
    }
    if bridge.is_some() && switch.is_none() {
        return Shape::Bridge(list::read(file, name, section, PORTS, diagnostics));
    }
    if let Some(found) = section.and_then(|section| given::read(file, section, diagnostics)) {
        return Shape::Given(Box::new(found.given), found.at, found.lowers);
    }
    match vlan(name, span, section, diagnostics) {
        Some((vlan, span)) => Shape::Vlan(vlan, span),
        None => Shape::Nic,
    }
}

fn two_kinds(name: &IfName, bond: &Setting, bridge: &Setting) -> Diagnostic {
    Diagnostic::new(codes::TWO_KINDS, Severity::Error, format!("{name} is both a bond and a bridge"), bond.key.span)
        .label("makes it a bond")
        .also(bridge.key.span, "makes it a bridge")
        .help(format!(
            "give the bond a stanza of its own, such as bond0, and put it into {name} with `bridge-ports bond0`"
        ))
}

fn of_open_vswitch(name: &IfName, switch: &Setting, bridge: &Setting) -> Diagnostic {
    let title = format!("{name} is both a device of Open vSwitch and a bridge of the kernel");
    Diagnostic::new(codes::TWO_KINDS, Severity::Error, title, switch.key.span)
        .label("makes it a device of Open vSwitch")
        .also(bridge.key.span, "makes it a bridge")
        .help(format!("take `{}` out: `ovs_ports` lists the ports of a bridge of Open vSwitch", bridge.key.text))
}

/// What VLAN device a name or its lines make, if any, and where its raw device is named.
fn vlan(
    name: &IfName,
    span: Span,
    section: Option<&Section<'_>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Vlan, Span)> {
    let mut line = |key: &str| section.and_then(|section| section.only(&[key], diagnostics)).map(|s| &s.value);
    let (raw, id, protocol) = (line("vlan-raw-device"), line("vlan-id"), line("vlan-protocol"));
    let dotted = name.as_str().rsplit_once('.').filter(|(_, vid)| is_number(vid));
    let numbered = name.as_str().strip_prefix("vlan").filter(|vid| is_number(vid));
    if raw.is_none() && id.is_none() && dotted.is_none() {
        return None;
    }
    let (lower, lower_span) = match (raw, dotted) {
        (Some(raw), _) => (file::name(raw, diagnostics)?, raw.span),
        (None, Some((lower, _))) => (IfName::new(lower).ok()?, span),
        (None, None) => {
            diagnostics.push(incomplete(
                name,
                id.map_or(span, |id| id.span),
                "its raw device",
                "vlan-raw-device bond0",
            ));
            return None;
        }
    };
    let (text, at) = match (id, dotted, numbered) {
        (Some(id), ..) => (id.text.as_str(), id.span),
        (None, Some((_, vid)), _) | (None, None, Some(vid)) => (vid, span),
        (None, None, None) => {
            diagnostics.push(incomplete(name, lower_span, "its VLAN id", "vlan-id 10"));
            return None;
        }
    };
    let vid = match text.parse::<Vid>() {
        Ok(vid) => vid,
        Err(error) => {
            diagnostics.push(Diagnostic::new(codes::VLAN, Severity::Error, error.to_string(), at));
            return None;
        }
    };
    let protocol = protocol.map_or(VlanProtocol::Dot1Q, |word| read_protocol(word, diagnostics));
    Some((Vlan { lower, vid, protocol }, lower_span))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn incomplete(name: &IfName, span: Span, what: &str, example: &str) -> Diagnostic {
    Diagnostic::new(codes::VLAN, Severity::Error, format!("{name} is a VLAN device without {what}"), span)
        .help(format!("add a line such as `{example}`, or name it after both, as in bond0.10"))
}

fn read_protocol(word: &Word, diagnostics: &mut Vec<Diagnostic>) -> VlanProtocol {
    match word.text.to_ascii_lowercase().as_str() {
        "802.1q" => VlanProtocol::Dot1Q,
        "802.1ad" => VlanProtocol::Dot1Ad,
        _ => {
            let title = format!("`{}` is no VLAN protocol: 802.1q or 802.1ad", word.text);
            diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
            VlanProtocol::Dot1Q
        }
    }
}
