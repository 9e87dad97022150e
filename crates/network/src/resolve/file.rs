//! The file by names: all the stanzas of an interface together, and which interfaces are started.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use interfaces::{Configuration, Diagnostic, Iface, Kind, Setting, Severity, Span, TextEdit, Word};

use super::index::Index;
use super::inherit::Parents;
use super::line::{Keys, Line, Lines, is_key};
use super::ranges::Range;
use super::words::{self, words};
use super::{alias, ranges, start};
use crate::check::codes;
use crate::{IfName, Network};

/// How many patterns of a file are expanded: each is held against every name that there is.
const MAX_PATTERNS: usize = 256;
/// How many lines ranges, `all` and `NAME=LOGICAL` may copy in all, a name counting as one: without a bound, a short file
/// could ask for more than any memory holds.
const MAX_COPIES: usize = 100_000;

/// All that a file says of one name.
pub(super) struct Section<'a> {
    /// The name.
    pub(super) name: IfName,
    /// Where its first stanza names it.
    pub(super) span: Span,
    /// Its first stanza, in reading order: mostly the only one.
    first: Stanza<'a>,
    /// Its other stanzas.
    others: Vec<Stanza<'a>>,
    /// Which keys there may be among their lines.
    pub(super) keys: Keys,
}

/// An `iface` stanza with what it inherits.
#[derive(Clone)]
pub(super) struct Stanza<'a> {
    /// `inet`, `inet6` or what stands there, in it or where it inherits from.
    pub(super) family: Option<&'a Word>,
    /// `static`, `manual` and so on, in it or where it inherits from.
    pub(super) method: Option<&'a Word>,
    /// Its lines: inherited ones come first.
    pub(super) lines: Lines<'a>,
}

/// A file by names.
pub(super) struct File<'a> {
    configuration: &'a Configuration,
    host: Option<&'a Network>,
    /// Whether anything was to be held against a host.
    asks_host: Cell<bool>,
    /// In the order of their first stanza.
    sections: Vec<Section<'a>>,
    /// The names of the sections, with their numbers.
    index: Index,
    /// The number that was asked for last: the next is mostly near.
    last: Cell<usize>,
    /// Whether a stanza has lines of another.
    inherits: bool,
    /// What `auto` and `allow-hotplug` name.
    pub(super) started: Vec<(IfName, Span)>,
    /// Stanzas that `NAME=LOGICAL` starts under another name.
    pub(super) logical: BTreeSet<IfName>,
    /// How many patterns may still be expanded.
    patterns: Cell<Option<usize>>,
    /// How many lines may still be copied for names that ranges and the like stand for.
    copies: Cell<Option<usize>>,
}

/// A key as the table spells it: `_` counts as `-`.
pub(super) fn canonical(key: &str) -> Cow<'_, str> {
    if key.contains('_') { Cow::Owned(key.replace('_', "-")) } else { Cow::Borrowed(key) }
}

impl<'a> Section<'a> {
    /// Its stanzas, in reading order.
    pub(super) fn stanzas(&self) -> impl Iterator<Item = &Stanza<'a>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Its lines, over all its stanzas.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'a>> + '_ {
        self.stanzas().flat_map(|stanza| stanza.lines.iter())
    }

    /// The same, without what their keys mean.
    pub(super) fn settings(&self) -> impl Iterator<Item = &'a Setting> + '_ {
        self.lines().map(|line| line.setting)
    }

    /// The lines with one of these keys.
    pub(super) fn find<'s>(&'s self, keys: &'s [&str]) -> impl Iterator<Item = &'a Setting> + 's {
        let stanzas = self.keys.may_have(keys).then(|| self.stanzas());
        let settings = stanzas.into_iter().flatten().flat_map(|stanza| stanza.lines.iter()).map(|line| line.setting);
        settings.filter(move |setting| keys.iter().any(|key| is_key(&setting.key.text, key)))
    }

    /// The first line with one of these keys.
    pub(super) fn first(&self, keys: &[&str]) -> Option<&'a Setting> {
        self.find(keys).next()
    }

    /// The first line with one of these keys, and a word on any that says otherwise.
    pub(super) fn only(&self, keys: &[&str], diagnostics: &mut Vec<Diagnostic>) -> Option<&'a Setting> {
        let mut found = self.find(keys);
        let first = found.next()?;
        diagnostics.extend(
            found
                .filter(|other| other.value.text != first.value.text)
                .map(|other| said_twice(&first.key.text, place(first), place(other))),
        );
        Some(first)
    }
}

/// Where a line says what it says; of an empty list, its key.
fn place(setting: &Setting) -> Span {
    if setting.value.text.is_empty() { setting.key.span } else { setting.value.span }
}

/// Two lines that say different things of the same.
pub(super) fn said_twice(key: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::new(codes::SAID_TWICE, Severity::Warning, format!("`{key}` is said twice, and differently"), second)
        .label("this one is not used")
        .also(first, "the first one counts, as in ifupdown2")
        .help("delete the line that is not meant")
}

impl<'a> File<'a> {
    /// Sorts the stanzas of a configuration by name.
    pub(super) fn read(
        configuration: &'a Configuration,
        host: Option<&'a Network>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let stanzas = configuration.stanzas();
        let mut parents = Parents::of(&stanzas);
        let mut file = Self {
            configuration,
            host,
            asks_host: Cell::new(false),
            sections: Vec::with_capacity(stanzas.len() / 2),
            index: Index::with_room(stanzas.len() / 2),
            last: Cell::new(0),
            inherits: parents.are_used(),
            started: Vec::new(),
            logical: BTreeSet::new(),
            patterns: Cell::new(Some(MAX_PATTERNS)),
            copies: Cell::new(Some(MAX_COPIES)),
        };
        let (mut allowed, mut others) = (Vec::new(), Vec::new());
        for stanza in &stanzas {
            match &stanza.kind {
                Kind::Iface(iface) => file.add(iface, &mut parents, diagnostics),
                Kind::Other { words, settings } => {
                    if stanza.keyword.text == "template" {
                        parents.template(words, settings, diagnostics);
                    }
                    others.push((&stanza.keyword, &words[..], &settings[..]));
                }
                Kind::Allow { class, names } => allowed.push((class.as_str(), &names[..])),
                Kind::Source { .. } => {}
            }
        }
        start::read(&mut file, &allowed, &others, diagnostics);
        file
    }

    fn add(&mut self, iface: &'a Iface, parents: &mut Parents<'a>, diagnostics: &mut Vec<Diagnostic>) {
        let stanza = parents.stanza(iface, diagnostics);
        let names = match ranges::of_name(&iface.name.text) {
            Some(range) => self.expand(&range, &iface.name, 1 + stanza.lines.len(), diagnostics),
            None => alias::device(&iface.name, diagnostics).into_iter().collect(),
        };
        for name in names {
            self.insert(name, iface.name.span, stanza.clone());
        }
    }

    /// What the host has, where that is known. Whoever asks makes what the file means depend on the host.
    pub(super) fn host(&self) -> Option<&'a Network> {
        self.asks_host.set(true);
        self.host
    }

    /// Whether [`File::host`] was asked.
    pub(super) fn asks_host(&self) -> bool {
        self.asks_host.get()
    }

    /// The names of a range, each of which costs so many lines.
    pub(super) fn expand(
        &self,
        range: &Range,
        word: &Word,
        lines: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<IfName> {
        let names = usize::try_from(range.count()).unwrap_or(usize::MAX).min(ranges::MAX_NAMES);
        if self.may_copy(names.saturating_mul(lines), word, diagnostics) {
            ranges::names(range, word, diagnostics)
        } else {
            Vec::new()
        }
    }

    /// Whether so many more lines may be copied; if not, says so.
    pub(super) fn may_copy(&self, lines: usize, word: &Word, diagnostics: &mut Vec<Diagnostic>) -> bool {
        // Once there was too much, nothing more is copied, and that was said.
        let Some(before) = self.copies.get() else { return false };
        let left = before.checked_sub(lines);
        self.copies.set(left);
        if left.is_none() {
            let title = format!("ranges and patterns stand for more than {MAX_COPIES} lines");
            let diagnostic = Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span);
            diagnostics.push(diagnostic.note("a network needs far less: this is likely not what was meant"));
        }
        left.is_some()
    }

    /// Whether so many more patterns may be looked for; if not, says so.
    pub(super) fn may_match(&self, patterns: usize, at: Span, diagnostics: &mut Vec<Diagnostic>) -> bool {
        let Some(before) = self.patterns.get() else { return false };
        let left = before.checked_sub(patterns);
        self.patterns.set(left);
        if left.is_none() {
            let title = format!("there are more than {MAX_PATTERNS} patterns in these files");
            diagnostics.push(Diagnostic::new(codes::PATTERN, Severity::Error, title, at));
        }
        left.is_some()
    }

    /// Adds a stanza to what is said of a name.
    pub(super) fn insert(&mut self, name: IfName, span: Span, stanza: Stanza<'a>) {
        // There are fewer stanzas than lines, which are bounded.
        let Some(number) = self.index.number(&name) else { return };
        let keys = stanza.lines.keys();
        match self.sections.get_mut(number) {
            Some(section) => {
                section.keys = section.keys.and(keys);
                section.others.push(stanza);
            }
            None => self.sections.push(Section { name, span, first: stanza, others: Vec::new(), keys }),
        }
    }

    /// The number of the section of a name, in the order of the first stanzas.
    pub(super) fn number(&self, name: &IfName) -> Option<usize> {
        let number = self.index.get_near(self.last.get(), name)?;
        self.last.set(number);
        Some(number)
    }

    /// The section of that number.
    pub(super) fn section_at(&self, number: usize) -> Option<&Section<'a>> {
        self.sections.get(number)
    }

    /// What the file says of a name.
    pub(super) fn section(&self, name: &IfName) -> Option<&Section<'a>> {
        self.section_at(self.number(name)?)
    }

    /// What the file says of a name, given as text.
    pub(super) fn section_of(&self, name: &str) -> Option<&Section<'a>> {
        IfName::new(name).ok().and_then(|name| self.section(&name))
    }

    /// Every section, in the order of the first stanzas.
    pub(super) fn sections(&self) -> impl Iterator<Item = &Section<'a>> {
        self.sections.iter()
    }

    /// Every name that has a stanza, in the order of the first ones.
    pub(super) fn names(&self) -> impl Iterator<Item = &IfName> {
        self.index.names()
    }

    /// The names of the sections, with their numbers.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// How many lines there are under all names.
    pub(super) fn lines(&self) -> usize {
        self.sections.iter().flat_map(Section::stanzas).map(|stanza| stanza.lines.len()).sum()
    }

    /// Whether a line may stand in more than one section.
    pub(super) fn repeats_lines(&self) -> bool {
        self.inherits || self.copies.get() != Some(MAX_COPIES)
    }

    /// Takes a word out of its line.
    pub(super) fn without(&self, word: &Word) -> TextEdit {
        words::without(self.configuration, word)
    }

    /// The words of a value.
    pub(super) fn words(&self, value: &Word) -> Vec<Word> {
        words(self.configuration, value)
    }
}

/// Reads an interface name, or says why it is none.
pub(super) fn name(word: &Word, diagnostics: &mut Vec<Diagnostic>) -> Option<IfName> {
    let error = match IfName::new(&word.text) {
        Ok(name) => return Some(name),
        Err(error) => error,
    };
    let mut diagnostic = Diagnostic::new(codes::NAME, Severity::Error, error.to_string(), word.span);
    if word.text.contains(':') {
        diagnostic = diagnostic.note("an alias such as eth0:1 is no device: nothing can stand on it or belong to it");
    }
    diagnostics.push(diagnostic);
    None
}
