//! What may stand where the cursor is.

use std::collections::BTreeSet;

use interfaces::Iface;
use ls_types::{CompletionItem, CompletionItemKind, CompletionTextEdit, Documentation, MarkupContent, MarkupKind};
use ls_types::{Position, TextEdit, Uri};
use network::option::{self, Domain, Opt};
use network::{BondMode, IfName, Kind, Scope};

use crate::cursor::{self, Before};
use crate::hover;
use crate::occurrence::{self, Role};
use crate::vocabulary::{self, At, Takes};
use crate::workspace::{Analysis, Workspace};

/// What may stand at a place.
pub(crate) fn complete(workspace: &Workspace<'_>, uri: &Uri, position: Position) -> Option<Vec<CompletionItem>> {
    let (analysis, offset) = workspace.at(uri, position)?;
    let before = cursor::before(analysis.source(), offset)?;
    let range = workspace.positions(&analysis.configuration, analysis.file)?.range(before.start..offset);
    let mut items = candidates(workspace, &analysis, &before);
    // Each replaces what is typed of it: editors differ in what they take for a word, and ours hold dots and dashes.
    for item in &mut items {
        let new_text = item.label.clone();
        item.text_edit = Some(CompletionTextEdit::Edit(TextEdit { range, new_text }));
    }
    Some(items)
}

fn candidates(workspace: &Workspace<'_>, analysis: &Analysis, before: &Before) -> Vec<CompletionItem> {
    let words: Vec<&str> = before.words.iter().map(String::as_str).collect();
    let names = |own: Option<&str>| names(workspace, analysis, &words, own);
    match words.as_slice() {
        [] => {
            let mut items = words_of(vocabulary::KEYWORDS, CompletionItemKind::KEYWORD);
            items.extend(cursor::iface(analysis, before.start).map(|iface| keys(analysis, iface)).unwrap_or_default());
            items
        }
        ["auto", ..] => names(None),
        [allow, ..] if allow.starts_with("allow-") => names(None),
        ["iface"] => names(None),
        ["iface", _] => words_of(vocabulary::FAMILIES, CompletionItemKind::KEYWORD),
        ["iface", _, "inet" | "inet6"] => words_of(vocabulary::METHODS, CompletionItemKind::KEYWORD),
        ["iface", .., "inherits"] => names(None),
        ["iface" | "source" | "source-directory" | "mapping" | "no-auto-down" | "no-scripts", ..] => Vec::new(),
        [key, rest @ ..] => {
            let own = cursor::iface(analysis, before.start).map(|iface| iface.name.text.as_str());
            values(key, rest, || names(own))
        }
    }
}

fn words_of(words: &[(&str, &str)], kind: CompletionItemKind) -> Vec<CompletionItem> {
    words.iter().map(|(word, help)| item(word, kind, help)).collect()
}

fn item(label: &str, kind: CompletionItemKind, detail: &str) -> CompletionItem {
    let detail = Some(detail.to_owned()).filter(|detail| !detail.is_empty());
    CompletionItem { label: label.to_owned(), kind: Some(kind), detail, ..CompletionItem::default() }
}

/// The values of a key, after those that stand there.
fn values(key: &str, rest: &[&str], names: impl Fn() -> Vec<CompletionItem>) -> Vec<CompletionItem> {
    let word = |word: &str, detail: &str| item(word, CompletionItemKind::VALUE, detail);
    let first = rest.is_empty();
    if let Some(option) = option::by_key(key) {
        let default = option.default_in(BondMode::BalanceRr).map(|value| option.show(&value));
        return match option.domain {
            Domain::Choice(choices) if first => {
                let is_default = |name: &str| if default.as_deref() == Some(name) { "unless said" } else { "" };
                choices.iter().map(|(name, _)| word(name, is_default(name))).collect()
            }
            Domain::Flags(names) => names.iter().map(|(name, _)| word(name, "")).collect(),
            Domain::Switch if first => ["on", "off"].map(|name| word(name, "")).to_vec(),
            Domain::Link if first => names(),
            _ => Vec::new(),
        };
    }
    match vocabulary::find(key).map(|key| key.takes) {
        Some(Takes::Names) => names(),
        Some(Takes::OneOf(choices)) if first => choices.iter().map(|choice| word(choice, "")).collect(),
        _ => Vec::new(),
    }
}

/// The interfaces that the file names and those that the host has, but for those that stand on the line and `own`.
fn names(workspace: &Workspace<'_>, analysis: &Analysis, words: &[&str], own: Option<&str>) -> Vec<CompletionItem> {
    let mut names: BTreeSet<String> = workspace.nics().into_iter().collect();
    let all = occurrence::all(&analysis.configuration);
    // A use may be the very word that is being typed.
    names.extend(all.into_iter().filter(|one| one.role != Role::Use).map(|one| one.name));
    names.retain(|name| !words.contains(&name.as_str()) && own != Some(name) && IfName::new(name).is_ok());
    let described = |name: &str| name.parse().ok().and_then(|name: IfName| analysis.resolved.wanted.link(&name));
    let detail = |name: &str| match described(name).map(|link| &link.kind) {
        Some(Kind::Bond(_)) => "a bond",
        Some(Kind::Bridge(_)) => "a bridge",
        Some(Kind::Vlan(_)) => "a VLAN device",
        Some(Kind::Loopback) => "the loopback",
        Some(_) | None => "",
    };
    names.iter().map(|name| item(name, CompletionItemKind::REFERENCE, detail(name))).collect()
}

/// The keys that a stanza may take and does not have yet.
fn keys(analysis: &Analysis, iface: &Iface) -> Vec<CompletionItem> {
    let what = What::of(analysis, iface);
    let said: BTreeSet<String> = iface.settings.iter().map(|setting| setting.key.text.replace('_', "-")).collect();
    let many = ["address", "netmask", "up", "down", "pre-up", "post-up", "pre-down", "post-down"];
    let mut items = Vec::new();
    for key in vocabulary::KEYS.iter().filter(|key| what.takes(key.at)) {
        if many.contains(&key.name) || !said.contains(key.name) {
            items.push(item(key.name, CompletionItemKind::PROPERTY, key.help));
        }
    }
    for option in option::all().filter(|option| !option.keys.is_empty() && what.takes(at(option.scope))) {
        if !option.keys.iter().any(|key| said.contains(*key)) {
            items.push(option_item(option, what.mode));
        }
    }
    items
}

fn at(scope: Scope) -> At {
    match scope {
        Scope::Bond => At::Bond,
        Scope::BondPort => At::Slave,
        Scope::Bridge => At::Bridge,
        Scope::BridgePort => At::BridgeOrPort,
        Scope::Ipv4 | Scope::Ipv6 | Scope::Mpls | Scope::Nic => At::Any,
    }
}

/// An option; one that the bond's mode has no use for comes last, and says so.
fn option_item(option: Opt, mode: Option<BondMode>) -> CompletionItem {
    let useless = mode.filter(|mode| !option.modes.contains(*mode));
    let detail = match useless {
        Some(mode) => format!("does nothing in {mode}: {}", option.help),
        None => option.help.to_owned(),
    };
    let documentation = hover::key(option.key())
        .map(|value| Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value }));
    let sort_text = useless.map(|_| format!("~{}", option.key()));
    CompletionItem { documentation, sort_text, ..item(option.key(), CompletionItemKind::PROPERTY, &detail) }
}

/// What a stanza's interface is, as far as it is settled.
struct What {
    /// What kind its own lines make it; `None` while they make it none.
    kind: Option<At>,
    /// A bond's mode.
    mode: Option<BondMode>,
}

impl What {
    fn of(analysis: &Analysis, iface: &Iface) -> Self {
        let link = iface.name.text.parse().ok().and_then(|name: IfName| analysis.resolved.wanted.link(&name));
        match link.map(|link| &link.kind) {
            Some(Kind::Bond(bond)) => Self { kind: Some(At::Bond), mode: Some(bond.mode()) },
            Some(Kind::Bridge(_)) => Self { kind: Some(At::Bridge), mode: None },
            Some(Kind::Vlan(_)) => Self { kind: Some(At::Vlan), mode: None },
            Some(Kind::Loopback) => Self { kind: Some(At::Any), mode: None },
            _ => Self { kind: None, mode: None },
        }
    }

    /// A bond may be a bridge's port, and so may a VLAN device; nothing else is two things at once. What is nothing yet
    /// may become anything.
    fn takes(&self, at: At) -> bool {
        let Some(kind) = self.kind else { return true };
        at == At::Any
            || at == kind
            || match kind {
                At::Bond | At::Vlan => matches!(at, At::Port | At::BridgeOrPort),
                At::Bridge => at == At::BridgeOrPort,
                _ => false,
            }
    }
}
