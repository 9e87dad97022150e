//! Words of a list: the names of an `auto` line, of a list of slaves or ports.

use super::TextEdit;
use crate::{Document, Span, Stanza, Word};

/// Puts a word behind the last of a list.
#[must_use]
pub fn append(last: &Word, word: &str) -> TextEdit {
    let end = Span { start: last.span.end, ..last.span };
    TextEdit::insert(end, format!(" {word}"))
}

/// Takes one word out of a list of several, with the white space (and the backslash) on one side of it. `words` are all
/// of the list, in order, with their places.
///
/// A list of one word has no neighbour to close up to: the word alone is taken, and what is left is the caller's to judge.
#[must_use]
pub fn remove(words: &[Word], number: usize) -> TextEdit {
    let span = words[number].span;
    match (number.checked_sub(1).map(|before| &words[before]), words.get(number + 1)) {
        (Some(before), _) => TextEdit::delete(Span { start: before.span.end, ..span }),
        (None, Some(after)) => TextEdit::delete(Span { end: after.span.start, ..span }),
        (None, None) => TextEdit::delete(span),
    }
}

/// Takes a name off an `auto` or `allow-CLASS` line; the line goes when it is the only one.
#[must_use]
pub fn take_off(document: &Document, stanza: &Stanza, names: &[Word], number: usize) -> TextEdit {
    if names.len() > 1 { remove(names, number) } else { super::stanza::delete(document, stanza.span, stanza.span.end) }
}
