//! Changes of text: runs of a file's bytes that are to become others. All else stays, to the byte.

use crate::Span;

/// A run of bytes, and what is to stand in its place. An empty span inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: Vec<u8>,
}

/// Why edits can't be made. Nothing was changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// An edit of bytes that the file does not have.
    #[error("an edit of bytes {} to {} in a file of {length} bytes", span.start, span.end)]
    Outside {
        /// Of what.
        span: Span,
        /// How many there are.
        length: usize,
    },
    /// Two edits of the same bytes.
    #[error("two edits of the bytes from {} to {}", second.start, first.end)]
    Overlap {
        /// The one that starts first.
        first: Span,
        /// The other.
        second: Span,
    },
}

impl TextEdit {
    /// Puts a text in the place of a span.
    #[must_use]
    pub fn replace(span: Span, text: impl Into<Vec<u8>>) -> Self {
        Self { span, text: text.into() }
    }

    /// Takes a span away.
    #[must_use]
    pub fn delete(span: Span) -> Self {
        Self { span, text: Vec::new() }
    }

    /// Puts a text before the byte at which `span` starts.
    #[must_use]
    pub fn insert(span: Span, text: impl Into<Vec<u8>>) -> Self {
        Self { span: Span { end: span.start, ..span }, text: text.into() }
    }
}

/// The bytes of a file after these edits, given in any order; insertions at one place go in as they come in the list.
/// All spans must be of that file.
///
/// # Errors
/// [`EditError`], when they can't all be made.
pub fn apply(source: &[u8], edits: &[TextEdit]) -> Result<Vec<u8>, EditError> {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut out, mut at) = (Vec::with_capacity(source.len()), 0);
    let mut before: Option<Span> = None;
    for TextEdit { span, text } in sorted {
        if let Some(first) = before.filter(|_| span.start < at) {
            return Err(EditError::Overlap { first, second: *span });
        }
        let outside = EditError::Outside { span: *span, length: source.len() };
        if span.end < span.start || span.end > source.len() {
            return Err(outside);
        }
        out.extend_from_slice(&source[at..span.start]);
        out.extend_from_slice(text);
        at = span.end;
        before = Some(*span);
    }
    out.extend_from_slice(&source[at..]);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    fn span(start: usize, end: usize) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn edits_are_made_in_the_order_of_the_file() {
        let edits = [
            TextEdit::replace(span(5, 7), "lo0"),
            TextEdit::insert(span(0, 4), "# a\n"),
            TextEdit::insert(span(0, 0), "# b\n"),
            TextEdit::delete(span(7, 8)),
        ];
        assert_eq!(apply(b"auto lo\n", &edits).unwrap(), b"# a\n# b\nauto lo0");
        assert_eq!(apply(b"auto lo\n", &[]).unwrap(), b"auto lo\n");
    }

    #[test]
    fn edits_that_can_not_all_be_made_are_refused() {
        let overlap = [TextEdit::delete(span(0, 5)), TextEdit::replace(span(4, 6), "x")];
        assert_eq!(apply(b"auto lo", &overlap), Err(EditError::Overlap { first: span(0, 5), second: span(4, 6) }));
        let outside = [TextEdit::delete(span(3, 9))];
        assert_eq!(apply(b"auto lo", &outside), Err(EditError::Outside { span: span(3, 9), length: 7 }));
        assert!(apply(b"auto lo", &[TextEdit::delete(span(3, 2))]).is_err());
    }
}
