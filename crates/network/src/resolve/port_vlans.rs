//! The VLANs of a VLAN-aware bridge and of its ports.

use std::collections::BTreeMap;

use interfaces::{Diagnostic, Setting, Severity, Span, Word};

use super::file::Section;
use super::layout::Member;
use super::links::Links;
use super::resolved::Draft;
use crate::check::codes;
use crate::{Field, IfName, Kind, PortVlans, Vid, VidRange, VidSet, VlanEntry};

/// The lines that say which VLANs a port carries.
pub(super) const VIDS: &[&str] = &["bridge-vids", "bridge-trunk"];
/// The line that says which VLAN frames without a tag belong to.
pub(super) const PVID: &[&str] = &["bridge-pvid"];
/// The line that makes a port an access port.
pub(super) const ACCESS: &[&str] = &["bridge-access"];
/// The line that may refuse frames without a tag.
pub(super) const UNTAGGED: &[&str] = &["bridge-allow-untagged"];

/// The lines of a bridge that say the VLANs of one port each.
pub(super) const VIDS_BY_PORT: &[&str] = &["bridge-port-vids"];
pub(super) const PVIDS_BY_PORT: &[&str] = &["bridge-port-pvids"];

/// What a bridge's stanza says for all of its ports.
#[derive(Clone, Copy)]
pub(super) struct Defaults<'a> {
    vids: Option<&'a Setting>,
    pvid: Option<&'a Setting>,
    /// The VLANs of one port each, as `port=value`.
    vids_by_port: Option<&'a Setting>,
    pvids_by_port: Option<&'a Setting>,
}

impl<'a> Defaults<'a> {
    /// Reads them off a bridge's section.
    pub(super) fn of(section: Option<&Section<'a>>) -> Self {
        let first = |keys| section.and_then(|section| section.first(keys));
        Self {
            vids: first(VIDS),
            pvid: first(PVID),
            vids_by_port: first(VIDS_BY_PORT),
            pvids_by_port: first(PVIDS_BY_PORT),
        }
    }
}

/// What a port of the bridge carries (`_apply_bridge_vlan_aware_port_settings_all` of ifupdown2).
pub(super) fn of_port(bridge: Defaults<'_>, port: &Member, own: Option<&Section<'_>>, draft: &mut Draft) -> PortVlans {
    let mut line = |keys: &[&str]| own.and_then(|section| section.only(keys, &mut draft.diagnostics));
    let (access, untagged) = (line(ACCESS), line(UNTAGGED));
    let word = |line: &Setting| line.value.clone();
    let vids = line(VIDS).map(word).or_else(|| of_list(bridge.vids_by_port, port)).or(bridge.vids.map(word));
    let pvid = line(PVID).map(word).or_else(|| of_list(bridge.pvids_by_port, port)).or(bridge.pvid.map(word));
    let origin = access.map(word).as_ref().or(vids.as_ref()).or(pvid.as_ref()).map_or(port.span, |word| word.span);
    draft.origins.note(&port.name, Field::Vlans, origin);

    if let Some(access) = access {
        return vid(&access.value, draft).map(PortVlans::only_pvid).unwrap_or_default();
    }
    let mut vlans =
        PortVlans { members: vids.map(|word| set(&word, draft)).unwrap_or_default(), ..PortVlans::default() };
    if untagged.is_none_or(|line| allows(&line.value, draft)) {
        let pvid = pvid.map_or(Some(Vid::ONE), |word| vid(&word, draft));
        pvid.into_iter().for_each(|pvid| vlans.add(entry(pvid, true)));
    }
    vlans
}

/// What `port=value` among others of its line says for this port.
fn of_list(line: Option<&Setting>, port: &Member) -> Option<Word> {
    let line = line?;
    let mut words = line.value.text.split_ascii_whitespace();
    let text = words.find_map(|word| word.strip_prefix(port.name.as_str())?.strip_prefix('='))?;
    Some(Word { text: text.into(), span: line.value.span })
}

/// The VLANs of the VLAN devices on each link.
pub(super) fn tags(links: &Links<'_, '_>) -> BTreeMap<IfName, Vec<Vid>> {
    let mut tags: BTreeMap<IfName, Vec<Vid>> = BTreeMap::new();
    for vlan in links.iter().filter_map(crate::Link::vlan) {
        tags.entry(vlan.lower.clone()).or_default().push(vlan.vid);
    }
    tags
}

/// What the bridge itself carries: its PVID, and the VLANs of the devices that the file puts on it (`_bridge_vid_add_del`).
pub(super) fn of_bridge(
    defaults: Defaults<'_>,
    bridge: &IfName,
    tags: &[Vid],
    links: &mut Links<'_, '_>,
    draft: &mut Draft,
) {
    let pvid = defaults.pvid.map_or(Some(Vid::ONE), |line| line.value.text.parse().ok());
    let mut vlans = pvid.map(PortVlans::only_pvid).unwrap_or_default();
    for tag in tags.iter().filter(|tag| Some(**tag) != pvid) {
        vlans.add(entry(*tag, false));
    }
    if let Some(line) = defaults.pvid {
        draft.origins.note(bridge, Field::Vlans, line.value.span);
    }
    if let Some(Kind::Bridge(found)) = links.get_mut(bridge).map(|link| &mut link.kind) {
        found.vlans = Some(vlans);
    }
}

fn entry(vid: Vid, native: bool) -> VlanEntry {
    VlanEntry { range: VidRange { first: vid, last: vid }, untagged: native, pvid: native }
}

fn vid(word: &Word, draft: &mut Draft) -> Option<Vid> {
    word.text.parse().map_err(|error: crate::vlan::VidError| bad(error.to_string(), word.span, draft)).ok()
}

fn set(word: &Word, draft: &mut Draft) -> VidSet {
    let text = word.text.replace(['\n', '\r', '\\'], " ");
    let set = text.parse().map_err(|error: crate::vlan::VidError| bad(error.to_string(), word.span, draft));
    set.unwrap_or_default()
}

fn allows(word: &Word, draft: &mut Draft) -> bool {
    match word.text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "1" | "true" => true,
        "no" | "off" | "0" | "false" => false,
        _ => {
            bad(format!("`{}` is neither yes nor no", word.text), word.span, draft);
            true
        }
    }
}

/// Says what is wrong with a VLAN, once: the same line of a bridge is read for each of its ports.
fn bad(title: String, span: Span, draft: &mut Draft) {
    let diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, title, span)
        .note("a VLAN id is a number from 1 to 4094; several stand apart by blanks, a range is written 10-20");
    if !draft.diagnostics.contains(&diagnostic) {
        draft.diagnostics.push(diagnostic);
    }
}
