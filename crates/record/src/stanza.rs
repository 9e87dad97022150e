//! The file as ifupdown2 sees it: a list of stanzas, each with its settings by key (`networkinterfaces.py`, `iface.py`).
//!
//! What the file means is `network`'s to say. This is the other view of it, which `ifquery` prints, hooks and scripts are
//! given in their environment, and the state remembers.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Configuration, Iface, Item, Kind, Span, pattern_matches};
use network::resolve::range_of_names;
use serde::{Deserialize, Serialize};

/// A stanza.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stanza {
    /// Which interface; without the `:1` of an alias.
    pub name: String,
    /// Whether it is `auto`.
    pub auto: bool,
    /// Its classes (`allow-CLASS`), in the order of the file.
    pub classes: Vec<String>,
    /// `inet` or `inet6`, where the stanza says so.
    pub family: Option<String>,
    /// `static`, `manual`, `dhcp`, …; `static` where only the family is said.
    pub method: Option<String>,
    /// The settings by key, in the order in which each key comes first; a key spelled with `_` is the one with `-`.
    pub settings: Vec<(String, Vec<String>)>,
    /// Where it stands; not remembered.
    #[serde(skip)]
    pub place: Option<Place>,
    /// The range that it is one of (`iface swp[1-4]`); not remembered.
    #[serde(skip)]
    pub range: Option<Range>,
}

/// The range that a stanza is one of. ifupdown2 shows it once, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// As it is written.
    pub text: String,
    /// Whether this is its first.
    pub is_first: bool,
}

/// Where a stanza and its settings stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The stanza.
    pub span: Span,
    /// Each value of each key, in the order of [`Stanza::settings`]; `None` for what ifupdown2 fills in.
    pub values: Vec<Vec<Option<Span>>>,
}

/// Keys whose values belong to the address before them: the n-th of the list to the n-th address, with the empty text
/// where there is none.
const OF_ADDRESS: &[&str] = &["scope", "netmask", "broadcast", "preferred-lifetime"];

impl Stanza {
    /// The values of a key.
    #[must_use]
    pub fn values(&self, key: &str) -> &[String] {
        self.settings.iter().find(|(known, _)| known == key).map_or(&[], |(_, values)| values)
    }

    /// Whether the two say the same, wherever they stand (`iface.compare`).
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |it: &'_ Self| (it.auto, it.classes.len(), it.settings.len());
        said(self) == said(other)
            && self.name == other.name
            && (&self.family, &self.method) == (&other.family, &other.method)
            && self.classes == other.classes
            && self.settings == other.settings
    }

    fn add(&mut self, place: &mut Place, key: &str, value: String, span: Span) {
        let key = key.replace('_', "-");
        let addresses = self.values("address").len();
        if OF_ADDRESS.contains(&key.as_str()) && addresses == 0 {
            // ifupdown2 drops what stands before any address; the file's meaning is for `network` to complain of.
            return;
        }
        let at = self.settings.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
            self.settings.push((key.clone(), Vec::new()));
            place.values.push(Vec::new());
            self.settings.len() - 1
        });
        let values = &mut self.settings[at].1;
        if OF_ADDRESS.contains(&key.as_str()) {
            while values.len() + 1 < addresses {
                values.push(String::new());
                place.values[at].push(None);
            }
        }
        values.push(value);
        place.values[at].push(Some(span));
    }
}

/// Every `iface` stanza, in reading order; a range as its names, each a stanza of its own. The stanzas of LOGICAL in
/// `auto NAME=LOGICAL` are NAME's too.
#[must_use]
pub fn stanzas(configuration: &Configuration) -> Vec<Stanza> {
    let all = configuration.stanzas();
    let mut out: Vec<Stanza> = Vec::new();
    for stanza in &all {
        let Kind::Iface(iface) = &stanza.kind else { continue };
        let written = iface.name.text.as_str();
        let Some(names) = range_of_names(written) else {
            out.push(read(stanza.span, iface, written));
            continue;
        };
        for (number, name) in names.iter().enumerate() {
            let range = Some(Range { text: written.to_owned(), is_first: number == 0 });
            out.push(Stanza { range, ..read(stanza.span, iface, name.as_str()) });
        }
    }
    let (mut auto, mut classes) = (BTreeSet::new(), Vec::new());
    for stanza in &all {
        let Kind::Allow { class, names } = &stanza.kind else { continue };
        for word in names {
            let (who, logical) = word.text.split_once('=').map_or((word.text.as_str(), None), |(a, b)| (a, Some(b)));
            let found = named(who, &out);
            if let Some(logical) = logical {
                found.iter().for_each(|name| assume(name, logical, &mut out));
            }
            if class == "auto" {
                auto.extend(found);
            } else {
                classes.extend(found.into_iter().map(|name| (name, class.to_string())));
            }
        }
    }
    let classes = by_name(classes);
    for stanza in &mut out {
        stanza.auto = auto.contains(&stanza.name);
        stanza.classes = classes.get(&stanza.name).cloned().unwrap_or_default();
    }
    out
}

/// The names that a word of an `auto` or `allow-CLASS` line stands for: `all`, a range, ifupdown's `/PATTERN` among the
/// names of the file, else itself. (`mac/ADDRESS` needs a host, and stands for nothing here: resolving says so.)
fn named(word: &str, stanzas: &[Stanza]) -> Vec<String> {
    let of_file = |fits: &dyn Fn(&str) -> bool| {
        let mut seen = BTreeSet::new();
        let names = stanzas.iter().map(|stanza| &stanza.name).filter(|name| fits(name));
        names.filter(|name| seen.insert(name.as_str())).cloned().collect()
    };
    if word == "all" {
        return of_file(&|_| true);
    }
    if let Some(pattern) = word.strip_prefix('/') {
        return of_file(&|name| pattern_matches(pattern, name));
    }
    match range_of_names(word) {
        Some(names) => names.iter().map(ToString::to_string).collect(),
        // `eth0:1` is an address more of eth0.
        None => vec![word.split_once(':').map_or(word, |(device, _)| device).to_owned()],
    }
}

/// Gives an interface without stanzas those of another.
fn assume(name: &str, logical: &str, stanzas: &mut Vec<Stanza>) {
    if stanzas.iter().any(|stanza| stanza.name == name) {
        return;
    }
    let of_logical = stanzas.iter().filter(|stanza| stanza.name == logical);
    let own: Vec<Stanza> = of_logical.map(|stanza| Stanza { name: name.to_owned(), ..stanza.clone() }).collect();
    stanzas.extend(own);
}

fn by_name(classes: Vec<(String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, class) in classes {
        let list = out.entry(name).or_default();
        if !list.contains(&class) {
            list.push(class);
        }
    }
    out
}

fn read(span: Span, iface: &Iface, full: &str) -> Stanza {
    let name = full.split_once(':').map_or(full, |(device, _)| device);
    let family = iface.family.as_ref().map(|word| word.text.to_string());
    let method = iface.method.as_ref().map(|word| word.text.to_string());
    let mut stanza = Stanza {
        name: name.to_owned(),
        method: method.or_else(|| family.as_ref().map(|_| "static".to_owned())),
        family,
        ..Stanza::default()
    };
    let mut place = Place { span, values: Vec::new() };
    for setting in &iface.settings {
        if !setting.value.text.is_empty() {
            let value = setting.value.text.replace("$IFACE", full);
            stanza.add(&mut place, &setting.key.text, value, setting.span);
        }
    }
    stanza.place = Some(place);
    stanza
}

/// The lines of a stanza as they stand in the file, from its first up to the next stanza, each without the blanks around
/// it, those that a backslash joins as one. As ifupdown2 has it, blank lines and comments after a stanza belong to it.
#[must_use]
pub fn raw(configuration: &Configuration, stanza: &Stanza) -> Vec<String> {
    let Some(span) = stanza.place.as_ref().map(|place| place.span) else { return Vec::new() };
    let Some(file) = configuration.file(span.file) else { return Vec::new() };
    let items = file.document.items().iter();
    let next = items.filter(|item| matches!(item, Item::Stanza(_))).map(Item::span).find(|next| next.start >= span.end);
    let source = file.document.source();
    let text = match next {
        // The line end before the next stanza ends this one's last line.
        Some(next) => &source[span.start..next.start.saturating_sub(1).max(span.start)],
        // ifupdown2 takes the blank lines at the end of a file for none.
        None => source[span.start..].trim_ascii_end(),
    };
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = Vec::new();
    let mut continues = false;
    for line in text.split('\n') {
        let trimmed = line.trim();
        let piece = trimmed.trim_end_matches('\\').trim_end();
        match lines.last_mut() {
            Some(last) if continues => *last = format!("{last} {piece}"),
            _ => lines.push(piece.to_owned()),
        }
        continues = trimmed.ends_with('\\');
    }
    lines
}

/// Text that means what the stanzas mean: what the state gives back to `network`. One line a setting.
#[must_use]
pub fn text(stanzas: &[Stanza]) -> String {
    let mut out = String::new();
    for stanza in stanzas {
        out += &format!("iface {}", stanza.name);
        for word in [&stanza.family, &stanza.method] {
            word.iter().for_each(|word| out += &format!(" {word}"));
        }
        out.push('\n');
        let mut lines: Vec<(usize, String)> = Vec::new();
        for (key, values) in &stanza.settings {
            // What belongs to an address has to stand behind it, and before the next.
            let of_address = key == "address" || OF_ADDRESS.contains(&key.as_str());
            let numbered = values.iter().enumerate().filter(|(_, value)| !value.is_empty());
            lines.extend(numbered.map(|(n, value)| (if of_address { n } else { 0 }, format!("    {key} {value}\n"))));
        }
        lines.sort_by_key(|(n, _)| *n);
        lines.iter().for_each(|(_, line)| out += line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Configuration, Vec<Stanza>) {
        let configuration = Configuration::of("/etc/network/interfaces", text.as_bytes().to_vec());
        let list = stanzas(&configuration);
        (configuration, list)
    }

    #[test]
    fn keys_are_as_ifupdown2_has_them() {
        let (_, list) =
            of("auto a\nallow-hotplug a b\niface a inet\n  bridge_ports x\n  up one  $IFACE\n  up two\niface b:1\n");
        assert_eq!((list[0].auto, list[1].auto), (true, false));
        assert_eq!(list[0].classes, ["hotplug"]);
        assert_eq!(list[0].method.as_deref(), Some("static"));
        assert_eq!(list[0].values("bridge-ports"), ["x"]);
        assert_eq!(list[0].values("up"), ["one  a", "two"]);
        assert_eq!((list[1].name.as_str(), &list[1].method), ("b", &None));
    }

    #[test]
    fn words_of_auto_stand_for_what_ifupdown_and_ifupdown2_say() {
        let text = "auto swp[1-2] /e* x=base\nallow-hotplug swp2\niface swp[1-3]\n mtu 1400\niface eth0\niface base\n mtu 9000\n";
        let (_, list) = of(text);
        let told: Vec<(&str, bool)> = list.iter().map(|stanza| (stanza.name.as_str(), stanza.auto)).collect();
        assert_eq!(
            told,
            [("swp1", true), ("swp2", true), ("swp3", false), ("eth0", true), ("base", false), ("x", true)]
        );
        assert_eq!(list[1].classes, ["hotplug"]);
        assert_eq!(list[5].values("mtu"), ["9000"]);
        assert!(list[0].range.as_ref().is_some_and(|range| range.is_first && range.text == "swp[1-3]"));
    }

    #[test]
    fn what_belongs_to_an_address_stays_with_it() {
        let (_, list) =
            of("iface a\n address 10.0.0.1\n address 10.0.1.1\n netmask 255.255.255.0\n address 10.0.2.1\n");
        assert_eq!(list[0].values("netmask"), ["", "255.255.255.0"]);
        let again = of(&text(&list)).1;
        assert!(again[0].says_the_same(&list[0]), "{again:?}");
    }

    #[test]
    fn raw_lines_reach_to_the_next_stanza() {
        let (configuration, list) = of("auto a\niface a inet manual\n  # why\n\tup one \\\n  two\n\nauto b\niface b\n");
        assert_eq!(raw(&configuration, &list[0]), ["iface a inet manual", "# why", "up one two", ""]);
        assert_eq!(raw(&configuration, &list[1]), ["iface b"]);
    }
}
