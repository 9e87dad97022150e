//! `rename`: another name, wherever the file says the old one.

use std::fmt;

use interfaces::TextEdit;

use super::draft::Draft;
use super::mentions::{self, Role, is_or_is_on};
use super::{EditError, Note, value};

/// Gives an interface another name. VLAN devices that are named after it, as bond0.100 is, are renamed too: by their name
/// alone the system knows what they stand on. Text of commands stays, with a note.
pub(super) fn rename(draft: &mut Draft<'_>, old: &str, new: &str) -> Result<(), EditError> {
    draft.need(old)?;
    if old == new {
        return Ok(());
    }
    draft.is_new(new)?;
    let swapped = swap(draft, old, new, &|_| true)?;
    draft.done.push(format!("{old} is {new} in {swapped}"));
    Ok(())
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
