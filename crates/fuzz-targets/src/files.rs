//! Bytes as the files of a host, and what holds of whatever is said about them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use interfaces::{Configuration, Diagnostic, edit};

/// The file that is looked at.
const MAIN: &str = "/etc/network/interfaces";
/// The file that the main one may source.
const SOURCED: &str = "/etc/network/lan";
/// The line that stands between the two.
const MARK: &[u8] = b"\n%%\n";

/// The bytes as one file, or as two of which the first may source the second: what stands behind the first line `%%`.
pub(crate) fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.windows(MARK.len()).position(|window| window == MARK) {
        Some(at) => (&bytes[..=at], &bytes[at + MARK.len()..]),
        None => (bytes, &[]),
    }
}

/// Reads the main file with the one that it may source.
pub(crate) fn load(main: &[u8], sourced: &[u8]) -> Configuration {
    let files: BTreeMap<PathBuf, Vec<u8>> =
        [(PathBuf::from(MAIN), main.to_vec()), (PathBuf::from(SOURCED), sourced.to_vec())].into();
    interfaces::load(&files, Path::new(MAIN)).expect("the main file is there and small")
}

/// Every diagnostic points into the files, and its fix can be made.
pub(crate) fn sound<'d>(configuration: &Configuration, diagnostics: impl IntoIterator<Item = &'d Diagnostic>) {
    for diagnostic in diagnostics {
        assert!(!diagnostic.labels.is_empty() && !diagnostic.title.is_empty(), "{diagnostic:?}");
        for label in &diagnostic.labels {
            let length = configuration.file(label.span.file).map_or(0, |file| file.document.source().len());
            assert!(label.span.start < label.span.end && label.span.end <= length, "{diagnostic:?} is nowhere");
        }
        let Some(fix) = &diagnostic.fix else { continue };
        assert!(!fix.edits.is_empty() && !fix.title.is_empty(), "{diagnostic:?} mends nothing");
        for file in &configuration.files {
            let id = file.document.file();
            let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.span.file == id).cloned().collect();
            let fixed = edit::apply(file.document.source(), &edits);
            assert!(fixed.is_ok(), "{diagnostic:?}: {fixed:?}");
        }
    }
}
