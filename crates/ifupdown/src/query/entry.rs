//! An interface as `ifquery` shows it.

use record::stanza::Stanza;

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As the file says.
    Pass,
    /// Not so.
    Fail,
    /// Nothing that could be checked: a hook, or nothing at all.
    Unknown,
}

/// A value, and what a check found of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The value: what the file says, or what the kernel has instead.
    pub value: String,
    /// What was found.
    pub status: Status,
}

/// An interface, or one stanza of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which.
    pub name: String,
    /// Whether it is `auto`.
    pub auto: bool,
    /// `inet`, `inet6`.
    pub family: Option<String>,
    /// `static`, `manual`, …
    pub method: Option<String>,
    /// The values by key.
    pub settings: Vec<(String, Vec<Checked>)>,
    /// Of a check: of the whole.
    pub status: Status,
    /// Of a check: whether the kernel has no such link.
    pub is_missing: bool,
}

impl Entry {
    /// A stanza of the file, unchecked.
    #[must_use]
    pub fn of(stanza: &Stanza) -> Self {
        let unchecked = |value: &String| Checked { value: value.clone(), status: Status::Unknown };
        let settings =
            stanza.settings.iter().map(|(key, values)| (key.clone(), values.iter().map(unchecked).collect()));
        Self {
            name: stanza.name.clone(),
            auto: stanza.auto,
            family: stanza.family.clone(),
            method: stanza.method.clone(),
            settings: settings.collect(),
            status: Status::Unknown,
            is_missing: false,
        }
    }

    /// Adds a value that the file does not have.
    pub fn add(&mut self, key: &str, value: String, status: Status) {
        let checked = Checked { value, status };
        match self.settings.iter_mut().find(|(known, _)| known == key) {
            Some((_, values)) => values.push(checked),
            None => self.settings.push((key.to_owned(), vec![checked])),
        }
    }
}
