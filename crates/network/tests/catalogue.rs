//! Every code is in the catalogue, and what the catalogue shows is so.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read the sources, and panic when they fail")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use interfaces::Diagnostic;
use network::catalogue::{self, Entry, Example};

/// The whole workspace's `codes.rs` files: the constants in them are all the codes that there are.
fn codes_in_the_sources() -> BTreeSet<String> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("..")];
    let mut codes = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.ends_with("codes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let constants = text.lines().filter(|line| line.starts_with("pub const"));
                codes.extend(constants.filter_map(|line| Some(line.split('"').nth(1)?.to_owned())));
            }
        }
    }
    codes
}

/// Both lists.
fn entries() -> impl Iterator<Item = &'static Entry> {
    catalogue::all().iter().chain(catalogue::edits())
}

#[test]
fn holds_every_code_and_no_other() {
    let known: BTreeSet<String> = entries().map(|entry| entry.code.to_owned()).collect();
    assert_eq!(known, codes_in_the_sources());
}

#[test]
fn is_in_order_and_can_be_searched() {
    let names: BTreeSet<_> = entries().map(|entry| entry.name).collect();
    assert_eq!(names.len(), entries().count(), "two codes share a name");
    assert!(catalogue::all().is_sorted_by_key(|entry| entry.code));
    assert!(catalogue::edits().is_sorted_by_key(|entry| entry.code));
    for entry in catalogue::edits() {
        assert_eq!(catalogue::explained(&entry.code.to_lowercase()), Some(entry));
        assert_eq!(catalogue::explained(entry.name), Some(entry));
        assert_eq!(catalogue::find(entry.code), None, "{} can't be allowed: no diagnostic has it", entry.code);
    }
    for entry in catalogue::all() {
        assert_eq!(catalogue::by_code(entry.code), Some(entry));
        assert_eq!(catalogue::find(&entry.code.to_lowercase()), Some(entry));
        assert_eq!(catalogue::find(entry.name), Some(entry));
        assert_eq!(catalogue::explained(entry.name), Some(entry));
    }
    for entry in entries() {
        assert!(entry.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", entry.name);
    }
    assert_eq!(catalogue::closest("one-salve").map(|entry| entry.code), Some("BW053"));
    assert_eq!(catalogue::find("BW999"), None);
}

#[test]
fn says_what_why_and_what_to_do() {
    for entry in entries() {
        assert!(entry.summary().ends_with('.') && !entry.summary().contains('\n'), "{}", entry.code);
        assert!(entry.why().len() > 80, "{}: {}", entry.code, entry.why());
        assert!(entry.remedy().len() > 20 && !entry.remedy().contains("##"), "{}", entry.code);
        assert!(!entry.severities.is_empty(), "{}", entry.code);
    }
}

/// All that is said of a file; the file may stand beside others in its folder.
fn said(text: &str, host: Option<&str>) -> Vec<Diagnostic> {
    let path = PathBuf::from("/etc/network/interfaces");
    let files = BTreeMap::from([(path.clone(), text.as_bytes().to_vec())]);
    let configuration = interfaces::load(&files, &path).unwrap();
    let host = host.map(|text| common::host::read(text).unwrap());
    let resolved = network::resolve(&configuration);
    let checked = network::check(&configuration, &resolved, host.as_ref());
    [configuration.diagnostics, resolved.diagnostics, checked].concat()
}

/// What a file of the catalogue is wrongly said, or not said, a line each.
fn wrong(files: impl Fn(&Example) -> Option<&'static str>, is_right: impl Fn(&Entry, &[Diagnostic]) -> bool) -> String {
    let mut out = String::new();
    for entry in catalogue::all() {
        let (Some(text), Example::Files { host, .. }) = (files(&entry.example), &entry.example) else { continue };
        let found = said(text, *host);
        if !is_right(entry, &found) {
            let list: Vec<_> = found.iter().map(|d| format!("{:?}[{}] {}", d.severity, d.code, d.title)).collect();
            out += &format!("{}: {list:#?}\n", entry.code);
        }
    }
    out
}

#[test]
fn a_bad_file_raises_its_code_and_nothing_else() {
    let bad = |example: &Example| if let Example::Files { bad, .. } = example { Some(*bad) } else { None };
    let raised = |entry: &Entry, found: &[Diagnostic]| {
        let as_said = |d: &Diagnostic| d.code == entry.code && entry.severities.contains(&d.severity);
        !found.is_empty() && found.iter().all(as_said)
    };
    assert_eq!(wrong(bad, raised), "");
}

#[test]
fn a_good_file_is_clean() {
    let good = |example: &Example| if let Example::Files { good, .. } = example { Some(*good) } else { None };
    assert_eq!(wrong(good, |_, found| found.is_empty()), "");
}

/// `docs/checks.md`, from the catalogue and from what the rules say of its examples.
fn page() -> String {
    let mut page = String::from(
        "# Checks\n\n\
        What `bowline check` finds in a file, by code. `bowline check --explain CODE` shows the same in a terminal.\n\n\
        An error is what can't work: nothing is applied while there is one. A warning is what works, but not as well or as\n\
        long as was meant. A note is worth knowing. `--allow CODE` silences a warning or note, and `--deny warnings`\n\
        makes them count for CI. `--fix` mends what anybody would mend in the same way: where it mends the example, there is a ✎.\n\n\
        This page is made of the files in `crates/network/checks`:\n\
        `UPDATE=1 cargo test -p network --test catalogue` writes it.\n\n\
        | code | name | severity | what |\n|---|---|---|---|\n",
    );
    for entry in catalogue::all() {
        let (code, name) = (entry.code, entry.name);
        let mark = if is_mended(entry) { " ✎" } else { "" };
        let anchor = code.to_lowercase();
        page += &format!("| [{code}](#{anchor}) | {name}{mark} | {} | {} |\n", severities(entry), entry.summary());
    }
    page += "\nAn edit that is refused (`bowline set` and the like) has one of these codes, or one of those above for names, keys,\n\
        values and kinds. `--explain` knows them too; they can't be allowed or denied.\n\n\
        | code | name | what |\n|---|---|---|\n";
    for entry in catalogue::edits() {
        let anchor = entry.code.to_lowercase();
        page += &format!("| [{}](#{anchor}) | {} | {} |\n", entry.code, entry.name, entry.summary());
    }
    entries().for_each(|entry| page += &section(entry));
    page
}

fn section(entry: &Entry) -> String {
    let mut out = format!("\n<a id=\"{}\"></a>\n\n## {} {}\n\n", entry.code.to_lowercase(), entry.code, entry.name);
    out += &format!("**{}**: {}\n\n{}\n\n", severities(entry), entry.summary(), entry.why());
    out += &format!("### What to do\n\n{}\n\n### Example\n\n", entry.remedy());
    match entry.example {
        Example::Files { bad, good, host } => {
            for diagnostic in said(bad, host) {
                out += &format!("Bowline says “{}” of\n\n", diagnostic.title);
            }
            out += &format!("```\n{bad}```\n\nand nothing of\n\n```\n{good}```\n");
            if let Some(host) = host {
                out += &format!("\non a host with\n\n```\n{host}```\n");
            }
        }
        Example::None(why) => out += &format!("No file shows it: {why}.\n"),
    }
    out
}

fn severities(entry: &Entry) -> String {
    let names: Vec<String> = entry.severities.iter().map(|severity| format!("{severity:?}").to_lowercase()).collect();
    names.join(" or ")
}

/// Whether the example's complaint carries a fix.
fn is_mended(entry: &Entry) -> bool {
    let Example::Files { bad, host, .. } = entry.example else { return false };
    said(bad, host).iter().any(|diagnostic| diagnostic.fix.is_some())
}

#[test]
fn the_documentation_is_not_stale() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/checks.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == page(), "docs/checks.md is stale: UPDATE=1 cargo test -p network --test catalogue writes it");
}
