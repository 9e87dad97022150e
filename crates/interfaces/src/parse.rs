//! Logical lines, grouped into items.

use std::ops::Range;

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
    /// Comments and blank lines since its last setting: part of it if another setting follows, items of their own if not.
    pending: Vec<Item>,
    /// Nothing more needs to be said: it is no text, or a template.
    quiet: bool,
    findings: Findings,
}

impl Parser<'_> {
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
                let key = self.word(first.start..first.start + first_word(&self.source[first.clone()]));
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
        self.items.extend(self.open.take().map(Item::Stanza));
        self.items.append(&mut self.pending);
    }

    fn stanza(&mut self, keyword: &Keyword, word: Word, span: Span, pieces: &[Range<usize>]) {
        self.close();
        let mut words = self.words(pieces);
        words.remove(0);
        let kind = match keyword {
            Keyword::Allow => self.allow(&word, words),
            Keyword::Iface => self.iface(&word, words),
            Keyword::Source => self.sources(&word, words),
            Keyword::Block | Keyword::Lone => Kind::Other { words, settings: Vec::new() },
        };
        let stanza = Box::new(Stanza { span, keyword: word, kind });
        match keyword {
            Keyword::Iface | Keyword::Block => self.open = Some(stanza),
            _ => self.items.push(Item::Stanza(stanza)),
        }
    }

    fn allow(&mut self, keyword: &Word, names: Vec<Word>) -> Kind {
        let class = keyword.text.strip_prefix("allow-").unwrap_or(&keyword.text).to_owned();
        if class.is_empty() || class == "allow" {
            self.complain(Severity::Error, keyword.span, || complaints::no_class(keyword));
            return Kind::Other { words: names, settings: Vec::new() };
        }
        if names.is_empty() {
            self.complain(Severity::Error, keyword.span, || complaints::no_name(keyword));
        }
        Kind::Allow { class, names }
    }

    fn iface(&mut self, keyword: &Word, words: Vec<Word>) -> Kind {
        let mut words = words.into_iter().peekable();
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

    fn sources(&mut self, keyword: &Word, words: Vec<Word>) -> Kind {
        let mut words = words.into_iter();
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
        if let Kind::Iface(Iface { settings, .. }) | Kind::Other { settings, .. } = &mut stanza.kind {
            settings.push(Setting { key, value, span });
        }
        self.open = Some(stanza);
    }

    /// What follows the key; pieces on several lines are joined by one blank, as ifupdown2 does.
    fn value(&self, key: &Word, pieces: &[Range<usize>]) -> Word {
        let (mut text, mut span) = (String::new(), Span { start: key.span.end, ..key.span });
        for piece in pieces {
            let mut piece = piece.clone();
            if piece.start < key.span.end {
                let blanks = self.source[key.span.end..piece.end].iter().take_while(|&&byte| is_blank(byte)).count();
                piece.start = key.span.end + blanks;
            }
            if piece.is_empty() {
                continue;
            }
            if text.is_empty() {
                span.start = piece.start;
            } else {
                text.push(' ');
            }
            span.end = piece.end;
            text.push_str(&String::from_utf8_lossy(&self.source[piece]));
        }
        Word { text, span }
    }

    fn words(&self, pieces: &[Range<usize>]) -> Vec<Word> {
        let mut words = Vec::new();
        for piece in pieces {
            let mut at = piece.start;
            while at < piece.end {
                let rest = &self.source[at..piece.end];
                let length = first_word(rest);
                words.push(self.word(at..at + length));
                at += length + rest[length..].iter().take_while(|&&byte| is_blank(byte)).count();
            }
        }
        words
    }

    fn word(&self, range: Range<usize>) -> Word {
        let span = self.span(&range);
        Word { text: String::from_utf8_lossy(&self.source[range]).into_owned(), span }
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

/// The length of the word that the text starts with.
fn first_word(text: &[u8]) -> usize {
    text.iter().position(|&byte| is_blank(byte)).unwrap_or(text.len())
}
