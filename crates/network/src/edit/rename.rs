//! `rename`: another name, wherever the file says the old one.

use std::fmt;

use interfaces::TextEdit;

use super::draft::Draft;
use super::keys::Key;
use super::mentions::{self, Role, is_or_is_on};
use super::{EditError, Note, value};
use crate::resolve;

/// Gives an interface another name. VLAN devices that are named after it, as bond0.100 is, are renamed too: by their name
/// alone the system knows what they stand on. Text of commands stays, with a note, and so do the patterns of lists.
pub(super) fn rename(draft: &mut Draft<'_>, old: &str, new: &str) -> Result<(), EditError> {
    draft.need(old)?;
    if old == new {
        return Ok(());
    }
    draft.is_new(new)?;
    let mut notes = by_pattern(draft, old, new);
    let swapped = swap(draft, old, new, &|_| true)?;
    draft.notes.append(&mut notes);
    draft.done.push(format!("{old} is {new} in {swapped}"));
    Ok(())
}

/// What to know of the lists that take one of the two names in by a pattern and not the other. What a list names, or a
/// `bond-master` line puts in one, no pattern takes.
fn by_pattern(draft: &Draft<'_>, old: &str, new: &str) -> Vec<Note> {
    let claims = |mention: &mentions::Mention| {
        let key = mention.line.as_ref().map(|line| line.key.text.replace('_', "-"));
        mention.role == Role::Member || key.as_deref() == Some("bond-master")
    };
    if mentions::of(draft, &|word| word == old).iter().any(claims) {
        return Vec::new();
    }
    let others = draft.ifaces().filter(|own| own.iface.name.text != old);
    let lines = others.flat_map(|own| own.iface.settings.iter().map(move |line| (own, line)));
    let mut notes = Vec::new();
    for (own, line) in lines.filter(|(_, line)| Key::of(&line.key.text).lists_interfaces()) {
        let words = draft.words(&line.value);
        let owner = &own.iface.name.text;
        let (word, text) = match (resolve::pattern_for(&words, old), resolve::pattern_for(&words, new)) {
            (Some(word), None) => (word, format!("{owner} loses it: this matches {old} and not {new}")),
            (None, Some(word)) => (word, format!("{owner} takes it in: this matches {new} and not {old}")),
            _ => continue,
        };
        notes.push(Note { text, span: Some(draft.origin(word.span)) });
    }
    notes
}

/// How often a name was put in another's place.
pub(super) struct Swapped {
    pub(super) places: usize,
    /// The new names of the VLAN devices that were named after it.
    devices: Vec<String>,
}

/// `3 places, and with it bond0.7`.
impl fmt::Display for Swapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} place{}", self.places, if self.places == 1 { "" } else { "s" })?;
        if !self.devices.is_empty() {
            write!(f, ", and with it {}", self.devices.join(", "))?;
        }
        Ok(())
    }
}

/// Puts one name in another's place at the mentions of these roles, and those of VLAN devices named after it.
pub(super) fn swap(
    draft: &mut Draft<'_>,
    old: &str,
    new: &str,
    roles: &dyn Fn(Role) -> bool,
) -> Result<Swapped, EditError> {
    if let Some(mention) = mentions::sourced(draft, &|word| is_or_is_on(word, old)) {
        return Err(draft.elsewhere(format!("another mention of {old}"), mention.word.span));
    }
    let found = mentions::of(draft, &|word| is_or_is_on(word, old));
    let (mut edits, mut places, mut devices) = (Vec::new(), 0, Vec::new());
    for mention in &found {
        if mention.role == Role::Text {
            let text = format!("this names {old} too, and stays as it is");
            draft.notes.push(Note { text, span: Some(draft.origin(mention.word.span)) });
            continue;
        }
        let rest = &mention.word.text[old.len()..];
        if rest.is_empty() && !roles(mention.role) {
            continue;
        }
        let name = format!("{new}{rest}");
        value::fits_a_name(&name)?;
        if !rest.is_empty() && mention.role == Role::Stanza && !devices.contains(&name) {
            draft.is_new(&name)?;
            devices.push(name.clone());
        }
        places += 1;
        edits.push(TextEdit::replace(mention.word.span, name));
    }
    draft.apply(edits)?;
    Ok(Swapped { places, devices })
}
