//! `convert`: from one NIC to a bond that takes over its work.

use interfaces::edit::stanza::{self, Line};
use interfaces::edit::{Style, setting};
use interfaces::{Span, TextEdit};

use super::draft::{Draft, Own, lines};
use super::error::Incomplete;
use super::keys::{HOOKS, Key, PORTS};
use super::mentions::{self, Role};
use super::{Conversion, Device, EditError, New, Note, add, rename};

/// Makes a NIC a slave of a new bond. A bridge that stands on the NIC stands on the bond then, and VLAN devices of the
/// NIC are the bond's. What the NIC's own stanza says of addresses, name servers and commands moves to the new bridge, or
/// to the bond when there is to be none, its comments with it; what is about the hardware stays.
pub(super) fn convert(draft: &mut Draft<'_>, conversion: &Conversion) -> Result<(), EditError> {
    let Conversion { nic, bond, bridge } = conversion;
    draft.is_new(&bond.name)?;
    let Device::Bond { slaves } = &bond.device else {
        return Err(EditError::Incomplete(not_a_slave(nic, &bond.name)));
    };
    // A line that is asked for besides may say otherwise.
    let slaves_key = Key::of("bond-slaves");
    let lists_nic = |value: &str| value.replace(',', " ").split_whitespace().any(|slave| slave == nic);
    let said = bond.settings.iter().filter(|said| slaves_key.is(&said.key)).all(|said| lists_nic(&said.value));
    if !slaves.contains(nic) || !said {
        return Err(EditError::Incomplete(not_a_slave(nic, &bond.name)));
    }
    let found = mentions::of(draft, &|word| word == nic);
    let listed = |keys: &[&str]| {
        let in_list = |m: &&mentions::Mention| {
            m.role == Role::Member
                && m.line.as_ref().is_some_and(|l| keys.contains(&l.key.text.replace('_', "-").as_str()))
        };
        found.iter().find(in_list).map(|mention| mention.owner.clone())
    };
    let follows = found.iter().any(|m| m.role == Role::Stanza)
        && draft.own(nic).iter().any(|own| !lines(&[*own], &Key::of("bond-master")).is_empty());
    if listed(super::keys::SLAVES).is_some() || follows {
        return Err(EditError::Incomplete(Incomplete::Bonded(nic.clone())));
    }
    let has = |key| !lines(&draft.own(nic), &Key::of(key)).is_empty();
    if has("bond-slaves") || has("bridge-ports") {
        // Its members would move along with its addresses.
        return Err(EditError::Incomplete(Incomplete::NotANic(nic.clone())));
    }
    let port_of = listed(PORTS);
    match (&port_of, bridge) {
        (Some(has), Some(asked)) if has != asked => {
            let (nic, has, asked) = (nic.clone(), has.clone(), asked.clone());
            return Err(EditError::Incomplete(Incomplete::OtherBridge { nic, has, asked }));
        }
        (None, Some(bridge)) => draft.is_new(bridge)?,
        _ => {}
    }
    if port_of.is_none() {
        draft.need(nic)?;
    }
    if slaves.first() != Some(nic) {
        let text = format!("{} takes the MAC address of {}, its first slave, not that of {nic}", bond.name, slaves[0]);
        draft.notes.push(Note { text, span: None });
    }
    // Lists of ports, VLAN devices and what else stands on the NIC: on the bond now. Its own stanza and start stay.
    let stays = |role| matches!(role, Role::Stanza | Role::Start | Role::Parent);
    let swapped = rename::swap(draft, nic, &bond.name, &|role| !stays(role))?;
    if swapped.places > 0 {
        draft.done.push(format!("what stood on {nic} stands on {} in {swapped}", bond.name));
    }
    // Of the file as it is: the only lines that show it may be those that move.
    let style = draft.own(nic).last().map(|own| Style::at(draft.document(), own.stanza.span.end));
    let moved = take_over(draft, nic)?;
    let mut drafts = drafts(draft, conversion, slaves, port_of.is_none(), moved)?;
    if let Some(style) = style {
        drafts.iter_mut().for_each(|new| spell(new, &style));
    }
    write(draft, conversion, slaves, drafts)
}

fn not_a_slave(nic: &str, bond: &str) -> Incomplete {
    Incomplete::NotASlave { nic: nic.to_owned(), bond: bond.to_owned() }
}

/// What a stanza of the NIC gives to what takes over: its method, and its lines with their comments.
struct Moved {
    method: String,
    lines: Vec<Line>,
}

/// Takes the lines that are not about the hardware out of the NIC's stanzas.
fn take_over(draft: &mut Draft<'_>, nic: &str) -> Result<Vec<Moved>, EditError> {
    let own = draft.own(nic);
    let (mut edits, mut moved) = (Vec::new(), Vec::new());
    for (number, own) in own.iter().enumerate() {
        let going: Vec<_> = own.iface.settings.iter().filter(|line| moves(&line.key.text)).collect();
        // The header of a second stanza that gives all away goes too.
        let all_goes = number > 0 && going.len() == own.iface.settings.len();
        let mut lines = Vec::new();
        let mut at = own.stanza.span;
        for line in &going {
            let above = setting::comments_above(draft.document(), line);
            if all_goes {
                lines.extend(comments(draft.bytes(Span { end: above.start, ..at })));
                at.start = line.span.end;
            }
            lines.extend(Line::moved(draft.bytes(above.to(line.span))));
            edits.push(TextEdit::delete(above.to(line.span)));
        }
        let method = [&own.iface.family, &own.iface.method].into_iter().flatten().map(|word| word.text.as_str());
        let method = method.collect::<Vec<_>>().join(" ");
        if number == 0 {
            edits.extend(manual(*own));
        } else if all_goes {
            lines.extend(comments(draft.bytes(at)));
            edits.retain(|edit| edit.span.start < own.stanza.span.start || edit.span.end > own.stanza.span.end);
            edits.push(stanza::delete(draft.document(), own.stanza.span, own.stanza.span.end));
        }
        let idle = lines.is_empty() && (method.is_empty() || method.ends_with("manual"));
        if !idle {
            moved.push(Moved { method, lines });
        }
    }
    let mention = draft
        .own(nic)
        .iter()
        .flat_map(|own| &own.iface.settings)
        .filter(|line| HOOKS.contains(&line.key.text.as_str()) && line.value.text.contains(nic))
        .map(|line| draft.origin(line.span))
        .collect::<Vec<_>>();
    draft.notes.retain(|note| {
        note.span.is_none_or(|span| !mention.iter().any(|m| m.start <= span.start && span.end <= m.end))
    });
    draft.notes.extend(mention.into_iter().map(|span| Note {
        text: format!("this command names {nic}; it moves as it is, and may have to name what takes over"),
        span: Some(span),
    }));
    draft.apply(edits)?;
    Ok(moved)
}

/// The comments of a text, which stand apart from the lines of a stanza or behind them.
fn comments(text: &[u8]) -> impl Iterator<Item = Line> {
    let lines = text.split_inclusive(|&b| b == b'\n');
    lines.filter(|line| line.trim_ascii_start().starts_with(b"#")).flat_map(Line::moved)
}

fn manual(own: Own<'_>) -> Option<TextEdit> {
    let method = own.iface.method.as_ref().filter(|method| method.text != "manual")?;
    Some(TextEdit::replace(method.span, "manual"))
}

/// Whether a line is about addresses, names and commands, not about the hardware.
fn moves(key: &str) -> bool {
    const STAYS: &[&str] = &["mtu", "hwaddress", "link-", "ethtool-", "ethernet-", "hardware-", "ring-", "rx-", "tx-"];
    let key = key.replace('_', "-");
    let hardware = key.ends_with("-offload") || key.starts_with("offload-");
    !hardware && !STAYS.iter().any(|stays| key == *stays || (stays.ends_with('-') && key.starts_with(stays)))
}

/// The stanzas of the missing slaves, the bond, and the bridge.
fn drafts(
    draft: &Draft<'_>,
    conversion: &Conversion,
    slaves: &[String],
    takes_over: bool,
    mut moved: Vec<Moved>,
) -> Result<Vec<stanza::Draft>, EditError> {
    let bond = &conversion.bond;
    let mut drafts = add::missing(draft, slaves)?;
    let mtu = lines(&draft.own(&conversion.nic), &Key::of("mtu")).first().map(|(_, line)| line.value.text.clone());
    let mut bond = bond.clone();
    bond.settings.extend(mtu.map(|mtu| same("mtu", &mtu)));
    let bridge = conversion.bridge.as_ref().filter(|_| takes_over);
    let rest = if bridge.is_none() && !moved.is_empty() {
        let first = moved.remove(0);
        let mut made = add::stanzas(draft, &bond, first.lines)?;
        made[0].method = first.method;
        drafts.extend(made);
        bond.name.clone()
    } else {
        drafts.extend(add::stanzas(draft, &bond, Vec::new())?);
        bridge.cloned().unwrap_or_default()
    };
    if let Some(name) = bridge {
        let device = Device::Bridge { ports: vec![bond.name.clone()] };
        let settings = bond.settings.iter().filter(|said| said.key == "mtu").cloned().collect();
        let new = New { name: name.clone(), device, settings, ..New::default() };
        let first = if moved.is_empty() { None } else { Some(moved.remove(0)) };
        let method = first.as_ref().map(|first| first.method.clone());
        let mut made = add::stanzas(draft, &new, first.map(|first| first.lines).unwrap_or_default())?;
        if let Some(method) = method {
            made[0].method = method;
        }
        drafts.extend(made);
    }
    for Moved { method, lines } in moved {
        drafts.push(stanza::Draft { name: rest.clone(), method, lines, ..stanza::Draft::default() });
    }
    Ok(drafts)
}

/// Spells the lines of a new stanza in this style.
fn spell(new: &mut stanza::Draft, style: &Style) {
    for line in &mut new.lines {
        if let Line::Setting(key, value) = line {
            *line = Line::Raw(style.line(key, value));
        }
    }
}

/// Writes the new stanzas below what they stand on.
fn write(
    draft: &mut Draft<'_>,
    conversion: &Conversion,
    slaves: &[String],
    drafts: Vec<stanza::Draft>,
) -> Result<(), EditError> {
    let nic = std::slice::from_ref(&conversion.nic);
    let below: Vec<String> = if draft.own(&conversion.nic).is_empty() {
        slaves.to_vec()
    } else {
        slaves.iter().chain(nic).cloned().collect()
    };
    let after = add::anchor(draft, &below).map(|anchor| anchor.span.start);
    let mut names: Vec<String> = drafts.iter().map(|draft| draft.name.clone()).collect();
    names.dedup();
    add::start(draft, after, drafts)?;
    draft.done.push(format!("{} written", names.join(", ")));
    Ok(())
}

fn same(key: &str, value: &str) -> super::Assignment {
    super::Assignment { key: key.to_owned(), index: None, operation: super::Operation::Set, value: value.to_owned() }
}
