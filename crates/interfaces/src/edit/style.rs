//! How a file is written: what a new line beside the others should look like.

use crate::line::Lines;
use crate::tree::Kind;
use crate::{Document, Setting, Span, Stanza};

/// What a new line should look like: from the stanza that it goes to, else from the nearest one that has lines, else as
/// Proxmox writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// What stands before the key: a tab, some blanks, or nothing.
    pub indent: Vec<u8>,
    /// What stands between key and value.
    pub gap: Gap,
    /// Whether keys are spelled `bond_mode`, not `bond-mode`.
    pub underscores: bool,
    /// LF or CR LF.
    pub line_end: &'static [u8],
}

/// What stands between a key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// One blank.
    Blank,
    /// One tab.
    Tab,
    /// Blanks up to this many bytes after the start of the key: all values of the stanza stand there.
    Column(usize),
}

impl Style {
    /// The style for a new line of this stanza.
    #[must_use]
    pub fn within(document: &Document, stanza: &Stanza) -> Self {
        let near = nearest(document, stanza.span.start);
        let indented = stanza.settings().first().or(near.and_then(|near| near.settings().first()));
        let gap = gap(document, stanza.settings());
        Self {
            indent: indented.map_or(b"\t".to_vec(), |setting| indent(document, setting)),
            gap: gap.or_else(|| near.and_then(|near| gap_of_new(document, near))).unwrap_or(Gap::Blank),
            underscores: spelled_with_underscores(stanza.settings())
                .or_else(|| document.stanzas().find_map(|other| spelled_with_underscores(other.settings())))
                .unwrap_or(false),
            line_end: line_end(document),
        }
    }

    /// The style for a new stanza at this place.
    #[must_use]
    pub fn at(document: &Document, offset: usize) -> Self {
        let near = nearest(document, offset);
        Self {
            indent: near
                .and_then(|near| near.settings().first())
                .map_or(b"\t".to_vec(), |first| indent(document, first)),
            gap: near.and_then(|near| gap_of_new(document, near)).unwrap_or(Gap::Blank),
            underscores: document
                .stanzas()
                .find_map(|other| spelled_with_underscores(other.settings()))
                .unwrap_or(false),
            line_end: line_end(document),
        }
    }

    /// The key as this style spells it.
    #[must_use]
    pub fn spell(&self, key: &str) -> String {
        if self.underscores { key.replace('-', "_") } else { key.to_owned() }
    }

    /// A line of a stanza, without its end.
    #[must_use]
    pub fn line(&self, key: &str, value: &str) -> Vec<u8> {
        let key = self.spell(key);
        let mut line = self.indent.clone();
        line.extend_from_slice(key.as_bytes());
        match self.gap {
            Gap::Column(column) => line.resize(line.len() + column.saturating_sub(key.len()).max(1), b' '),
            Gap::Tab => line.push(b'\t'),
            Gap::Blank => line.push(b' '),
        }
        line.extend_from_slice(value.as_bytes());
        line
    }
}

/// The first line of a stanza, continuations and line end included.
pub(super) fn header(document: &Document, stanza: &Stanza) -> Span {
    let whole = Lines::starting(document.source(), stanza.span.start).next().map(|line| line.whole);
    let whole = whole.unwrap_or(stanza.span.start..stanza.span.end);
    Span::new(stanza.span.file, whole.start, whole.end)
}

/// What ends the lines of a file: what ends its first one.
pub(super) fn line_end(document: &Document) -> &'static [u8] {
    let source = document.source();
    match source.iter().position(|&byte| byte == b'\n') {
        Some(at) if at > 0 && source[at - 1] == b'\r' => b"\r\n",
        _ => b"\n",
    }
}

/// The `iface` stanza with lines that ends last before this place, else the first one after it.
fn nearest(document: &Document, offset: usize) -> Option<&Stanza> {
    let mut written = document.stanzas().filter(|s| matches!(s.kind, Kind::Iface(_)) && !s.settings().is_empty());
    let mut best = None;
    for stanza in written.by_ref() {
        if stanza.span.start >= offset && best.is_some() {
            break;
        }
        best = Some(stanza);
        if stanza.span.start >= offset {
            break;
        }
    }
    best
}

/// The white space before a setting, on its own physical line.
pub(super) fn indent(document: &Document, setting: &Setting) -> Vec<u8> {
    let before = &document.source()[setting.span.start..setting.key.span.start];
    let line = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    before[line..].iter().copied().filter(|byte| matches!(byte, b' ' | b'\t')).collect()
}

/// What these lines have between key and value, if they agree: the same column beyond a single blank, or a tab.
fn gap(document: &Document, settings: &[Setting]) -> Option<Gap> {
    let valued: Vec<&Setting> = settings.iter().filter(|setting| !setting.value.text.is_empty()).collect();
    let between = |s: &Setting| document.source().get(s.key.span.end..s.value.span.start).unwrap_or_default();
    let first = valued.first()?;
    if valued.iter().all(|setting| between(setting) == b"\t") {
        return Some(Gap::Tab);
    }
    let column = first.value.span.start - first.key.span.start;
    let aligned = valued.len() > 1
        && valued.iter().all(|s| s.value.span.start - s.key.span.start == column)
        && valued.iter().all(|s| between(s).iter().all(|&byte| byte == b' '))
        && valued.iter().any(|s| between(s).len() > 1);
    if aligned { Some(Gap::Column(column)) } else { Some(Gap::Blank) }
}

/// The same for a stanza that is yet to come: it takes over tabs, not columns that others' keys made.
fn gap_of_new(document: &Document, near: &Stanza) -> Option<Gap> {
    gap(document, near.settings()).filter(|gap| !matches!(gap, Gap::Column(_)))
}

/// Whether keys are spelled with `_`; `None` when no key has either.
fn spelled_with_underscores(settings: &[Setting]) -> Option<bool> {
    let joined: Vec<bool> =
        settings.iter().filter(|s| s.key.text.contains(['-', '_'])).map(|s| s.key.text.contains('_')).collect();
    (!joined.is_empty()).then(|| joined.iter().all(|&underscore| underscore))
}
