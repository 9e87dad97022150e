//! Fixes mend what they are for, and nothing else.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read the cases, and panic when they fail")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use interfaces::{Diagnostic, FileId, Severity, edit};
use network::catalogue::{self, Example};
use network::check::mend;
use proptest::prelude::*;

/// Every main file of the cases and of the catalogue, by where it is from.
fn files() -> BTreeMap<String, Vec<u8>> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let folders = std::fs::read_dir(cases).unwrap().map(|entry| entry.unwrap().path());
    let read = |folder: PathBuf| Some((folder.display().to_string(), std::fs::read(folder.join("interfaces")).ok()?));
    let mut files: BTreeMap<_, _> = folders.filter_map(read).collect();
    for entry in catalogue::all() {
        if let Example::Files { bad, .. } = entry.example {
            files.insert(entry.code.to_owned(), bad.as_bytes().to_vec());
        }
    }
    assert!(files.len() > 100);
    files
}

fn examine(source: &[u8]) -> Vec<Diagnostic> {
    let path = PathBuf::from("/etc/network/interfaces");
    let configuration = interfaces::load(&BTreeMap::from([(path.clone(), source.to_vec())]), &path).unwrap();
    let resolved = network::resolve(&configuration);
    let checked = network::check(&configuration, &resolved, None);
    [configuration.diagnostics, resolved.diagnostics, checked].concat()
}

fn errors(found: &[Diagnostic]) -> BTreeSet<(&str, &str)> {
    let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|diagnostic| (diagnostic.code, diagnostic.title.as_str())).collect()
}

fn count(found: &[Diagnostic], of: &Diagnostic) -> usize {
    found.iter().filter(|other| (other.code, &other.title) == (of.code, &of.title)).count()
}

#[test]
fn each_fix_alone_mends_its_own_complaint() {
    let mut fixes = BTreeSet::new();
    for (name, source) in files() {
        let before = examine(&source);
        for diagnostic in &before {
            let Some(fix) = diagnostic.fix.as_ref().filter(|fix| fix.edits.iter().all(|e| e.span.file == FileId(0)))
            else {
                continue;
            };
            let after = examine(&edit::apply(&source, &fix.edits).unwrap());
            assert!(count(&after, diagnostic) < count(&before, diagnostic), "{name}: {diagnostic:?}");
            fixes.insert(diagnostic.code);
        }
    }
    // The codes of which some have a fix: a fix that no case shows is not tested.
    let expected = ["BW001", "BW008", "BW021", "BW022", "BW024", "BW030", "BW040", "BW046", "BW050", "BW051", "BW063"];
    assert_eq!(fixes, BTreeSet::from(expected));
}

#[test]
fn all_fixes_together_make_no_new_error_and_leave_nothing_to_fix() {
    for (name, source) in files() {
        let before = examine(&source);
        let mended = mend(&source, examine);
        assert!(errors(&mended.left).is_subset(&errors(&before)), "{name}: {:?}", mended.left);
        assert_eq!(mended.left, examine(&mended.source), "{name}");
        assert_eq!(mended.done.is_empty(), mended.source == source, "{name}");
        let again = mend(&mended.source, examine);
        assert_eq!((again.source, again.done.len()), (mended.source, 0), "{name}");
    }
}

#[test]
fn a_fix_that_would_bring_an_error_is_not_made() {
    // The key can be spelled right; the value stays wrong.
    let source = b"auto bond0\niface bond0\n    bond-slaves a b\n    bond-mode active-backup\n    bond-mimon x\n    bond-use-carrier 0\n";
    let mended = mend(source, examine);
    let text = String::from_utf8(mended.source).unwrap();
    assert!(text.contains("bond-mimon x") && !text.contains("use-carrier"), "{text}");
}

#[test]
fn what_is_added_looks_like_its_neighbours() {
    for (source, added) in [
        ("auto b\niface b\n\tbond_slaves x y\n\tbond_mode active-backup", "\n\tbond_miimon 100"),
        ("auto b\r\niface b\r\n  bond-mode 1\r\n  bond-slaves x y\r\n", "  bond-miimon 100\r\n"),
    ] {
        let mended = mend(source.as_bytes(), examine);
        let text = String::from_utf8(mended.source).unwrap();
        assert!(text.contains(added) && text.len() == source.len() + added.len(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any file of these lines, in which most complaints with a fix can come up, and meet.
    #[test]
    fn mending_ends_and_brings_no_error(lines in prop::collection::vec(prop::sample::select(LINES), 0..24)) {
        let source = lines.join("\n").into_bytes();
        let before = examine(&source);
        let mended = mend(&source, examine);
        prop_assert!(errors(&mended.left).is_subset(&errors(&before)));
        prop_assert_eq!(&mended.left, &examine(&mended.source));
    }
}

const LINES: &[&str] = &[
    "auto bond0",
    "Auto vmbr0",
    "iface bond0 inet manual",
    "Iface vmbr0 inet static",
    "  bond-slaves enp3s0 enp4s0",
    "  bond-salves enp3s0 enp4s0",
    "  bond-ports enp3s0 enp4s0",
    "  bond-slaves enp3s0 \\\\",
    "  bond-slaves enp3s0 \\ ",
    "  bond-slaves enp3s0\\",
    "  enp4s0",
    "",
    "# a comment \\",
    "  bond-mode 802.3ad",
    "  bond-mode active-bakcup",
    "  bond-mimon 100",
    "  bond-mimon x",
    "  bond-updelay 250",
    "  bond-primary enp3s1",
    "  bond-lacp-rate fast",
    "  bond-use-carrier 0",
    "  bond-arp-interval 100",
    "  address 10.0.0.1/24",
    "  adress 10.0.0.1/24",
    "  bridge-ports bond0",
    "  bridge-fdd 15",
];
