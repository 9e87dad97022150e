//! `add`: new stanzas.

use interfaces::Stanza;
use interfaces::edit::stanza::{self, Line};

use super::draft::Draft;
use super::error::Incomplete;
use super::keys::Key;
use super::value::{self, is_v6};
use super::{Assignment, Device, EditError, New, Operation, set};
use crate::Vid;

/// Writes a new interface, and stanzas for members that have none yet.
pub(super) fn add(draft: &mut Draft<'_>, new: &New) -> Result<(), EditError> {
    draft.is_new(&new.name)?;
    let (members, below): (&[String], Vec<String>) = match &new.device {
        Device::Nic => (&[], Vec::new()),
        Device::Bond { slaves } => (slaves, slaves.clone()),
        Device::Bridge { ports } => (ports, ports.clone()),
        Device::Vlan { raw_device, .. } => (&[], vec![raw_of(&new.name, raw_device.as_deref())?]),
    };
    let mut drafts = missing(draft, members)?;
    drafts.extend(stanzas(draft, new, Vec::new())?);
    let names: Vec<String> = drafts.iter().map(|draft| draft.name.clone()).collect();
    let after = anchor(draft, &below).map(|anchor| anchor.span.start);
    start(draft, after, drafts)?;
    let mut said: Vec<String> = Vec::new();
    for name in names {
        if !said.contains(&name) {
            said.push(name);
        }
    }
    draft.done.push(format!("{} written", said.join(", ")));
    Ok(())
}

/// Writes stanzas after the one that starts at `after`; a file that starts everything on one `auto` line gets the names
/// on that.
pub(super) fn start(
    draft: &mut Draft<'_>,
    after: Option<usize>,
    mut drafts: Vec<stanza::Draft>,
) -> Result<(), EditError> {
    let mut edits = Vec::new();
    if let Some(last) = one_line(draft) {
        let names: Vec<&str> = drafts.iter().filter(|draft| draft.auto).map(|draft| draft.name.as_str()).collect();
        if !names.is_empty() {
            edits.push(interfaces::edit::names::append(&last, &names.join(" ")));
        }
        drafts.iter_mut().for_each(|draft| draft.auto = false);
    }
    let after = draft.document().stanzas().find(|stanza| Some(stanza.span.start) == after);
    let place = stanza::insert(draft.document(), after, &drafts);
    let span = draft.origin(place.span);
    edits.push(place);
    let before: Vec<usize> = drafts.iter().map(|new| draft.own(&new.name).len()).collect();
    draft.apply(edits)?;
    let is_there = |(new, before): (&stanza::Draft, &usize)| {
        let same = drafts.iter().filter(|other| other.name == new.name).count();
        draft.own(&new.name).len() == before + same
    };
    if drafts.iter().zip(&before).all(is_there) { Ok(()) } else { Err(EditError::Unsafe { span }) }
}

/// The last name of the only `auto` line of a file, if it has several.
fn one_line(draft: &Draft<'_>) -> Option<interfaces::Word> {
    let mut lines = draft.document().stanzas().filter_map(|stanza| match &stanza.kind {
        interfaces::Kind::Allow { class, names } if class == "auto" => Some(names),
        _ => None,
    });
    let first = lines.next()?;
    if first.len() > 1 && lines.next().is_none() { first.last().cloned() } else { None }
}

/// The last stanza of what the new one stands on.
pub(super) fn anchor<'d>(draft: &'d Draft<'_>, below: &[String]) -> Option<&'d Stanza> {
    let own = below.iter().flat_map(|name| draft.own(name)).map(|own| own.stanza);
    own.max_by_key(|stanza| stanza.span.start)
}

/// Stanzas for those members that have none, as Proxmox writes them. A VLAN device named after its raw device needs none.
pub(super) fn missing(draft: &Draft<'_>, members: &[String]) -> Result<Vec<stanza::Draft>, EditError> {
    let mut out: Vec<stanza::Draft> = Vec::new();
    for name in members {
        value::fits_a_name(name)?;
        let known = !draft.own(name).is_empty() || draft.sourced(name).next().is_some();
        let made_by_name = name.rsplit_once('.').is_some_and(|(_, vid)| vid.parse::<Vid>().is_ok());
        if !known && !made_by_name && out.iter().all(|draft| draft.name != *name) {
            let mut new = member(name, &[]);
            new.method = method(draft, "inet manual");
            out.push(new);
        }
    }
    Ok(out)
}

/// The stanza of a NIC that only serves others.
pub(super) fn member(name: &str, lines: &[Line]) -> stanza::Draft {
    stanza::Draft {
        auto: true,
        name: name.to_owned(),
        method: "inet manual".to_owned(),
        lines: lines.to_vec(),
        ..stanza::Draft::default()
    }
}

/// Family and method, unless the file's stanzas go without: `iface vmbr0` and no more.
pub(super) fn method(draft: &Draft<'_>, method: &str) -> String {
    let others = || draft.ifaces().filter(|own| own.iface.name.text != "lo");
    let typeless = others().next().is_some() && others().all(|own| own.iface.family.is_none());
    if typeless { String::new() } else { method.to_owned() }
}

/// The stanzas of a new interface: one, or two where it has addresses of both families. `moved` are lines taken over
/// from another stanza.
pub(super) fn stanzas(draft: &Draft<'_>, new: &New, moved: Vec<Line>) -> Result<Vec<stanza::Draft>, EditError> {
    let mut said: Vec<(Key, String)> = Vec::new();
    for assignment in &new.settings {
        said.push(set::checked(assignment, new.force)?);
    }
    for (key, values) in [("address", &new.addresses), ("gateway", &new.gateways)] {
        for value in values {
            said.push(set::checked(&assignment(key, value), new.force)?);
        }
    }
    let v6 = |key: &Key, value: &str| key.is_address() && is_v6(value) == Some(true);
    let (mut six, mut lines): (Vec<_>, Vec<_>) = said.into_iter().partition(|(key, value)| v6(key, value));
    let has_moved = !moved.is_empty();
    let four = lines.iter().any(|(key, _)| key.canonical == "address");
    let typeless = method(draft, "x").is_empty();
    if typeless || (!four && !six.is_empty() && !has_moved) {
        let others = std::mem::take(&mut lines);
        lines = std::mem::take(&mut six).into_iter().chain(others).collect();
    }
    let (mut first, mut rest): (Vec<Line>, Vec<Line>) = (Vec::new(), Vec::new());
    let addressed = lines.iter().any(|(key, _)| key.canonical == "address");
    let only_six = addressed && lines.iter().all(|(key, value)| !key.is_address() || v6(key, value));
    lines.sort_by_key(|(key, _)| address_order(key));
    let own = device_lines(&new.name, &new.device, &mut lines)?;
    for (key, value) in lines {
        let list = if key.is_address() { &mut first } else { &mut rest };
        list.push(Line::Setting(key.text, value));
    }
    let family = match (addressed, only_six) {
        (true, true) => "inet6 static",
        (true, false) => "inet static",
        (false, _) => "inet manual",
    };
    let body = first.into_iter().chain(moved).chain(own).chain(rest).collect();
    let comment: Vec<String> = new.comment.iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
    comment.iter().try_for_each(|line| value::fits_a_comment(line))?;
    let mut out =
        vec![stanza::Draft { comment, auto: true, name: new.name.clone(), method: method(draft, family), lines: body }];
    if !six.is_empty() {
        six.sort_by_key(|(key, _)| address_order(key));
        let lines = six.into_iter().map(|(key, value)| Line::Setting(key.text, value)).collect();
        let (name, method) = (new.name.clone(), "inet6 static".to_owned());
        out.push(stanza::Draft { name, method, lines, ..stanza::Draft::default() });
    }
    Ok(out)
}

fn address_order(key: &Key) -> u8 {
    match key.canonical.as_str() {
        "address" => 0,
        "netmask" => 1,
        "gateway" => 2,
        _ => 3,
    }
}

fn assignment(key: &str, value: &str) -> Assignment {
    Assignment { key: key.to_owned(), index: None, operation: Operation::Set, value: value.to_owned() }
}

/// The lines that make the device what it is, in the order in which people write them: what was said (it is taken out
/// of `said`), else safe defaults.
fn device_lines(name: &str, device: &Device, said: &mut Vec<(Key, String)>) -> Result<Vec<Line>, EditError> {
    let says =
        |said: &[(Key, String)], key: &str| said.iter().find(|(own, _)| own.is(key)).map(|(_, value)| value.clone());
    let list = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(" ") };
    let mut lines: Vec<(&'static str, String)> = Vec::new();
    match device {
        Device::Nic => {}
        Device::Bond { slaves } => {
            lines.push(("bond-slaves", list(slaves)));
            // The two monitors exclude each other.
            if says(said, "bond-arp-interval").is_none() {
                lines.push(("bond-miimon", "100".to_owned()));
            }
            let mode = says(said, "bond-mode").unwrap_or_else(|| "active-backup".to_owned());
            let lacp = matches!(mode.as_str(), "802.3ad" | "4");
            lines.push(("bond-mode", mode));
            if lacp {
                lines.push(("bond-xmit-hash-policy", "layer2+3".to_owned()));
                lines.push(("bond-lacp-rate", "fast".to_owned()));
            }
        }
        Device::Bridge { ports } => {
            lines.push(("bridge-ports", list(ports)));
            lines.push(("bridge-stp", "off".to_owned()));
            lines.push(("bridge-fd", "0".to_owned()));
        }
        Device::Vlan { raw_device, id } => {
            lines.extend(raw_device.iter().map(|raw| ("vlan-raw-device", raw.clone())));
            lines.extend(id.iter().map(|id| ("vlan-id", id.clone())));
            if id.is_none() && vid_of(name).is_none() && says(said, "vlan-id").is_none() {
                return Err(EditError::Incomplete(Incomplete::Vlan(name.to_owned())));
            }
        }
    }
    let mut out = Vec::new();
    for (key, default) in lines {
        let asked = asked(device, key).then(|| default.clone());
        let mut values =
            asked.into_iter().chain(said.iter().filter(|(own, _)| own.is(key)).map(|(_, value)| value.clone()));
        let value = values.next();
        if let (Some(first), Some(second)) = (&value, values.find(|other| Some(other) != value.as_ref())) {
            let (first, second) = (first.clone(), second);
            return Err(EditError::Incomplete(Incomplete::Twice { key, first, second }));
        }
        let value = value.unwrap_or(default);
        said.retain(|(own, _)| !own.is(key));
        value::fits_a_line(&Key::of(key), &value)?;
        value::is_taken(&Key::of(key), &value)?;
        out.push(Line::Setting(key.to_owned(), value));
    }
    Ok(out)
}

/// Whether the request's own words, not its settings, say what this line of the device holds.
fn asked(device: &Device, key: &str) -> bool {
    match (device, key) {
        (Device::Bond { slaves: members }, "bond-slaves") | (Device::Bridge { ports: members }, "bridge-ports") => {
            !members.is_empty()
        }
        (Device::Vlan { .. }, _) => true,
        _ => false,
    }
}

/// What a VLAN device stands on.
fn raw_of(name: &str, said: Option<&str>) -> Result<String, EditError> {
    let dotted = name.rsplit_once('.').filter(|(_, vid)| vid.parse::<Vid>().is_ok()).map(|(raw, _)| raw);
    let raw = said.or(dotted).ok_or_else(|| EditError::Incomplete(Incomplete::Vlan(name.to_owned())))?;
    Ok(raw.to_owned())
}

fn vid_of(name: &str) -> Option<Vid> {
    let text = name.rsplit_once('.').map(|(_, vid)| vid).or_else(|| name.strip_prefix("vlan"))?;
    text.parse().ok()
}
