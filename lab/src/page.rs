//! A page of the documentation with a table that tests write: a line each, between two marks. Each test is held against its
//! line; with `UPDATE=1` the lines are written anew instead.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A page with a table.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// Where it is, from the repository's root: `docs/reloads.md`.
    pub path: &'static str,
    /// The word in its marks: `<!-- reloads: begin -->`.
    pub mark: &'static str,
    /// The table's first two lines.
    pub head: &'static str,
}

impl Page {
    /// Whether the lines are to be written anew.
    #[must_use]
    pub fn updates() -> bool {
        std::env::var_os("UPDATE").is_some()
    }

    /// The table's lines by what they are about, which is what their first cell links: `| [name](…`.
    ///
    /// # Errors
    /// When the page can't be read, or has lost its marks.
    pub fn lines(&self) -> Result<BTreeMap<String, String>, String> {
        let text = self.read()?;
        let (_, table, _) = self.parts(&text)?;
        let name = |line: &str| Some(line.strip_prefix("| [")?.split_once("](")?.0.to_owned());
        Ok(table.lines().filter_map(|line| Some((name(line)?, format!("{line}\n")))).collect())
    }

    /// With `UPDATE=1`, writes those lines, and keeps those of other names that are still there; without, sees that the
    /// page has no line of what is not there any more.
    ///
    /// # Errors
    /// When it has one, or can't be read or written.
    pub fn finish(&self, names: &[String], mut found: BTreeMap<String, String>) -> Result<(), String> {
        let mut lines = self.lines()?;
        if !Self::updates() {
            let gone: Vec<&String> = lines.keys().filter(|name| !names.contains(name)).collect();
            return if gone.is_empty() {
                Ok(())
            } else {
                Err(format!("{} has lines of what is gone: {gone:?}", self.path))
            };
        }
        lines.append(&mut found);
        lines.retain(|name, _| names.contains(name));
        let (text, (begin, end)) = (self.read()?, self.marks());
        let (before, _, after) = self.parts(&text)?;
        let table: String = lines.values().map(String::as_str).collect();
        let text = format!("{before}{begin}\n{}{table}\n{end}{after}", self.head);
        fs::write(self.file(), text).map_err(|error| error.to_string())
    }

    fn file(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(self.path)
    }

    fn read(&self) -> Result<String, String> {
        fs::read_to_string(self.file()).map_err(|error| format!("{}: {error}", self.path))
    }

    fn marks(&self) -> (String, String) {
        (format!("<!-- {}: begin -->\n", self.mark), format!("<!-- {}: end -->\n", self.mark))
    }

    /// What is before the table, the table, and what is behind it.
    fn parts<'a>(&self, text: &'a str) -> Result<(&'a str, &'a str, &'a str), String> {
        let (begin, end) = self.marks();
        let found = text.split_once(&begin).and_then(|(before, rest)| {
            let (table, after) = rest.split_once(&end)?;
            Some((before, table, after))
        });
        found.ok_or_else(|| format!("{} has lost its marks", self.path))
    }
}
