//! Entries as text (`_dump_pretty`) and as JSON (`ifaceJsonEncoder`), byte for byte as ifupdown2 has them.

use std::fmt::Write;

use serde::{Serialize, Serializer};
use serde_json::ser::{PrettyFormatter, Serializer as JsonSerializer};

use super::entry::{Checked, Entry, Status};
use crate::Failure;
use crate::settings::Conf;

/// What statuses are called.
#[derive(Clone, Copy)]
pub struct Words<'a>(&'a Conf);

impl<'a> Words<'a> {
    /// As the configuration has it.
    #[must_use]
    pub fn of(conf: &'a Conf) -> Self {
        Self(conf)
    }

    fn of_value(self, status: Status) -> &'a str {
        match status {
            Status::Pass => &self.0.pass,
            Status::Fail => &self.0.fail,
            Status::Unknown => &self.0.unknown,
        }
    }

    /// Of a whole interface: what was not checked has passed.
    fn of_whole(self, status: Status) -> &'a str {
        self.of_value(if status == Status::Unknown { Status::Pass } else { status })
    }
}

/// Entries as stanzas; with `words`, each line with what a check found.
#[must_use]
pub fn native(entries: &[Entry], words: Option<Words<'_>>) -> String {
    let mut out = String::new();
    for entry in entries {
        stanza(&mut out, entry, words);
    }
    out
}

fn stanza(out: &mut String, entry: &Entry, words: Option<Words<'_>>) {
    if entry.auto {
        let _ = writeln!(out, "auto {}", entry.name);
    }
    let mut line = format!("iface {}", entry.name);
    for word in [&entry.family, &entry.method].into_iter().flatten().filter(|_| !entry.is_missing) {
        let _ = write!(line, " {word}");
    }
    let _ = match words.filter(|_| entry.status != Status::Unknown) {
        Some(words) => writeln!(out, "{line:65} {:>8}", format!("[{}]", words.of_value(entry.status))),
        None => writeln!(out, "{line}"),
    };
    if entry.is_missing {
        out.push_str("\n\n");
        return;
    }
    for (key, values) in &entry.settings {
        for Checked { value, status } in values {
            let _ = match words {
                Some(words) => {
                    let line = format!("{key} {value}");
                    writeln!(out, "\t{line:55} {:>10}", format!("[{}]", words.of_value(*status)))
                }
                None if value.is_empty() => Ok(()),
                None => writeln!(out, "\t{key} {value}"),
            };
        }
    }
    out.push('\n');
}

/// Entries as a list of objects, `indent` blanks a level; with `words`, each with what a check found.
///
/// # Errors
/// None that is known of: the form has no key that is no text.
pub fn json(entries: &[Entry], words: Option<Words<'_>>, indent: usize) -> Result<String, Failure> {
    let list: Vec<Shown<'_>> = entries.iter().map(|entry| Shown { entry, words }).collect();
    let blanks = " ".repeat(indent);
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(blanks.as_bytes());
    list.serialize(&mut JsonSerializer::with_formatter(&mut bytes, formatter)).map_err(std::io::Error::from)?;
    Ok(ascii(&String::from_utf8_lossy(&bytes)) + "\n")
}

/// Python's `json` writes everything beyond ASCII as UTF-16 escapes.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

struct Shown<'a> {
    entry: &'a Entry,
    words: Option<Words<'a>>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let (entry, mut map) = (self.entry, serializer.serialize_map(None)?);
        map.serialize_entry("name", &entry.name)?;
        if let Some(method) = entry.method.as_deref().filter(|_| !entry.is_missing) {
            // Without a check, `dhcp6` of an inet stanza shows as `dhcp`.
            let dhcp = self.words.is_none() && entry.family.as_deref() == Some("inet") && method.contains("dhcp");
            map.serialize_entry("addr_method", if dhcp { "dhcp" } else { method })?;
        }
        if let Some(family) = entry.family.as_deref().filter(|_| !entry.is_missing) {
            map.serialize_entry("addr_family", family)?;
        }
        map.serialize_entry("auto", &entry.auto)?;
        let values = |pick: &dyn Fn(&Checked) -> String| {
            let lists = entry.settings.iter();
            Lists(lists.map(|(key, list)| (key.clone(), list.iter().map(pick).collect())).collect())
        };
        let empty = Lists(Vec::new());
        let config = if entry.is_missing { empty } else { values(&|checked| checked.value.clone()) };
        map.serialize_entry("config", &config)?;
        if let Some(words) = self.words {
            let statuses = values(&|checked| words.of_value(checked.status).to_owned());
            map.serialize_entry("config_status", if entry.is_missing { &config } else { &statuses })?;
            map.serialize_entry("status", words.of_whole(entry.status))?;
        }
        map.end()
    }
}

/// Lists by key in their order; a list of one is shown as its only text.
struct Lists(Vec<(String, Vec<String>)>);

impl Serialize for Lists {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(untagged)]
        enum OneOrMany<'a> {
            One(&'a str),
            Many(&'a [String]),
        }
        serializer.collect_map(self.0.iter().map(|(key, list)| match list.as_slice() {
            [one] => (key, OneOrMany::One(one)),
            many => (key, OneOrMany::Many(many)),
        }))
    }
}

#[cfg(test)]
mod tests;
