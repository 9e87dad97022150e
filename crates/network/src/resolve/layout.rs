//! Who is what, and who stands on whom: the shape of the network before any option is read.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Setting, Severity, Span, Word};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

use super::file::{self, File, Section, is_key};
use super::{given, list};
use crate::check::codes;
use crate::{Given, IfName, Scope, Vid, Vlan, VlanProtocol, option};

/// The lines that list a bond's slaves.
pub(super) const SLAVES: &[&str] = &["bond-slaves", "slaves", "bond-ports"];
/// The line that lists a bridge's ports.
pub(super) const PORTS: &[&str] = &["bridge-ports"];
const MASTER: &[&str] = &["bond-master"];
/// The line that puts a link into a VRF.
pub(super) const VRF: &[&str] = &["vrf"];
/// Lines that only a bridge's stanza holds, though they are no option of the kernel's.
const BRIDGE_WAITS: &[&str] = &["bridge-waitport", "bridge-maxwait", "bridge-gcint", "bridge-hashel"];

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
    /// Of a kind that is not made yet: with where the file says so, and what it stands on.
    Given(Given, Span, Vec<Member>),
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

/// The shape of everything that the file names.
pub(super) struct Layout {
    /// What each name is, and where it is first named.
    shapes: FxHashMap<IfName, (Shape, Span)>,
    /// The names that have no stanza.
    pub(super) unsaid: BTreeSet<IfName>,
    /// The bond or VRF that a link's own stanza names.
    masters: BTreeMap<IfName, IfName>,
}

impl Layout {
    /// Finds the shape of every name.
    pub(super) fn of(file: &File<'_>, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let followers = followers(file, diagnostics);
        let shapes = FxHashMap::with_capacity_and_hasher(file.names().count(), FxBuildHasher);
        let mut layout = Self { shapes, unsaid: BTreeSet::new(), masters: BTreeMap::new() };
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
        // Each name is looked at once: what is named twice has its shape by then.
        while let Some(Member { name, span }) = queue.pop() {
            if layout.shapes.contains_key(&name) {
                continue;
            }
            let slaves = followers.get(&name).map_or(&[][..], Vec::as_slice);
            let section = file.section(&name);
            layout.unsaid.extend(section.is_none().then(|| name.clone()));
            let shape = shape(file, section, &name, span, slaves, diagnostics);
            queue.extend(shape.stands_on());
            layout.shapes.insert(name, (shape, section.map_or(span, |section| section.span)));
        }
        layout
    }

    /// What a name is.
    pub(super) fn shape(&self, name: &IfName) -> Option<&Shape> {
        self.shapes.get(name).map(|(shape, _)| shape)
    }

    /// What a name is, and where it is first named.
    pub(super) fn shape_and_place(&self, name: &IfName) -> Option<&(Shape, Span)> {
        self.shapes.get(name)
    }

    /// Everything that `auto` and `allow-hotplug` ask for: those, and what they stand on.
    pub(super) fn needed(&self, file: &File<'_>) -> FxHashSet<IfName> {
        let started = file.started.iter().map(|(name, _)| name).filter(|name| file.section(name).is_some());
        let mut queue: Vec<IfName> = started.cloned().collect();
        let mut needed = FxHashSet::default();
        while let Some(name) = queue.pop() {
            if !needed.insert(name.clone()) {
                continue;
            }
            queue.extend(self.masters.get(&name).cloned());
            queue.extend(self.shape(&name).into_iter().flat_map(Shape::stands_on).map(|member| member.name));
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

fn makes_bond(setting: &Setting) -> bool {
    let key = &setting.key.text;
    SLAVES.iter().any(|slaves| is_key(key, slaves))
        || option::by_key(key).is_some_and(|option| option.scope == Scope::Bond)
}

fn makes_bridge(setting: &Setting) -> bool {
    let key = &setting.key.text;
    PORTS.iter().chain(BRIDGE_WAITS).any(|ports| is_key(key, ports))
        || option::by_key(key).is_some_and(|option| option.scope == Scope::Bridge)
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
    let bond = section.filter(|section| !is_slave(section)).and_then(|s| s.settings().find(|s| makes_bond(s)));
    let bridge = section.and_then(|section| section.settings().find(|setting| makes_bridge(setting)));
    if let (Some(bond), Some(bridge)) = (bond, bridge) {
        diagnostics.push(two_kinds(name, bond, bridge));
    }
    if bond.is_some() || (bridge.is_none() && !followers.is_empty()) {
        let mut slaves = list::read(file, name, section, SLAVES, diagnostics);
        let listed: BTreeSet<IfName> = slaves.iter().map(|slave| slave.name.clone()).collect();
        slaves.extend(followers.iter().filter(|follower| !listed.contains(&follower.name)).cloned());
        return Shape::Bond(slaves);
    }
    if bridge.is_some() {
        return Shape::Bridge(list::read(file, name, section, PORTS, diagnostics));
    }
    if let Some(found) = section.and_then(|section| given::read(file, section, diagnostics)) {
        return Shape::Given(found.given, found.at, found.lowers);
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
