//! Where a file names an interface.

use interfaces::tree::Kind;
use interfaces::{Document, Setting, Span, Word};

use super::draft::Draft;
use super::keys::{HOOKS, Key, PORTS, SLAVES};
use crate::Scope;
use crate::option::{self, Domain};

/// A place where an interface is named.
#[derive(Clone, Debug)]
pub(super) struct Mention {
    /// The name alone.
    pub(super) word: Word,
    /// In what way.
    pub(super) role: Role,
    /// The interface whose stanza names it; empty outside of one.
    pub(super) owner: String,
    /// The line of the stanza.
    pub(super) line: Option<Setting>,
}

/// In what way an interface is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// `iface NAME`.
    Stanza,
    /// `auto NAME`, `allow-CLASS NAME`, and the like.
    Start,
    /// `inherits NAME`.
    Parent,
    /// One of a list of slaves or ports.
    Member,
    /// `bridge-pathcosts NAME=VALUE`.
    PortValue,
    /// `bond-primary NAME`, `bond-master NAME`: a line about nothing else.
    Alone,
    /// What a device stands on.
    Lower,
    /// Named in a command or in a line that Bowline does not read.
    Text,
}

/// Keys whose value is one interface that the device stands on or in.
const LOWERS: &[&str] = &["vlan-raw-device", "vxlan-physdev", "tunnel-physdev", "vrf", "ovs-bridge"];
/// Keys whose value is one interface and that can go without harm.
const ALONE: &[&str] = &["bond-master", "bond-primary"];

/// The mentions of a name in the main file as it is now, in order. `matches` says which names are meant.
pub(super) fn of(draft: &Draft<'_>, matches: &dyn Fn(&str) -> bool) -> Vec<Mention> {
    let words = |value: &Word| draft.words(value);
    within(draft.document(), &words, matches)
}

/// The mentions in one document, whose values `words` takes apart.
pub(super) fn within(
    document: &Document,
    words: &dyn Fn(&Word) -> Vec<Word>,
    matches: &dyn Fn(&str) -> bool,
) -> Vec<Mention> {
    let mut out = Vec::new();
    for stanza in document.stanzas() {
        let mut name = |word: &Word, role, owner: &str| {
            if matches(&word.text) {
                out.push(Mention { word: word.clone(), role, owner: owner.to_owned(), line: None });
            }
        };
        match &stanza.kind {
            Kind::Allow { class, names } => {
                // Open vSwitch names a class after the bridge: `allow-vmbr0 bond0`.
                let (key, length) = (stanza.keyword.span, "allow-".len());
                if stanza.keyword.text.strip_prefix("allow-") == Some(class) {
                    let span = Span { start: key.start + length, ..key };
                    name(&Word { text: class.clone(), span }, Role::Start, "");
                }
                names.iter().for_each(|word| name(word, Role::Start, ""));
            }
            Kind::Iface(iface) => {
                name(&iface.name, Role::Stanza, &iface.name.text);
                if let Some(parent) = &iface.inherits {
                    name(parent, Role::Parent, &iface.name.text);
                }
                for line in &iface.settings {
                    setting(line, &iface.name.text, words, matches, &mut out);
                }
            }
            Kind::Other { words: list, settings } => {
                let lone = ["no-auto-down", "no-scripts"].contains(&stanza.keyword.text.as_str());
                let role = if lone { Role::Start } else { Role::Text };
                list.iter().for_each(|word| name(word, role, ""));
                settings.iter().for_each(|line| text(line, "", matches, &mut out));
            }
            Kind::Source { .. } => {}
        }
    }
    out
}

fn setting(
    line: &Setting,
    owner: &str,
    words: &dyn Fn(&Word) -> Vec<Word>,
    matches: &dyn Fn(&str) -> bool,
    out: &mut Vec<Mention>,
) {
    let key = Key::of(&line.key.text);
    let canonical = key.canonical.as_str();
    let option = option::by_key(canonical);
    let role = match option {
        _ if SLAVES.contains(&canonical) || PORTS.contains(&canonical) => Role::Member,
        _ if ["ovs-ports", "ovs-bonds"].contains(&canonical) => Role::Member,
        _ if LOWERS.contains(&canonical) => Role::Lower,
        _ if ALONE.contains(&canonical) => Role::Alone,
        Some(option) if option.scope == Scope::BridgePort => Role::PortValue,
        Some(option) if option.domain == Domain::Link => Role::Alone,
        // Bridge options without a row of their own that take `port=value` as well.
        None if canonical.starts_with("bridge-") || canonical.starts_with("mstpctl-") => Role::PortValue,
        _ => return text(line, owner, matches, out),
    };
    for word in words(&line.value) {
        let name = match (role, word.text.split_once('=')) {
            (Role::PortValue, Some((port, _))) => {
                let end = word.span.start + port.len();
                Word { text: port.into(), span: Span { end, ..word.span } }
            }
            (Role::PortValue, None) => continue,
            _ => word,
        };
        if matches(&name.text) {
            out.push(Mention { word: name, role, owner: owner.to_owned(), line: Some(line.clone()) });
        }
    }
}

/// Names in the text of a command.
fn text(line: &Setting, owner: &str, matches: &dyn Fn(&str) -> bool, out: &mut Vec<Mention>) {
    let joins = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    let key = line.key.text.replace('_', "-");
    if !HOOKS.contains(&key.as_str()) && crate::resolve::knows(&key) {
        return;
    }
    if line.value.text.split(|c| !joins(c)).any(|word| matches(word.trim_end_matches('.'))) {
        let (owner, line) = (owner.to_owned(), line.clone());
        out.push(Mention { word: line.value.clone(), role: Role::Text, owner, line: Some(line) });
    }
}

/// Whether a name is that of the interface or of a VLAN device that is named after it, as bond0.100 is.
pub(super) fn is_or_is_on(name: &str, interface: &str) -> bool {
    name.strip_prefix(interface).is_some_and(|rest| {
        rest.is_empty()
            || (rest.starts_with('.')
                && rest.split('.').skip(1).all(|vid| !vid.is_empty() && vid.bytes().all(|b| b.is_ascii_digit())))
    })
}

/// The first mention in a sourced file, which no edit can reach; commands apart.
pub(super) fn sourced(draft: &Draft<'_>, matches: &dyn Fn(&str) -> bool) -> Option<Mention> {
    let configuration = draft.configuration;
    let words = |value: &Word| crate::resolve::words(configuration, value);
    let files = configuration.files.get(1..).unwrap_or_default();
    let mut all = files.iter().flat_map(|file| within(&file.document, &words, matches));
    all.find(|mention| mention.role != Role::Text)
}
