//! The file by names: all the stanzas of an interface together, and which interfaces are started.

use std::collections::BTreeMap;

use interfaces::{Configuration, Diagnostic, Iface, Kind, Setting, Severity, Span, TextEdit, Word};

use super::layout;
use super::words::{self, words};
use crate::IfName;
use crate::check::codes;

/// All that a file says of one name.
pub(super) struct Section<'a> {
    /// The name.
    pub(super) name: IfName,
    /// Where its first stanza names it.
    pub(super) span: Span,
    /// Its stanzas, in reading order.
    pub(super) stanzas: Vec<&'a Iface>,
}

/// A file by names.
pub(super) struct File<'a> {
    configuration: &'a Configuration,
    sections: BTreeMap<IfName, Section<'a>>,
    /// The names in the order of their first stanza.
    pub(super) order: Vec<IfName>,
    /// What `auto` and `allow-hotplug` name.
    pub(super) started: Vec<(IfName, Span)>,
}

/// A key as the table spells it: `_` counts as `-`.
pub(super) fn canonical(key: &str) -> String {
    key.replace('_', "-")
}

/// Whether a line's key is this one of the table's: `canonical(text) == key`, without a copy for each line of the file.
pub(super) fn is_key(text: &str, key: &str) -> bool {
    let dashed = |byte: u8| if byte == b'_' { b'-' } else { byte };
    text.len() == key.len() && text.bytes().map(dashed).eq(key.bytes())
}

/// Whether the line lacks a value. An empty list of slaves or ports is a list.
pub(super) fn lacks_value(setting: &Setting) -> bool {
    let is_list = |keys: &[&str]| keys.iter().any(|key| is_key(&setting.key.text, key));
    setting.value.text.is_empty() && !is_list(layout::SLAVES) && !is_list(layout::PORTS)
}

impl<'a> Section<'a> {
    /// Its lines that say something, over all its stanzas. Those whose value is missing are the syntax's to report.
    pub(super) fn settings(&self) -> impl Iterator<Item = &'a Setting> + '_ {
        self.stanzas.iter().flat_map(|stanza| stanza.settings.iter()).filter(|setting| !lacks_value(setting))
    }

    /// The lines with one of these keys.
    pub(super) fn find<'s>(&'s self, keys: &'s [&str]) -> impl Iterator<Item = &'a Setting> + 's {
        self.settings().filter(move |setting| keys.iter().any(|key| is_key(&setting.key.text, key)))
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
    pub(super) fn read(configuration: &'a Configuration, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let mut file = Self { configuration, sections: BTreeMap::new(), order: Vec::new(), started: Vec::new() };
        for stanza in configuration.stanzas() {
            match &stanza.kind {
                Kind::Allow { class, names } if class == "auto" || class == "hotplug" => {
                    for word in names {
                        file.start(word, diagnostics);
                    }
                }
                Kind::Iface(iface) => file.add(iface, diagnostics),
                Kind::Allow { .. } | Kind::Source { .. } => {}
                Kind::Other { .. } => diagnostics.push(not_acted_on(&stanza.keyword)),
            }
        }
        file
    }

    fn start(&mut self, word: &Word, diagnostics: &mut Vec<Diagnostic>) {
        if word.text.contains(['*', '?', '[']) || word.text.starts_with('/') {
            diagnostics.push(pattern(word, "name each interface"));
        } else if let Some(name) = name(word, diagnostics) {
            self.started.push((name, word.span));
        }
    }

    fn add(&mut self, iface: &'a Iface, diagnostics: &mut Vec<Diagnostic>) {
        if let Some(parent) = &iface.inherits {
            let title = "`inherits` is not acted on yet, so this stanza would lack lines";
            let diagnostic = Diagnostic::new(codes::UNSUPPORTED, Severity::Error, title, parent.span)
                .help(format!("copy the lines of `{}` into this stanza", parent.text));
            diagnostics.push(diagnostic);
        }
        let Some(name) = name(&iface.name, diagnostics) else { return };
        let section = self.sections.entry(name.clone()).or_insert_with(|| {
            self.order.push(name.clone());
            Section { name, span: iface.name.span, stanzas: Vec::new() }
        });
        section.stanzas.push(iface);
    }

    /// What the file says of a name.
    pub(super) fn section(&self, name: &IfName) -> Option<&Section<'a>> {
        self.sections.get(name)
    }

    /// Every section, in the order of the first stanzas.
    pub(super) fn sections(&self) -> impl Iterator<Item = &Section<'a>> {
        self.order.iter().filter_map(|name| self.sections.get(name))
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
    if let Some((device, label)) = word.text.split_once(':') {
        let alias = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit());
        diagnostic =
            diagnostic.note("an alias such as eth0:1 is no device; Linux keeps several addresses on one device");
        if alias {
            diagnostic = diagnostic.help(format!("move its `address` line into the stanza of {device}"));
        }
    }
    diagnostics.push(diagnostic);
    None
}

/// A pattern where Bowline needs names.
pub(super) fn pattern(word: &Word, help: &str) -> Diagnostic {
    let title = format!("`{}` is a pattern, which is not acted on yet", word.text);
    Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span)
        .note("which interfaces it matches depends on the host, so it can't be checked before it is applied")
        .help(help)
}

fn not_acted_on(keyword: &Word) -> Diagnostic {
    let title = format!("`{}` stanzas are kept and not acted on", keyword.text);
    Diagnostic::new(codes::NOT_ACTED_ON, Severity::Warning, title, keyword.span)
}
