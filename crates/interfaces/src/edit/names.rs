//! Words of a list: the names of an `auto` line, of a list of slaves or ports.

use super::TextEdit;
use crate::{Span, Word};

/// Puts a word behind the last of a list.
#[must_use]
pub fn append(last: &Word, word: &str) -> TextEdit {
    let end = Span { start: last.span.end, ..last.span };
    TextEdit::insert(end, format!(" {word}"))
}

/// Takes words out of a list, each with the white space (and the backslash) on one side of it. `words` are all of the
/// list, in order, with their places; `goes` says which are meant: a list may say a word more than once.
///
/// Where all go there is no neighbour to close up to: what is left is the caller's to judge.
#[must_use]
pub fn remove(words: &[Word], goes: impl Fn(&Word) -> bool) -> Vec<TextEdit> {
    let mut edits = Vec::new();
    // The end of the word before, once one stays: from there on, a gap goes with the word behind it.
    let mut before = None;
    for (number, word) in words.iter().enumerate() {
        let (going, span) = (goes(word), word.span);
        if going {
            let after = words.get(number + 1).map_or(span.end, |after| after.span.start);
            let span = before.map_or(Span { end: after, ..span }, |start| Span { start, ..span });
            edits.push(TextEdit::delete(span));
        }
        before = (before.is_some() || !going).then_some(span.end);
    }
    edits
}
