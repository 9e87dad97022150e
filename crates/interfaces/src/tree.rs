//! The tree: a flat list of items, each a run of whole lines.

use crate::{FileId, Span};

/// A file as a lossless tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    file: FileId,
    source: Vec<u8>,
    items: Vec<Item>,
}

/// A run of whole lines: blank ones, a comment, or a stanza with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A line of nothing but white space.
    Blank(Span),
    /// A line whose first character other than white space is `#`; it stands outside of every stanza.
    Comment(Span),
    /// A stanza, from its keyword to its last line; comments and blank lines between its lines belong to it.
    Stanza(Stanza),
    /// A line that opens no stanza and belongs to none.
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
    /// `auto NAME…` (the class is `auto`) or `allow-CLASS NAME…`.
    Allow {
        /// `auto`, `hotplug` or what the administrator chose.
        class: String,
        /// Names or patterns.
        names: Vec<Word>,
    },
    /// `iface NAME [FAMILY METHOD] [inherits NAME]` and what follows.
    Iface(Iface),
    /// `source PATTERN` or `source-directory PATTERN`.
    Source {
        /// `source-directory`.
        directory: bool,
        /// The pattern, as written.
        pattern: Word,
    },
    /// A stanza that Bowline keeps and does not act on (`mapping`, `no-auto-down`, `no-scripts`, `rename`, `template`, …).
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
    /// The text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Document {
    /// Reads a file. Never fails: what makes no sense becomes [`Item::Stray`].
    #[must_use]
    pub fn parse(file: FileId, source: Vec<u8>) -> Self {
        Self { file, source, items: Vec::new() }
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

    /// The stanzas, in order.
    pub fn stanzas(&self) -> impl Iterator<Item = &Stanza> {
        self.items.iter().filter_map(|item| if let Item::Stanza(stanza) = item { Some(stanza) } else { None })
    }
}
