//! Whole stanzas: written and taken away.

use super::TextEdit;
use super::setting::{end_with_comments, insert_lines};
use super::style::Style;
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
