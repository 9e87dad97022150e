//! The tree: a flat list of items, each a run of whole lines.

use std::sync::OnceLock;

use smol_str::SmolStr;

use crate::place::LineIndex;
use crate::{Diagnostic, FileId, Span, parse};

/// A file as a lossless tree.
#[derive(Clone, Debug)]
pub struct Document {
    file: FileId,
    source: Vec<u8>,
    items: Vec<Item>,
    diagnostics: Vec<Diagnostic>,
    /// Found when a place is asked for: of a file that nothing is said of, never.
    pub(crate) lines: OnceLock<LineIndex>,
}

/// A run of whole lines: blank ones, a comment, or a stanza with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Lines of nothing but white space: as many as stand together.
    Blank(Span),
    /// A line whose first character other than white space is `#`; it stands outside of every stanza: before the first,
    /// or after the last setting of one. It never continues on the next line, not even after a backslash.
    Comment(Span),
    /// A stanza, from its keyword to its last setting; comments and blank lines between its lines belong to it, those
    /// after its last setting do not.
    Stanza(Box<Stanza>),
    /// A line that opens no stanza and belongs to none: before the first stanza, or after one that takes no settings.
    Stray(Span),
}

/// A stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stanza {
    /// All of it, line ends included.
    pub span: Span,
    /// Its first word.
    pub keyword: Word,
    /// What it says.
    pub kind: Kind,
}

/// What a stanza says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `auto NAME…` (the class is `auto`) or `allow-CLASS NAME…`. Without a name it has a diagnostic.
    Allow {
        /// `auto`, `hotplug` or what the administrator chose.
        class: SmolStr,
        /// Names or patterns.
        names: Vec<Word>,
    },
    /// `iface NAME [FAMILY METHOD] [inherits NAME]` and what follows.
    Iface(Iface),
    /// `source PATTERN` or `source-directory PATTERN`.
    Source {
        /// `source-directory`.
        directory: bool,
        /// The pattern, as written. Further words on the line have a diagnostic.
        pattern: Word,
    },
    /// A stanza that makes no interface of itself: `mapping`, `template`, `vlan` and `bridge` with the settings that
    /// follow, `no-auto-down`, `no-scripts` and `rename`, which take none; and a stanza that lacks the words it needs
    /// (`iface` without a name), which has a diagnostic.
    Other {
        /// The rest of its first line.
        words: Vec<Word>,
        /// The lines that belong to it.
        settings: Vec<Setting>,
    },
}

/// An `iface` stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iface {
    /// Which interface.
    pub name: Word,
    /// `inet`, `inet6` or what stands there; none in a type-less stanza.
    pub family: Option<Word>,
    /// `static`, `manual`, `dhcp`, …
    pub method: Option<Word>,
    /// The stanza that it takes its settings from.
    pub inherits: Option<Word>,
    /// Its lines, in order; a key may stand there many times.
    pub settings: Vec<Setting>,
}

/// A line (or several that a backslash joins) of a stanza.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, as written.
    pub key: Word,
    /// The rest, without the white space around it and without the backslashes of continuations. Empty if nothing follows.
    pub value: Word,
    /// The whole, line ends included.
    pub span: Span,
}

/// A piece of text and where it stands. Bytes that are no UTF-8 show as U+FFFD here; the source keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The text: in place up to 23 bytes, which nearly every word is, for a file has more words than anything else.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

impl Item {
    /// All of it, line ends included.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Blank(span) | Self::Comment(span) | Self::Stray(span) => *span,
            Self::Stanza(stanza) => stanza.span,
        }
    }
}

impl Stanza {
    /// The lines that belong to it; none for those that take none.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        match &self.kind {
            Kind::Iface(Iface { settings, .. }) | Kind::Other { settings, .. } => settings,
            Kind::Allow { .. } | Kind::Source { .. } => &[],
        }
    }
}

/// Whether a place was asked for makes no difference.
impl PartialEq for Document {
    fn eq(&self, other: &Self) -> bool {
        let Self { file, source, items, diagnostics, lines: _ } = self;
        (file, source, items, diagnostics) == (&other.file, &other.source, &other.items, &other.diagnostics)
    }
}

impl Eq for Document {}

impl Document {
    /// Reads a file, in time linear in its length. Never fails: what makes no sense becomes [`Item::Stray`] or
    /// [`Kind::Other`], and [`Document::diagnostics`] says what is wrong with it.
    #[must_use]
    pub fn parse(file: FileId, source: Vec<u8>) -> Self {
        let (items, diagnostics) = parse::parse(file, &source);
        Self { file, source, items, diagnostics, lines: OnceLock::new() }
    }

    /// The bytes, put together again from the items. They are those that were read, whatever they are.
    #[must_use]
    pub fn print(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.source.len());
        for span in self.items.iter().map(Item::span) {
            out.extend_from_slice(&self.source[span.start..span.end]);
        }
        out
    }

    /// Which file it is.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// The bytes, as they were read.
    #[must_use]
    pub fn source(&self) -> &[u8] {
        &self.source
    }

    /// All of it, in order, without a gap.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// What is wrong with the syntax, in the order of the file: at most [`crate::findings::MAX`], a last one that
    /// counts the rest, and what is to be said of the file as a whole.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The stanzas, in order.
    pub fn stanzas(&self) -> impl Iterator<Item = &Stanza> {
        self.items.iter().filter_map(|item| if let Item::Stanza(stanza) = item { Some(&**stanza) } else { None })
    }
}
