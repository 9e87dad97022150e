//! The slaves of a bond, the ports of a bridge: names, ranges and patterns.
//!
//! As ifupdown2 (`parse_port_list`): `regex EXPR` takes every interface in whose name EXPR is found at the end
//! (`re.search(EXPR + '$')`: it is not anchored at the start), `glob RANGE` is a list of names, and each word is for the
//! next one only. bridge-utils knows `regex` and `all` too; there EXPR must match the whole name, and counts for all
//! words up to `noregex`. Where the two would differ, it is said.
//!
//! What a `regex` may take: the host's interfaces and the names in the file, or only the latter without a host. Never
//! `lo`, guests' ports (Proxmox attaches those itself), links of other kinds that the file does not name, bridges,
//! what another bond or bridge of the file claims by name, and what stands on the device itself. ifupdown2 has none of
//! these limits, and fails at the kernel on most of them.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Severity, Span, Word};
use regex::{Regex, RegexBuilder};

use super::file::{self, File, Section};
use super::layout::{Member, PORTS, SLAVES};
use super::ranges;
use crate::check::codes;
use crate::{IfName, Kind};

/// The most memory that a compiled expression may take, in bytes; names are short, and so are expressions for them.
pub(super) const REGEX_SIZE: usize = 1 << 18;
/// What `all` stands for in bridge-utils.
const ALL: [&str; 4] = ["eth.*", "em.*", "en.*", "p[0-9].*"];
/// Characters that no name has and an expression does.
const SIGNS: [char; 9] = ['*', '^', '$', '(', ')', '|', '\\', '+', '?'];

/// How the next word is to be read.
#[derive(Clone, Copy, PartialEq)]
enum Reading {
    Name,
    Regex,
    Glob,
}

/// A word of a list, and how it is to be read.
enum Part<'w> {
    Name(&'w Word),
    Regex(&'w Word),
    /// An expression for bridge-utils, as `regex` stands before an earlier word; a name for ifupdown2.
    LaterRegex(&'w Word),
    Glob(&'w Word),
    All(&'w Word),
}

/// The words of a list that are more than `regex` and the like.
fn parts(words: &[Word]) -> Vec<Part<'_>> {
    let (mut reading, mut after_regex) = (Reading::Name, false);
    let mut out = Vec::new();
    for word in words {
        match (word.text.as_str(), reading) {
            ("regex", _) => (reading, after_regex) = (Reading::Regex, true),
            ("glob", _) => reading = Reading::Glob,
            ("noregex", _) => (reading, after_regex) = (Reading::Name, false),
            ("noglob", _) => reading = Reading::Name,
            (_, Reading::Regex) => {
                out.push(Part::Regex(word));
                reading = Reading::Name;
            }
            (_, Reading::Glob) => {
                out.push(Part::Glob(word));
                reading = Reading::Name;
            }
            ("all", Reading::Name) => out.push(Part::All(word)),
            (text, Reading::Name) if after_regex && text.contains(SIGNS) => out.push(Part::LaterRegex(word)),
            (_, Reading::Name) => out.push(Part::Name(word)),
        }
    }
    out
}

/// An expression, as it is held against names.
fn compile(expression: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&format!("{expression}$")).size_limit(REGEX_SIZE).build()
}

/// The first word of a list that takes this name in without being it: an expression or a range. One that can't be read
/// takes none.
pub(crate) fn pattern_for<'w>(words: &'w [Word], name: &str) -> Option<&'w Word> {
    let takes = |expression: &str| compile(expression).is_ok_and(|regex| regex.is_match(name));
    parts(words).into_iter().find_map(|part| match part {
        Part::Regex(word) | Part::LaterRegex(word) => takes(&word.text).then_some(word),
        Part::All(word) => ALL.iter().any(|expression| takes(expression)).then_some(word),
        Part::Glob(word) => {
            let names = ranges::names(&ranges::of_glob(&word.text)?, word, &mut Vec::new());
            names.iter().any(|other| other.as_str() == name).then_some(word)
        }
        Part::Name(_) => None,
    })
}

/// The names of the list under the first of these keys.
pub(super) fn read(
    file: &File<'_>,
    owner: &IfName,
    section: Option<&Section<'_>>,
    keys: &[&str],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Member> {
    let Some(setting) = section.and_then(|section| section.only(keys, diagnostics)) else { return Vec::new() };
    let words = file.words(&setting.value);
    if words.len() == 1 && words[0].text == "none" {
        return Vec::new();
    }
    let mut list = List { file, owner, members: Vec::new(), seen: BTreeMap::new(), diagnostics };
    for part in parts(&words) {
        match part {
            Part::Name(word) => list.name(word),
            Part::Regex(word) => list.regex(word, &[word.text.as_str()]),
            Part::LaterRegex(word) => {
                list.differs(word, "for ifupdown2, `regex` is for the next word only, and this is a name");
                list.regex(word, &[word.text.as_str()]);
            }
            Part::Glob(word) => list.glob(word),
            Part::All(word) => {
                list.differs(word, "ifupdown2 takes `all` for the name of an interface");
                list.regex(word, &ALL);
            }
        }
    }
    list.members
}

struct List<'l, 'a> {
    file: &'l File<'a>,
    owner: &'l IfName,
    members: Vec<Member>,
    seen: BTreeMap<IfName, Span>,
    diagnostics: &'l mut Vec<Diagnostic>,
}

impl List<'_, '_> {
    fn name(&mut self, word: &Word) {
        if ranges::of_name(&word.text).is_some() {
            let title = format!("`{}` is a range, and stands alone", word.text);
            self.diagnostics.push(
                Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span)
                    .note("ifupdown2 takes it for the name of one interface")
                    .help(format!("write `glob {}`", word.text)),
            );
            return;
        }
        let Some(name) = file::name(word, self.diagnostics) else { return };
        match self.seen.insert(name.clone(), word.span) {
            Some(first) => {
                let fix = vec![self.file.without(word)];
                self.diagnostics.push(listed_twice(word, first).fix("delete the second", fix));
            }
            None => self.members.push(Member { name, span: word.span }),
        }
    }

    fn glob(&mut self, word: &Word) {
        let Some(range) = ranges::of_glob(&word.text) else {
            let title = format!("`{}` is no range", word.text);
            self.diagnostics.push(
                Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span)
                    .note("after `glob` stands a range of names, such as swp1-4, swp[1-4].100 or swp[1-2]s[0-3]")
                    .help("for a pattern write `regex` and an expression, such as `regex swp.*`"),
            );
            return;
        };
        let names = self.file.expand(&range, word, 1, self.diagnostics);
        for name in names {
            self.take(name, word.span);
        }
    }

    fn take(&mut self, name: IfName, span: Span) {
        if !self.seen.contains_key(&name) {
            self.seen.insert(name.clone(), span);
            self.members.push(Member { name, span });
        }
    }

    fn regex(&mut self, word: &Word, expressions: &[&str]) {
        if !self.file.may_match(expressions.len(), word.span, self.diagnostics) {
            return;
        }
        let mut found = BTreeSet::new();
        for expression in expressions {
            match compile(expression) {
                Ok(regex) => found.extend(self.matching(&regex)),
                Err(error) => {
                    let title = format!("`{}` is no expression that Bowline can read", word.text);
                    let why = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
                    let diagnostic = Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span).note(why);
                    self.diagnostics.push(diagnostic.help("list the interfaces by name"));
                    return;
                }
            }
        }
        self.report(word, &found);
        for name in found {
            self.take(name, word.span);
        }
    }

    /// Every candidate that the expression is found in, in the order of names.
    fn matching(&self, regex: &Regex) -> Vec<IfName> {
        let claimed = claimed(self.file, self.owner);
        let of_the_host = |name: &&IfName| {
            let link = self.file.host().and_then(|host| host.link(name));
            let in_the_file = self.file.section(name).is_some();
            link.is_none_or(|link| in_the_file || matches!(link.kind, Kind::Nic | Kind::Bond(_) | Kind::Vlan(_)))
        };
        let host = self.file.host().into_iter().flat_map(|host| host.links.keys());
        let mut names: BTreeSet<&IfName> = self.file.names().chain(host).collect();
        names.retain(|name| regex.is_match(name.as_str()));
        names.retain(|name| name.as_str() != "lo" && *name != self.owner && !name.is_guest_port());
        names.retain(|name| !claimed.contains(*name) && !self.is_above(name) && of_the_host(name));
        names.into_iter().cloned().collect()
    }

    /// Whether the name is of a bridge, or of a VLAN device on the owner.
    fn is_above(&self, name: &IfName) -> bool {
        let on_owner = |lower: &str| lower == self.owner.as_str();
        let dotted = name.as_str().rsplit_once('.').is_some_and(|(lower, _)| on_owner(lower));
        let section = self.file.section(name);
        let raw = section.and_then(|section| section.first(&["vlan-raw-device"]));
        let link = self.file.host().and_then(|host| host.link(name));
        let observed = link.is_some_and(|link| match &link.kind {
            Kind::Bridge(_) => true,
            Kind::Vlan(vlan) => vlan.lower == *self.owner,
            _ => false,
        });
        let bridge = section.is_some_and(|section| section.first(PORTS).is_some());
        dotted || observed || bridge || raw.is_some_and(|raw| on_owner(&raw.value.text))
    }

    fn report(&mut self, word: &Word, found: &BTreeSet<IfName>) {
        let title = format!("what `{}` matches depends on the host", word.text);
        let note = match (self.file.host(), found.len()) {
            (None, _) => "this file was read without a host: the names in it stand in for one's".to_owned(),
            (Some(_), 0) => "nothing on this host matches".to_owned(),
            _ => format!("here: {}", found.iter().map(IfName::as_str).collect::<Vec<_>>().join(", ")),
        };
        let severity = if self.file.host().is_some() && found.is_empty() { Severity::Warning } else { Severity::Note };
        self.diagnostics.push(Diagnostic::new(codes::PATTERN, severity, title, word.span).note(note));
    }

    fn differs(&mut self, word: &Word, how: &str) {
        let title = format!("ifupdown2 reads `{}` otherwise than bridge-utils and Bowline", word.text);
        let diagnostic = Diagnostic::new(codes::PATTERN, Severity::Warning, title, word.span).note(how);
        self.diagnostics.push(diagnostic.help("write `regex` before each expression, or list the interfaces by name"));
    }
}

/// What other bonds and bridges of the file claim by name, and what claims a bond for itself.
fn claimed(file: &File<'_>, owner: &IfName) -> BTreeSet<IfName> {
    let mut claimed = BTreeSet::new();
    for section in file.sections().filter(|section| section.name != *owner) {
        let lists = section.find(SLAVES).chain(section.find(PORTS));
        let words = lists.flat_map(|setting| file.words(&setting.value));
        claimed.extend(words.filter_map(|word| IfName::new(&word.text).ok()));
        let master = section.first(&["bond-master"]).is_some_and(|setting| setting.value.text != owner.as_str());
        if master {
            claimed.insert(section.name.clone());
        }
    }
    claimed
}

fn listed_twice(word: &Word, first: Span) -> Diagnostic {
    let title = format!("{} is listed twice", word.text);
    Diagnostic::new(codes::SAID_TWICE, Severity::Warning, title, word.span)
        .also(first, "first listed here")
        .help("delete one of the two")
}
