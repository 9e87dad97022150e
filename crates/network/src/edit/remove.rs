//! `remove`: an interface taken out of the file.

use interfaces::edit::{names, setting, stanza};
use interfaces::tree::Kind;
use interfaces::{Item, Span, TextEdit, Word};

use super::draft::Draft;
use super::keys::Key;
use super::mentions::{self, Mention, Role};
use super::{EditError, Note, set};

/// Takes out the stanzas of an interface and its names on `auto` lines. Lines of others that name it are a refusal, or
/// (`with_references`) lose the name; what stands on it is a refusal in any case.
pub(super) fn remove(draft: &mut Draft<'_>, name: &str, with_references: bool) -> Result<(), EditError> {
    draft.need(name)?;
    if let Some(iface) = draft.sourced(name).next() {
        return Err(draft.elsewhere(format!("another stanza of {name}"), iface.name.span));
    }
    let is_it = |word: &str| word == name;
    if let Some(mention) = mentions::sourced(draft, &|word| mentions::is_or_is_on(word, name)) {
        return Err(draft.elsewhere(format!("another mention of {name}"), mention.word.span));
    }
    let on_it = mentions::of(draft, &|word| mentions::is_or_is_on(word, name));
    let others: Vec<&Mention> = on_it.iter().filter(|mention| mention.owner != name).collect();
    let stands = |m: &&&Mention| {
        matches!(m.role, Role::Lower | Role::Parent)
            || (m.word.text != name && m.role != Role::Text && m.role != Role::Start)
    };
    let refuse = |list: Vec<&&Mention>, removable| {
        let spans: Vec<Span> = list.iter().map(|mention| draft.origin(mention.word.span)).collect();
        if spans.is_empty() { Ok(()) } else { Err(EditError::Referenced { name: name.to_owned(), spans, removable }) }
    };
    refuse(others.iter().filter(stands).collect(), false)?;
    if !with_references {
        let named = |m: &&&Mention| matches!(m.role, Role::Member | Role::PortValue | Role::Alone);
        refuse(others.iter().filter(named).collect(), true)?;
    }
    let texts: Vec<Span> = others.iter().filter(|m| m.role == Role::Text).map(|m| m.word.span).collect();
    for span in texts {
        draft.notes.push(Note { text: format!("this names {name} too, and stays as it is"), span: Some(span) });
    }
    // Each round takes one mention away, so there are no more rounds than mentions.
    for _ in 0..on_it.len() {
        let found = mentions::of(draft, &is_it);
        let Some(mention) = found.iter().find(|m| m.owner != name && reference(m)) else { break };
        let (edits, said) = dereference(draft, mention, name);
        draft.apply(edits)?;
        // A list that has the name twice is one line.
        if draft.done.last() != Some(&said) {
            draft.done.push(said);
        }
    }
    let edits = take_out(draft, name);
    draft.apply(edits)?;
    draft.done.push(format!("{name} is taken out"));
    Ok(())
}

fn reference(mention: &Mention) -> bool {
    matches!(mention.role, Role::Member | Role::PortValue | Role::Alone)
}

/// Takes a name off the line of another interface.
fn dereference(draft: &Draft<'_>, mention: &Mention, name: &str) -> (Vec<TextEdit>, String) {
    // References are found on lines only.
    let Some(line) = &mention.line else { return (vec![TextEdit::delete(mention.word.span)], String::new()) };
    let said = format!("{}: {} without {name}", mention.owner, line.key.text);
    let words = draft.words(&line.value);
    let goes = |word: &Word| word.span.start == mention.word.span.start;
    match mention.role {
        Role::Alone => (vec![setting::delete(line)], said),
        _ => (set::without(line, &words, goes, &Key::of(&line.key.text)), said),
    }
}

/// The edits that take out all stanzas and names of an interface: runs of neighbours go as one, so that blank lines do
/// not pile up.
fn take_out(draft: &Draft<'_>, name: &str) -> Vec<TextEdit> {
    let document = draft.document();
    let items = document.items();
    let goes = |item: &Item| match item {
        Item::Stanza(stanza) => match &stanza.kind {
            Kind::Iface(iface) => iface.name.text == name,
            Kind::Allow { names, .. } => names.iter().all(|word| word.text == name) && !names.is_empty(),
            Kind::Other { words, .. } => {
                let lone = ["no-auto-down", "no-scripts"].contains(&stanza.keyword.text.as_str());
                lone && !words.is_empty() && words.iter().all(|word| word.text == name)
            }
            Kind::Source { .. } => false,
        },
        _ => false,
    };
    let mut edits = Vec::new();
    let mut at = 0;
    while at < items.len() {
        if !goes(&items[at]) {
            at += 1;
            continue;
        }
        let from = at;
        while at < items.len() && goes(&items[at]) {
            at += 1;
        }
        // `auto a`, a blank line, `iface a`: the blank line goes along. Not between two that others stand between.
        if let (Some(Item::Blank(_)), Some(next)) = (items.get(at), items.get(at + 1))
            && goes(next)
        {
            edits.push(TextEdit::delete(items[from].span().to(items[at].span())));
            at += 1;
            continue;
        }
        let heading = heading(draft, from, name);
        edits.push(stanza::delete(document, items[heading].span(), items[at - 1].span().end));
    }
    for item in items {
        let Item::Stanza(stanza) = item else { continue };
        let list = match &stanza.kind {
            Kind::Allow { names, .. } => names,
            Kind::Other { words, .. } if stanza.settings().is_empty() => words,
            _ => continue,
        };
        if goes(item) {
            continue;
        }
        edits.extend(names::remove(list, |word| word.text == name));
    }
    edits
}

/// The first of the comments directly above an item that are clearly about what goes: they have a blank line above them,
/// name the interface, and name no other.
fn heading(draft: &Draft<'_>, from: usize, name: &str) -> usize {
    let items = draft.document().items();
    let mut first = from;
    while first > 0 && matches!(items[first - 1], Item::Comment(_)) {
        first -= 1;
    }
    let apart = first.checked_sub(1).is_none_or(|before| matches!(items[before], Item::Blank(_)));
    if first == from || !apart {
        return from;
    }
    let span = items[first].span().to(items[from - 1].span());
    let text = String::from_utf8_lossy(draft.bytes(span)).into_owned();
    let words = || {
        text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))).map(|w| w.trim_end_matches('.'))
    };
    let other = |word: &str| word != name && draft.ifaces().any(|own| own.iface.name.text == word);
    if words().any(|word| word == name) && !words().any(other) { first } else { from }
}
