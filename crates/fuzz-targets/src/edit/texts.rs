//! Edits of a text by places: they are made as asked, and nothing else changes, or they are refused and were not to be
//! made.

use interfaces::edit::{self, TextEdit};
use interfaces::{Document, FileId, Span};

use super::input::Input;

/// Makes the edits that the bytes hold, of what is left of them: each is where it starts and ends (two bytes each, little
/// end first), how many bytes it writes (one), and those.
pub(super) fn examine(count: usize, mut input: Input<'_>) {
    let mut edits = Vec::new();
    for _ in 0..count {
        let (start, end) = (input.number(), input.number());
        let length = input.byte();
        let text = input.take(length.into()).to_vec();
        edits.push(TextEdit { span: Span::new(FileId(0), start, end), text });
    }
    let result = edit::apply(input.0, &edits);
    assert_eq!(result.as_ref().ok(), by_hand(input.0, &edits).as_ref(), "{edits:?}");
    if let Ok(edited) = result {
        assert_eq!(Document::parse(FileId(0), edited.clone()).print(), edited);
    }
}

/// The file after the edits, byte by byte; `None` when they can't all be made.
fn by_hand(source: &[u8], edits: &[TextEdit]) -> Option<Vec<u8>> {
    let inside = |span: Span| span.start <= span.end && span.end <= source.len();
    if edits.iter().any(|edit| !inside(edit.span)) {
        return None;
    }
    let overlap = |(n, a): (usize, &TextEdit)| edits[n + 1..].iter().any(|b| clash(a.span, b.span));
    if edits.iter().enumerate().any(overlap) {
        return None;
    }
    let mut out = Vec::new();
    for at in 0..=source.len() {
        // At one place what is inserted comes first, in the order of the list, and then what replaces.
        let here = edits.iter().filter(|edit| edit.span.start == at);
        let (inserted, replaced): (Vec<_>, Vec<_>) = here.partition(|edit| edit.span.end == at);
        inserted.iter().chain(&replaced).for_each(|edit| out.extend_from_slice(&edit.text));
        let gone = edits.iter().any(|edit| (edit.span.start..edit.span.end).contains(&at));
        out.extend(source.get(at).filter(|_| !gone));
    }
    Some(out)
}

/// Whether two edits are of the same bytes; an insertion within a replaced run is one too.
fn clash(a: Span, b: Span) -> bool {
    a.start.max(b.start) < a.end.min(b.end) || within(a, b) || within(b, a)
}

fn within(insertion: Span, around: Span) -> bool {
    insertion.start == insertion.end && around.start < insertion.start && insertion.start < around.end
}
