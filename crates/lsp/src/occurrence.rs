//! Where the file names interfaces.

use interfaces::{Configuration, Kind, Setting, Span};
use network::Scope;
use network::option::{self, Domain};

use crate::vocabulary;

/// A name where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Occurrence {
    pub(crate) name: String,
    pub(crate) span: Span,
    pub(crate) role: Role,
}

/// What a name does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It opens a stanza.
    Stanza,
    /// `auto` and `allow-…` start it.
    Start,
    /// A line of a stanza, or `inherits`, uses it.
    Use,
}

/// Every name, file by file, in order.
pub(crate) fn all(configuration: &Configuration) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let mut add = |name: &str, span: Span, role| found.push(Occurrence { name: name.to_owned(), span, role });
    for stanza in configuration.files.iter().flat_map(|file| file.document.stanzas()) {
        match &stanza.kind {
            Kind::Allow { names, .. } => names.iter().for_each(|word| add(&word.text, word.span, Role::Start)),
            Kind::Iface(iface) => {
                add(&iface.name.text, iface.name.span, Role::Stanza);
                iface.inherits.iter().for_each(|word| add(&word.text, word.span, Role::Use));
                for setting in &iface.settings {
                    uses(configuration, setting).iter().for_each(|(name, span)| add(name, *span, Role::Use));
                }
            }
            Kind::Source { .. } | Kind::Other { .. } => {}
        }
    }
    found
}

/// The one that touches a byte.
pub(crate) fn at(all: &[Occurrence], file: interfaces::FileId, offset: usize) -> Option<&Occurrence> {
    all.iter().find(|one| one.span.file == file && (one.span.start..=one.span.end).contains(&offset))
}

/// The names in the value of a line.
fn uses(configuration: &Configuration, setting: &Setting) -> Vec<(String, Span)> {
    let option = option::by_key(&setting.key.text);
    let per_port = option.is_some_and(|option| option.scope == Scope::BridgePort);
    let link = option.is_some_and(|option| option.domain == Domain::Link);
    if !per_port && !link && !vocabulary::names_interfaces(&setting.key.text) {
        return Vec::new();
    }
    let words = words(configuration, setting.value.span).into_iter().filter_map(|(word, span)| {
        let Some((port, _)) = word.split_once('=').filter(|_| per_port) else {
            return (!per_port).then_some((word, span));
        };
        Some((port.to_owned(), Span { end: span.start + port.len(), ..span }))
    });
    words.filter(|(word, _)| !vocabulary::NO_NAMES.contains(&word.as_str())).collect()
}

/// The words of a value; a backslash that joins two lines is none. Only what is UTF-8, as interface names are.
pub(crate) fn words(configuration: &Configuration, value: Span) -> Vec<(String, Span)> {
    let source = configuration.file(value.file).map_or(&[][..], |file| file.document.source());
    let bytes = source.get(value.start..value.end).unwrap_or_default();
    let mut at = value.start;
    let mut found = Vec::new();
    for word in bytes.split(u8::is_ascii_whitespace) {
        let span = Span { start: at, end: at + word.len(), ..value };
        at = span.end + 1;
        // A backslash may be glued to the word before the line's end.
        let kept = word
            .strip_suffix(b"\\")
            .filter(|_| source.get(span.end).is_some_and(u8::is_ascii_whitespace))
            .unwrap_or(word);
        if let Some(text) = std::str::from_utf8(kept).ok().filter(|text| !text.is_empty()) {
            found.push((text.to_owned(), Span { end: span.start + kept.len(), ..span }));
        }
    }
    found
}
