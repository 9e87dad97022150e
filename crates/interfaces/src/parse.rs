//! Logical lines, grouped into items.

use std::borrow::Cow;
use std::ops::Range;

use smol_str::SmolStr;

use crate::findings::Findings;
use crate::line::{Line, Lines, Shape, is_blank};
use crate::tree::{Iface, Item, Kind, Setting, Stanza, Word};
use crate::{Diagnostic, FileId, Severity, Span, complaints, text};

/// The items of a source, without a gap, and what is wrong with it.
pub(crate) fn parse(file: FileId, source: &[u8]) -> (Vec<Item>, Vec<Diagnostic>) {
    let text = text::examine(file, source);
    let mut parser = Parser {
        file,
        source,
        items: Vec::new(),
        open: None,
        settings: Vec::new(),
        pending: Vec::new(),
        quiet: text.hopeless,
        findings: Findings::default(),
    };
    let mut lines = Lines::new(source);
    while let Some(line) = lines.next() {
        parser.line(&line);
    }
    parser.close();
    let mut diagnostics = text.diagnostics;
    diagnostics.extend(parser.findings.finish());
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    (parser.items, diagnostics)
}

/// What a first word opens.
enum Keyword {
    /// `auto`, `allow-CLASS`.
    Allow,
    /// `iface`.
    Iface,
    /// `source`, `source-directory`.
    Source,
    /// A stanza of other settings: `mapping` is ifupdown's, `template` ifupdown-ng's, `vlan` and `bridge` ifupdown2's.
    Block,
    /// A line by itself, all of them ifupdown's.
    Lone,
}

impl Keyword {
    /// ifupdown's `read_interfaces_defn` and ifupdown2's `network_elems` together. `source-dir` opens whatever starts so.
    fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"auto" | b"allow" => Self::Allow,
            b"iface" => Self::Iface,
            b"source" => Self::Source,
            b"mapping" | b"template" | b"vlan" | b"bridge" => Self::Block,
            b"no-auto-down" | b"no-scripts" | b"rename" => Self::Lone,
            _ if word.starts_with(b"allow-") => Self::Allow,
            _ if word.starts_with(b"source-dir") => Self::Source,
            _ => return None,
        })
    }
}

struct Parser<'s> {
    file: FileId,
    source: &'s [u8],
    items: Vec<Item>,
    /// The stanza that takes settings now.
    open: Option<Box<Stanza>>,
    /// Its settings so far.
    settings: Vec<Setting>,
    /// Comments and blank lines since its last setting: part of it if another setting follows, items of their own if not.
    pending: Vec<Item>,
    /// Nothing more needs to be said: it is no text, or a template.
    quiet: bool,
    findings: Findings,
}

impl<'s> Parser<'s> {
    fn line(&mut self, line: &Line<'_>) {
        let whole = self.span(&line.whole);
        if let Some((oddity, place)) = &line.oddity {
            let span = self.span(place);
            let rest = &self.source[place.end..];
            let blank = &rest[..rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len())];
            self.complain(Severity::Warning, span, || complaints::oddity(*oddity, span, blank));
        }
        match (line.shape, line.pieces.first()) {
            (Shape::Comment, _) => self.aside(Item::Comment(whole)),
            (Shape::Text, Some(first)) => {
                let key =
                    word(self.file, self.source, first.start..first.start + first_word(&self.source[first.clone()]));
                match Keyword::of(&self.source[key.span.start..key.span.end]) {
                    Some(keyword) => self.stanza(&keyword, key, whole, line.pieces),
                    None => self.setting(key, whole, line.pieces),
                }
            }
            _ => self.aside(Item::Blank(whole)),
        }
    }

    /// A comment or a blank line.
    fn aside(&mut self, item: Item) {
        let list = if self.open.is_some() { &mut self.pending } else { &mut self.items };
        match (list.last_mut(), &item) {
            (Some(Item::Blank(before)), Item::Blank(span)) => *before = before.to(*span),
            _ => list.push(item),
        }
    }

    /// Ends the stanza that is open.
    fn close(&mut self) {
        if let Some(mut stanza) = self.open.take() {
            if let Kind::Iface(Iface { settings, .. }) | Kind::Other { settings, .. } = &mut stanza.kind {
                // As many as there are: there is a list for each stanza.
                *settings = self.settings.drain(..).collect();
            }
            self.items.push(Item::Stanza(stanza));
        }
        self.items.append(&mut self.pending);
    }

    fn stanza(&mut self, keyword: &Keyword, word: Word, span: Span, pieces: &[Range<usize>]) {
        self.close();
        let mut words = self.words(pieces);
        words.next();
        let kind = match keyword {
            Keyword::Allow => self.allow(&word, words),
            Keyword::Iface => self.iface(&word, words),
            Keyword::Source => self.sources(&word, words),
            Keyword::Block | Keyword::Lone => Kind::Other { words: words.list(), settings: Vec::new() },
        };
        let stanza = Box::new(Stanza { span, keyword: word, kind });
        match keyword {
            Keyword::Iface | Keyword::Block => self.open = Some(stanza),
            _ => self.items.push(Item::Stanza(stanza)),
        }
    }

    fn allow(&mut self, keyword: &Word, words: Words<'_>) -> Kind {
        let names = words.list();
        let class = SmolStr::new(keyword.text.strip_prefix("allow-").unwrap_or(&keyword.text));
        if class.is_empty() || class == "allow" {
            self.complain(Severity::Error, keyword.span, || complaints::no_class(keyword));
            return Kind::Other { words: names, settings: Vec::new() };
        }
        if names.is_empty() {
            self.complain(Severity::Error, keyword.span, || complaints::no_name(keyword));
        }
        Kind::Allow { class, names }
    }

    fn iface(&mut self, keyword: &Word, words: Words<'_>) -> Kind {
        let mut words = words.peekable();
        let Some(name) = words.next() else {
            self.complain(Severity::Error, keyword.span, || complaints::no_name(keyword));
            return Kind::Other { words: Vec::new(), settings: Vec::new() };
        };
        let family = words.next_if(|word| word.text != "inherits");
        let method = if family.is_some() { words.next_if(|word| word.text != "inherits") } else { None };
        let mut inherits = None;
        if let Some(word) = words.next_if(|word| word.text == "inherits") {
            inherits = words.next();
            if inherits.is_none() {
                self.complain(Severity::Error, word.span, || complaints::no_parent(&word));
            }
        }
        if let (Some(first), last) = (words.next(), words.last()) {
            let extra = first.span.to(last.map_or(first.span, |last| last.span));
            self.complain(Severity::Warning, extra, || complaints::extra_words(keyword, extra));
        }
        Kind::Iface(Iface { name, family, method, inherits, settings: Vec::new() })
    }

    fn sources(&mut self, keyword: &Word, mut words: Words<'_>) -> Kind {
        let Some(pattern) = words.next() else {
            self.complain(Severity::Error, keyword.span, || complaints::no_path(keyword));
            return Kind::Other { words: Vec::new(), settings: Vec::new() };
        };
        if let (Some(first), last) = (words.next(), words.last()) {
            let extra = first.span.to(last.map_or(first.span, |last| last.span));
            self.complain(Severity::Error, extra, || complaints::extra_paths(keyword, extra));
        }
        Kind::Source { directory: keyword.text != "source", pattern }
    }

    fn setting(&mut self, key: Word, span: Span, pieces: &[Range<usize>]) {
        let Some(mut stanza) = self.open.take() else {
            self.complain(Severity::Error, key.span, || complaints::stray(&key, span));
            self.items.push(Item::Stray(span));
            return;
        };
        let value = self.value(&key, pieces);
        if value.text.is_empty() {
            self.complain(Severity::Error, key.span, || complaints::no_value(&key));
        }
        self.pending.clear();
        stanza.span = stanza.span.to(span);
        self.settings.push(Setting { key, value, span });
        self.open = Some(stanza);
    }

    /// What follows the key; pieces on several lines are joined by one blank, as ifupdown2 does.
    fn value(&self, key: &Word, pieces: &[Range<usize>]) -> Word {
        let mut span = Span { start: key.span.end, ..key.span };
        let mut text: Option<Cow<'_, str>> = None;
        for piece in pieces {
            let mut piece = piece.clone();
            if piece.start < key.span.end {
                let blanks = self.source[key.span.end..piece.end].iter().take_while(|&&byte| is_blank(byte)).count();
                piece.start = key.span.end + blanks;
            }
            if piece.is_empty() {
                continue;
            }
            span.end = piece.end;
            let more = String::from_utf8_lossy(&self.source[piece.clone()]);
            match &mut text {
                Some(text) => *text += Cow::Owned(format!(" {more}")),
                None => (span.start, text) = (piece.start, Some(more)),
            }
        }
        Word { text: text.map_or_else(SmolStr::default, SmolStr::new), span }
    }

    fn words<'p>(&self, pieces: &'p [Range<usize>]) -> Words<'p>
    where
        's: 'p,
    {
        Words { file: self.file, source: self.source, pieces, at: 0 }
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    /// Says something of a place; the words are found only if there is room for them.
    fn complain(&mut self, severity: Severity, span: Span, make: impl FnOnce() -> Diagnostic) {
        if !self.quiet {
            self.findings.add(severity, span, make);
        }
    }
}

/// The words of a logical line.
#[derive(Clone)]
struct Words<'p> {
    file: FileId,
    source: &'p [u8],
    pieces: &'p [Range<usize>],
    /// Where the next word of the first piece is looked for, if that is within it.
    at: usize,
}

impl Words<'_> {
    /// All that are left, with room for no more: there is a list for each stanza.
    fn list(self) -> Vec<Word> {
        let mut list = Vec::with_capacity(self.clone().count());
        list.extend(self);
        list
    }
}

impl Iterator for Words<'_> {
    type Item = Word;
    fn next(&mut self) -> Option<Word> {
        loop {
            let (piece, others) = self.pieces.split_first()?;
            let start = self.at.max(piece.start);
            let rest = &self.source[start.min(piece.end)..piece.end];
            let blanks = rest.iter().take_while(|&&byte| is_blank(byte)).count();
            if blanks < rest.len() {
                let start = start + blanks;
                self.at = start + first_word(&rest[blanks..]);
                return Some(word(self.file, self.source, start..self.at));
            }
            self.pieces = others;
        }
    }
}

fn word(file: FileId, source: &[u8], range: Range<usize>) -> Word {
    let span = Span::new(file, range.start, range.end);
    Word { text: SmolStr::new(String::from_utf8_lossy(&source[range])), span }
}

/// The length of the word that the text starts with.
fn first_word(text: &[u8]) -> usize {
    text.iter().position(|&byte| is_blank(byte)).unwrap_or(text.len())
}
