//! Whole stanzas: written and taken away.

use super::TextEdit;
use super::setting::{end_with_comments, insert_lines};
use super::style::Style;
use crate::line::{Lines, Shape, is_blank};
use crate::tree::Kind;
use crate::{Document, Item, Span, Stanza};

/// A stanza that is to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Comment lines above it, without the `#`.
    pub comment: Vec<String>,
    /// Whether an `auto` line of its own stands before it.
    pub auto: bool,
    /// Which interface.
    pub name: String,
    /// Family and method, such as `inet manual`; empty for a stanza without.
    pub method: String,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of a stanza that is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Key and value, to be spelled in the style of the file.
    Setting(String, String),
    /// As it stands, without its end: moved from elsewhere.
    Raw(Vec<u8>),
}

impl Line {
    /// Whole lines as they stand in a file, one setting with comments above it or a comment alone, to be written
    /// elsewhere. Where backslashes leave the last one open (at the end of the file, or before a blank line), they stay
    /// behind, and so does the blank line: elsewhere they would take the next line in.
    pub fn moved(text: &[u8]) -> impl Iterator<Item = Self> + '_ {
        let trimmed = &text[..last(text, |byte| !is_blank(byte))];
        let open = trimmed.ends_with(b"\\") && !ends_in_comment(trimmed);
        let kept = if open { &trimmed[..last(trimmed, |byte| byte != b'\\')] } else { text };
        kept.split_inclusive(|&byte| byte == b'\n').map(|line| {
            let line = line.strip_suffix(b"\n").unwrap_or(line);
            Self::Raw(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
        })
    }
}

/// How many bytes there are up to the last one of which it is true, with that.
fn last(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    text.iter().rposition(|&byte| is(byte)).map_or(0, |last| last + 1)
}

/// Whether the last line of a text is a comment.
fn ends_in_comment(text: &[u8]) -> bool {
    let mut lines = Lines::new(text);
    let mut shape = Shape::Blank;
    while let Some(line) = lines.next() {
        shape = line.shape;
    }
    shape == Shape::Comment
}

impl Draft {
    /// The lines, without their ends.
    #[must_use]
    pub fn lines(&self, style: &Style) -> Vec<Vec<u8>> {
        let mut out: Vec<Vec<u8>> = self.comment.iter().map(|text| format!("# {text}").into_bytes()).collect();
        if self.auto {
            out.push(format!("auto {}", self.name).into_bytes());
        }
        let header = format!("iface {} {}", self.name, self.method);
        out.push(header.trim_end().as_bytes().to_vec());
        out.extend(self.lines.iter().map(|line| match line {
            Line::Setting(key, value) => style.line(key, value),
            Line::Raw(bytes) => bytes.clone(),
        }));
        out
    }
}

/// Writes new stanzas after this one (and the comments that follow it directly); without one, at the end of the file,
/// but before `source` lines that end it. Blank lines stand between them if they do in the file.
#[must_use]
pub fn insert(document: &Document, after: Option<&Stanza>, drafts: &[Draft]) -> TextEdit {
    let last = || document.stanzas().filter(|stanza| !matches!(stanza.kind, Kind::Source { .. })).last();
    let anchor = after.or_else(last);
    let source = document.source();
    let at = anchor.map_or(source.len(), |anchor| end_with_comments(document, anchor));
    let style = Style::at(document, at);
    let apart = blank_between(document);
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for draft in drafts {
        if apart && (at > 0 || !lines.is_empty()) && !(lines.is_empty() && is_after_blank(document, at)) {
            lines.push(Vec::new());
        }
        lines.extend(draft.lines(&style));
    }
    if apart && at < source.len() && !is_before_blank(document, at) {
        lines.push(Vec::new());
    }
    insert_lines(document, at, &lines)
}

/// Takes away the lines of a span that ends at `end`, and one of the two runs of blank lines that would meet there.
#[must_use]
pub fn delete(document: &Document, span: Span, end: usize) -> TextEdit {
    let items = document.items();
    let before = items.iter().rfind(|item| item.span().end <= span.start).filter(|item| item.span().end == span.start);
    let after = items.iter().find(|item| item.span().start == end);
    let alone = before.is_none_or(|item| matches!(item, Item::Blank(_)));
    match (before, after) {
        (_, Some(Item::Blank(blank))) if alone => TextEdit::delete(Span { start: span.start, end: blank.end, ..span }),
        (Some(Item::Blank(blank)), None) => TextEdit::delete(Span { start: blank.start, end, ..span }),
        _ => TextEdit::delete(Span { end, ..span }),
    }
}

/// Whether most stanzas that follow an `iface` stanza have a blank line before them. A file of one stanza says nothing,
/// and then they do.
fn blank_between(document: &Document) -> bool {
    let (mut apart, mut close) = (0, 0);
    let mut last: Option<(bool, bool)> = None;
    for item in document.items() {
        match item {
            Item::Blank(_) => last = last.map(|(iface, _)| (iface, true)),
            Item::Comment(_) | Item::Stray(_) => {}
            Item::Stanza(stanza) => {
                match last {
                    Some((true, true)) => apart += 1,
                    Some((true, false)) => close += 1,
                    _ => {}
                }
                last = Some((matches!(stanza.kind, Kind::Iface(_)), false));
            }
        }
    }
    apart >= close
}

fn is_after_blank(document: &Document, at: usize) -> bool {
    document.items().iter().any(|item| matches!(item, Item::Blank(span) if span.end == at))
}

fn is_before_blank(document: &Document, at: usize) -> bool {
    document.items().iter().any(|item| matches!(item, Item::Blank(span) if span.start == at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_takes_no_open_end_along() {
        for (text, moved) in [
            (&b"\tmtu 9000\n"[..], &[&b"\tmtu 9000"[..]][..]),
            (b"\tmtu 9000 \r\n", &[b"\tmtu 9000 "]),
            (b"\tup a \\\n\t\tb\n", &[b"\tup a \\", b"\t\tb"]),
            (b"# of a\n\tup a", &[b"# of a", b"\tup a"]),
            (b"\tup a \\", &[b"\tup a "]),
            (b"\tup a \\\n", &[b"\tup a "]),
            (b"\tup a \\\\\\\n", &[b"\tup a "]),
            (b"\tup a \\ \x0b\r\n", &[b"\tup a "]),
            (b"\tup a \\\n \n", &[b"\tup a "]),
            (b"\tup a \\\n\t\tb\\\n", &[b"\tup a \\", b"\t\tb"]),
            // A comment ends where its line does.
            (b"# a \\\n", &[b"# a \\"]),
            (b"# a \\\n\tup a\n", &[b"# a \\", b"\tup a"]),
        ] {
            let lines: Vec<Line> = Line::moved(text).collect();
            let expected: Vec<Line> = moved.iter().map(|line| Line::Raw(line.to_vec())).collect();
            assert_eq!(lines, expected, "{:?}", String::from_utf8_lossy(text));
        }
    }
}
