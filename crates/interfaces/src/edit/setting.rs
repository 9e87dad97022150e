//! Lines of a stanza: written, changed, taken away.

use super::TextEdit;
use super::style::{Style, header};
use crate::{Document, Item, Setting, Span, Stanza};

/// Gives a line another value. Indent, key, blanks and line end stay; the lines that continue the old value go with it.
#[must_use]
pub fn set_value(setting: &Setting, value: &str) -> TextEdit {
    if setting.value.text.is_empty() {
        return TextEdit::insert(Span { start: setting.key.span.end, ..setting.key.span }, format!(" {value}"));
    }
    TextEdit::replace(setting.value.span, value)
}

/// Writes a new line into a stanza, after one of its lines (`None`: right after its first). The style is the stanza's.
#[must_use]
pub fn insert(document: &Document, stanza: &Stanza, after: Option<&Setting>, key: &str, value: &str) -> TextEdit {
    let line = Style::within(document, stanza).line(key, value);
    let at = after.map_or_else(|| header(document, stanza), |setting| setting.span).end;
    insert_lines(document, at, &[line])
}

/// Puts whole lines, given without their ends, at a place where a line starts, or at the end of the file. A file whose
/// last line has no end keeps it that way.
#[must_use]
pub fn insert_lines(document: &Document, at: usize, lines: &[Vec<u8>]) -> TextEdit {
    let source = document.source();
    let line_end = super::style::line_end(document);
    let mut text = Vec::new();
    let unended = at > 0 && at == source.len() && source[at - 1] != b'\n';
    for line in lines {
        if unended {
            text.extend_from_slice(line_end);
        }
        text.extend_from_slice(line);
        if !unended {
            text.extend_from_slice(line_end);
        }
    }
    TextEdit::insert(Span::new(document.file(), at, at), text)
}

/// Takes a line away, with the lines that continue it. Comments stay, whatever they are about.
#[must_use]
pub fn delete(setting: &Setting) -> TextEdit {
    TextEdit::delete(setting.span)
}

/// The comments that stand directly above a line, without a blank line between, as they are: where each starts and ends.
#[must_use]
pub fn comments_above(document: &Document, setting: &Setting) -> Span {
    let source = document.source();
    let mut start = setting.span.start;
    while start > 0 {
        let line = source[..start - 1].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let comment = source[line..start].iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'#');
        // A comment that continues a value is part of it, and so of a setting's span.
        let inside = document.stanzas().flat_map(Stanza::settings).any(|s| s.span.start <= line && line < s.span.end);
        if !comment || inside {
            break;
        }
        start = line;
    }
    Span::new(setting.span.file, start, setting.span.start)
}

/// The end of the comments that follow a stanza directly, without a blank line between.
pub(super) fn end_with_comments(document: &Document, stanza: &Stanza) -> usize {
    let mut end = stanza.span.end;
    let first = document.items().partition_point(|item| item.span().start < end);
    for item in &document.items()[first..] {
        match item {
            Item::Comment(span) if span.start == end && !is_heading(document, span.end) => end = span.end,
            _ => break,
        }
    }
    end
}

/// Whether a stanza begins right after a comment that ends here: then the comment is about that stanza.
fn is_heading(document: &Document, end: usize) -> bool {
    let first = document.items().partition_point(|item| item.span().start < end);
    let next = document.items()[first..].iter().find(|item| !matches!(item, Item::Comment(_)));
    matches!(next, Some(Item::Stanza(_)))
}
