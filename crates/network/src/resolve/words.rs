//! The words of a value, each with its own place.

use interfaces::{Configuration, Span, TextEdit, Word};

/// Splits a value at white space. A backslash before a line's end counts as white space, as it joins two lines.
pub(crate) fn words(configuration: &Configuration, value: &Word) -> Vec<Word> {
    let source = configuration.file(value.span.file).map_or(&[][..], |file| file.document.source());
    let Some(bytes) = source.get(value.span.start..value.span.end) else { return Vec::new() };
    let mut out = Vec::new();
    let mut start = None;
    for at in 0..=bytes.len() {
        match (start, at == bytes.len() || is_gap(bytes, at)) {
            (None, false) => start = Some(at),
            (Some(first), true) => {
                let span = Span::new(value.span.file, value.span.start + first, value.span.start + at);
                out.push(Word { text: String::from_utf8_lossy(&bytes[first..at]).into(), span });
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// Takes a word out of its line, with the blanks before it.
pub(super) fn without(configuration: &Configuration, word: &Word) -> TextEdit {
    let source = configuration.file(word.span.file).map_or(&[][..], |file| file.document.source());
    let before = source.get(..word.span.start).unwrap_or_default();
    let blanks = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    TextEdit::delete(Span { start: word.span.start - blanks, ..word.span })
}

fn is_gap(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\\' => matches!(bytes.get(at + 1..), Some([b'\n', ..] | [b'\r', b'\n', ..])),
        byte => byte.is_ascii_whitespace(),
    }
}
