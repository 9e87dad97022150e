//! What is started: `auto` and `allow-…` lines, with their patterns; and stanzas beside `iface` that bear on that.
//!
//! ifupdown: `[VARIABLE]/VALUE[/N][=LOGICAL]` is a pattern (fnmatch) over the interfaces that the kernel has, and
//! `NAME=LOGICAL` starts NAME with the stanza of LOGICAL. Any other word is a name: neither tool takes `eth*` for a
//! pattern. ifupdown2: `swp[1-4]` is a range, and `all` is every stanza below the line; it knows no patterns.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Setting, Severity, Word, pattern_matches};

use super::file::{File, Stanza};
use super::{alias, file, ranges};
use crate::check::codes;
use crate::{IfName, Link};

/// Reads all lines that start something: the class and the names of each; and other stanzas: the keyword, the words and
/// the lines of each.
pub(super) fn read(
    file: &mut File<'_>,
    allowed: &[(&str, &[Word])],
    others: &[(&Word, &[Word], &[Setting])],
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (class, names) in allowed {
        // Open vSwitch's own boot script starts what is `allow-ovs`, and a bridge what is `allow-BRIDGE`.
        if starts(file, class) {
            names.iter().for_each(|word| start(file, word, diagnostics));
        }
    }
    for (keyword, words, settings) in others {
        other(file, keyword, words, settings, diagnostics);
    }
}

fn starts(file: &File<'_>, class: &str) -> bool {
    let known = |name: IfName| file.section(&name).is_some();
    ["auto", "hotplug", "ovs"].contains(&class) || class.parse().is_ok_and(known)
}

fn start(file: &mut File<'_>, word: &Word, diagnostics: &mut Vec<Diagnostic>) {
    let (who, logical) = match word.text.split_once('=') {
        Some((who, logical)) => (who, Some(logical)),
        None => (word.text.as_str(), None),
    };
    let mut found = Vec::new();
    if who == "all" && file.section_of("all").is_none() {
        found.extend(file.names().cloned());
    } else if let Some((variable, rest)) = who.split_once('/') {
        found = matching(file, word, variable, rest, logical, diagnostics);
    } else if let Some(range) = ranges::of_name(who) {
        found = file.expand(&range, word, 1, diagnostics);
    } else if who.contains(['*', '?', '[']) {
        diagnostics.push(
            Diagnostic::new(codes::PATTERN, Severity::Error, format!("`{who}` starts nothing"), word.span)
                .note("ifupdown takes a word for a pattern only after a `/`, ifupdown2 knows only ranges such as swp[1-4]")
                .help(format!("write `/{who}` for ifupdown, or name each interface")),
        );
    } else {
        let name = Word { text: who.into(), span: word.span };
        // Said at the alias's stanza already.
        found.extend(alias::parts(&name).or_else(|| file::name(&name, diagnostics)));
    }
    // Also where nothing matches here: the stanza is for whatever does elsewhere.
    file.logical.extend(logical.and_then(|logical| IfName::new(logical).ok()));
    let copied = logical.and_then(|logical| file.section_of(logical)).map_or(0, |section| section.stanzas().count());
    // One name is one line, and is there already.
    if (found.len() > 1 || copied > 0) && !file.may_copy(found.len().saturating_mul(1 + copied), word, diagnostics) {
        return;
    }
    for name in found {
        assume(file, &name, logical, word);
        file.started.push((name, word.span));
    }
}

/// `NAME=LOGICAL`: the stanzas of LOGICAL are NAME's, unless it has its own.
fn assume(file: &mut File<'_>, name: &IfName, logical: Option<&str>, word: &Word) {
    let Some(logical) = logical.and_then(|logical| file.section_of(logical)) else { return };
    let stanzas: Vec<Stanza<'_>> = logical.stanzas().cloned().collect();
    if file.section(name).is_none() {
        stanzas.into_iter().for_each(|stanza| file.insert(name.clone(), word.span, stanza));
    }
}

/// The interfaces that an ifupdown pattern stands for: of the host; without one, of the file.
fn matching(
    file: &File<'_>,
    word: &Word,
    variable: &str,
    rest: &str,
    logical: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<IfName> {
    let (value, number) = rest.split_once('/').unwrap_or((rest, ""));
    let number = if number.is_empty() { Ok(None) } else { number.parse::<usize>().map(Some) };
    let (Ok(number), true) = (number, ["", "mac"].contains(&variable)) else {
        let title = format!("`{}` is a pattern that Bowline can't read", word.text);
        let diagnostic = Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span).note(
            "of ifupdown's patterns, `/NAME` and `mac/ADDRESS` are understood, with a number behind a further `/`",
        );
        diagnostics.push(diagnostic.help("name each interface"));
        return Vec::new();
    };
    if !file.may_match(1, word.span, diagnostics) {
        return Vec::new();
    }
    let title = format!("which interfaces `{}` starts depends on the host", word.text);
    let note = Diagnostic::new(codes::PATTERN, Severity::Note, title, word.span)
        .note("ifupdown2 takes it for a name, and starts nothing");
    let found: Vec<IfName> = match (file.host(), variable) {
        (Some(host), "mac") => matched(host.links.values(), number, |link| has_mac(link, value)),
        (Some(host), _) => matched(host.links.values(), number, |link| pattern_matches(value, link.name.as_str())),
        (None, "mac") => Vec::new(),
        (None, _) => file.names().filter(|name| pattern_matches(value, name.as_str())).cloned().collect(),
    };
    let note = match &found[..] {
        _ if file.host().is_none() => {
            note.note("this file was read without a host: the names in it stand in for one's")
        }
        [] => note.note("nothing on this host matches"),
        names => note.note(format!("here: {}", names.iter().map(IfName::as_str).collect::<Vec<_>>().join(", "))),
    };
    diagnostics.push(note);
    // What matches and has no stanza is passed over, as ifupdown does.
    let named = |name: &IfName| logical.is_some() || file.section(name).is_some();
    found.into_iter().filter(named).collect()
}

fn matched<'l>(
    links: impl Iterator<Item = &'l Link>,
    number: Option<usize>,
    fits: impl Fn(&Link) -> bool,
) -> Vec<IfName> {
    let mut fitting = links.filter(|link| !link.name.is_guest_port() && fits(link)).map(|link| link.name.clone());
    match number {
        Some(number) => number.checked_sub(1).and_then(|n| fitting.nth(n)).into_iter().collect(),
        None => fitting.collect(),
    }
}

fn has_mac(link: &Link, value: &str) -> bool {
    link.mac.is_some_and(|mac| pattern_matches(&value.to_ascii_lowercase(), &mac.to_string().to_ascii_lowercase()))
}

/// Stanzas besides `iface` and `auto`.
fn other(file: &mut File<'_>, keyword: &Word, words: &[Word], settings: &[Setting], diagnostics: &mut Vec<Diagnostic>) {
    let say = |severity, title: String| Diagnostic::new(codes::NOT_ACTED_ON, severity, title, keyword.span);
    match keyword.text.as_str() {
        "mapping" => mapping(file, keyword, words, settings, diagnostics),
        // Parents of other stanzas; Bowline takes nothing down and runs no scripts.
        "template" | "no-auto-down" | "no-scripts" => {}
        "rename" => diagnostics.push(
            say(Severity::Warning, "Bowline renames no interfaces".to_owned())
                .note("the names in this file are taken as those that the interfaces have already")
                .help("give the NIC its name by a .link file of systemd, or by `pve-network-interface-pinning`"),
        ),
        "vlan" => diagnostics.push(
            say(Severity::Warning, "settings of a VLAN of a bridge are not made yet".to_owned())
                .note("ifupdown2 sets the querier's address of the VLAN by this stanza"),
        ),
        // One that lacks its words has a diagnostic of the syntax.
        "iface" | "auto" | "source" | "source-directory" => {}
        other if other.starts_with("allow") => {}
        other => diagnostics.push(say(Severity::Warning, format!("`{other}` stanzas are kept and not acted on"))),
    }
}

/// A script says which stanza counts for an interface when it is started. Bowline runs none: it takes the stanza of the
/// interface's own name, and where there is none, nothing can be done.
fn mapping(
    file: &mut File<'_>,
    keyword: &Word,
    words: &[Word],
    settings: &[Setting],
    diagnostics: &mut Vec<Diagnostic>,
) {
    let patterns: BTreeSet<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let script = settings.iter().find(|setting| setting.key.text == "script").map_or("a script", |s| &s.value.text);
    if !file.may_match(patterns.len(), keyword.span, diagnostics) {
        return;
    }
    let is_mapped = |name: &IfName| patterns.iter().any(|pattern| pattern_matches(pattern, name.as_str()));
    let mapped: Vec<_> = file.started.iter().filter(|(name, _)| is_mapped(name)).cloned().collect();
    let (has, lost): (Vec<_>, Vec<_>) = mapped.into_iter().partition(|(name, _)| file.section(name).is_some());
    // It is said here that nothing is done for these, and need not be said again.
    let gone: BTreeSet<&IfName> = lost.iter().map(|(name, _)| name).collect();
    file.started.retain(|(name, _)| !gone.contains(name));
    let title = format!("which stanza counts is for {script} to say, and Bowline does not run it");
    diagnostics.push(match (lost.first(), has.first()) {
        (Some((name, _)), _) => {
            let error = Diagnostic::new(codes::UNSUPPORTED, Severity::Error, title, keyword.span);
            let all = lost.iter().fold(error, |error, (name, span)| {
                error.also(*span, format!("{name} is started, and has no stanza of its own"))
            });
            all.help(format!("write `iface {name} …` with what it should be, or start it by hand"))
        }
        (None, Some((name, span))) => Diagnostic::new(codes::NOT_ACTED_ON, Severity::Warning, title, keyword.span)
            .also(*span, format!("{name} is started here, with the stanza of its own name"))
            .note("ifupdown2 knows no `mapping` either"),
        (None, None) => Diagnostic::new(codes::NOT_ACTED_ON, Severity::Note, title, keyword.span)
            .note("nothing that it maps is started"),
    });
}
