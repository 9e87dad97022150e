//! `rename`: another name, wherever the file says the old one.

use interfaces::TextEdit;

use super::draft::Draft;
use super::mentions::{self, Role, is_or_is_on};
use super::{EditError, Note};
use crate::IfName;

/// Gives an interface another name. VLAN devices that are named after it, as bond0.100 is, are renamed too: by their name
/// alone the system knows what they stand on. Text of commands stays, with a note.
pub(super) fn rename(draft: &mut Draft<'_>, old: &str, new: &str) -> Result<(), EditError> {
    draft.need(old)?;
    if old == new {
        return Ok(());
    }
    draft.is_new(new)?;
    swap(draft, old, new, &|_| true)
}

/// Puts one name in another's place at the mentions of these roles, and those of VLAN devices named after it.
pub(super) fn swap(draft: &mut Draft<'_>, old: &str, new: &str, roles: &dyn Fn(Role) -> bool) -> Result<(), EditError> {
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
        IfName::new(&name)?;
        if !rest.is_empty() && mention.role == Role::Stanza && !devices.contains(&name) {
            draft.is_new(&name)?;
            devices.push(name.clone());
        }
        places += 1;
        edits.push(TextEdit::replace(mention.word.span, name));
    }
    draft.apply(edits)?;
    if places > 0 {
        let more = if devices.is_empty() { String::new() } else { format!(", and with it {}", devices.join(", ")) };
        let places = if places == 1 { "1 place".to_owned() } else { format!("{places} places") };
        draft.done.push(format!("{old} is {new} in {places}{more}"));
    }
    Ok(())
}
