//! `inherits`: a stanza that starts with the lines of an earlier one.
//!
//! As ifupdown 0.8 has it, held against the program: the parent stands earlier in the file and is of the same family;
//! among several, the first counts. Its lines come before the stanza's own, so its `address` counts before one of the
//! same stanza's, and its commands run first. A stanza without a family takes over the parent's, and its method.
//! ifupdown2 knows no `inherits`: it leaves the lines out, and refuses `iface NAME inherits PARENT`. `template` is
//! ifupdown-ng's: a stanza to inherit from that is no interface.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Iface, Kind, Setting, Severity, Word};

use super::file::Stanza;
use super::line::Lines;
use super::options::closest;
use crate::check::codes;

/// How many lines are inherited in all: a chain of stanzas could grow without end.
const MAX_INHERITED: usize = 100_000;

/// What stanzas may inherit from, so far.
pub(super) struct Parents<'a> {
    /// The names that some stanza inherits from: in most files none, and the rest need not be remembered.
    inherited: BTreeSet<&'a str>,
    /// The first of each of these names and family; without a family, the first of each name.
    first: BTreeMap<(&'a str, Option<&'a str>), Stanza<'a>>,
    /// Every name that the files give a stanza, earlier or later; empty where nothing is inherited.
    names: BTreeSet<&'a str>,
    /// How many more lines may be inherited.
    left: usize,
}

impl<'a> Parents<'a> {
    /// No parents yet.
    pub(super) fn of(stanzas: &[&'a interfaces::Stanza]) -> Self {
        let inherited: BTreeSet<&str> = stanzas.iter().filter_map(|stanza| parent_of(stanza)).collect();
        let names = stanzas.iter().filter(|_| !inherited.is_empty()).filter_map(|stanza| match &stanza.kind {
            Kind::Iface(iface) => Some(iface.name.text.as_str()),
            Kind::Other { words, .. } if stanza.keyword.text == "template" => Some(words.first()?.text.as_str()),
            _ => None,
        });
        let names = names.collect();
        Self { inherited, first: BTreeMap::new(), names, left: MAX_INHERITED }
    }

    /// Whether a stanza inherits from another.
    pub(super) fn are_used(&self) -> bool {
        !self.inherited.is_empty()
    }

    /// The stanza with what it inherits; later ones may inherit from it.
    pub(super) fn stanza(&mut self, iface: &'a Iface, diagnostics: &mut Vec<Diagnostic>) -> Stanza<'a> {
        let (mut family, mut method) = (iface.family.as_ref(), iface.method.as_ref());
        let mut lines = Lines::of(&iface.settings);
        if let Some(word) = &iface.inherits
            && let Some(parent) = self.parent(word, family, diagnostics)
        {
            family = family.or(parent.family);
            method = method.or(parent.method);
            lines = lines.after(&parent.lines);
        }
        let stanza = Stanza { family, method, lines };
        self.add(&iface.name.text, &stanza);
        stanza
    }

    /// A `template` stanza: `template NAME [FAMILY METHOD] [inherits PARENT]`.
    pub(super) fn template(&mut self, words: &'a [Word], settings: &'a [Setting], diagnostics: &mut Vec<Diagnostic>) {
        let Some((name, rest)) = words.split_first() else { return };
        let at = rest.iter().position(|word| word.text == "inherits").unwrap_or(rest.len());
        let (mut family, mut method) = (rest[..at].first(), rest[..at].get(1));
        let mut lines = Lines::of(settings);
        if let Some(word) = rest.get(at + 1)
            && let Some(parent) = self.parent(word, family, diagnostics)
        {
            (family, method) = (family.or(parent.family), method.or(parent.method));
            lines = lines.after(&parent.lines);
        }
        self.add(&name.text, &Stanza { family, method, lines });
    }

    fn add(&mut self, name: &'a str, stanza: &Stanza<'a>) {
        if !self.inherited.contains(name) {
            return;
        }
        for family in [None, Some(stanza.family.map_or("", |family| family.text.as_str()))] {
            self.first.entry((name, family)).or_insert_with(|| stanza.clone());
        }
    }

    fn parent(
        &mut self,
        word: &'a Word,
        family: Option<&Word>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Stanza<'a>> {
        let name = word.text.as_str();
        let own = family.map(|family| family.text.as_str());
        // A stanza without a family, as ifupdown2 and Proxmox write them, is of any.
        let found = self.first.get(&(name, own)).or_else(|| self.first.get(&(name, Some("")))).cloned();
        let Some(parent) = found else {
            diagnostics.push(self.unknown(word, own));
            return None;
        };
        let Some(left) = self.left.checked_sub(parent.lines.len()) else {
            let title = format!("more than {MAX_INHERITED} lines are inherited");
            diagnostics.push(Diagnostic::new(codes::UNSUPPORTED, Severity::Error, title, word.span));
            return None;
        };
        self.left = left;
        diagnostics.push(
            Diagnostic::new(codes::UNSUPPORTED, Severity::Note, "ifupdown2 does not know `inherits`", word.span)
                .note(format!("ifupdown and Bowline take over the lines of {name}; ifupdown2 leaves them out")),
        );
        Some(parent)
    }

    fn unknown(&self, word: &Word, family: Option<&str>) -> Diagnostic {
        let name = word.text.as_str();
        let title = format!("there is no earlier stanza `{name}` to inherit from");
        let diagnostic = Diagnostic::new(codes::UNSUPPORTED, Severity::Error, title, word.span);
        if self.first.contains_key(&(name, None)) {
            let family = family.unwrap_or_default();
            return diagnostic
                .note(format!(
                    "there is one of another family than {family}, and only one of the same can be inherited"
                ))
                .help(format!(
                    "write a stanza `iface {name} {family} …` above this one, or leave the family out here"
                ));
        }
        if self.names.contains(name) {
            return diagnostic.help(format!("move the stanza of {name} above this one"));
        }
        match closest(name, self.names.iter().copied()) {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
            None => diagnostic.help(format!("write a stanza `iface {name} …` above this one")),
        }
    }
}

/// The name that a stanza inherits from.
fn parent_of(stanza: &interfaces::Stanza) -> Option<&str> {
    let word = match &stanza.kind {
        Kind::Iface(iface) => iface.inherits.as_ref(),
        Kind::Other { words, .. } if stanza.keyword.text == "template" => {
            words.iter().skip(1).skip_while(|word| word.text != "inherits").nth(1)
        }
        _ => None,
    };
    word.map(|word| word.text.as_str())
}
