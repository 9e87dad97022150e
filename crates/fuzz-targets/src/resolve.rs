//! Bytes as a file, and what it means: whatever is said has a place, and is the same each time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use interfaces::{Configuration, Diagnostic, edit};
use network::Network;

/// The file that the main one may source: what stands behind the first line `%%`.
const SOURCED: &str = "/etc/network/lan";

/// Any bytes as a file: read, resolved, and checked without a host, on one that has nothing, and on one that has all.
///
/// # Panics
/// When a diagnostic or a property has no place in the files, a fix can't be made, or it means another thing the second
/// time.
pub fn resolve(bytes: &[u8]) {
    let configuration = configuration(bytes);
    sound(&configuration, &configuration.diagnostics);
    let resolved = network::resolve(&configuration);
    sound(&configuration, &resolved.diagnostics);
    for (property, span) in resolved.origins.iter() {
        assert!(configuration.place(span).line > 0, "{property} is nowhere");
        assert!(resolved.origins.of(property).is_some(), "{property} has no origin");
    }
    for (name, link) in &resolved.wanted.links {
        assert_eq!(name, &link.name);
        assert!(link.name.as_str() == "lo" || has_place(&resolved, link), "{name} comes from nowhere");
    }
    for host in [None, Some(&Network::default()), Some(&resolved.wanted)] {
        sound(&configuration, &network::check(&configuration, &resolved, host));
    }
    let again = network::resolve(&configuration);
    assert_eq!((again.wanted, again.diagnostics), (resolved.wanted, resolved.diagnostics));
}

fn has_place(resolved: &network::Resolved, link: &network::Link) -> bool {
    resolved.origins.of(&network::Property::new(&link.name, network::Field::Kind)).is_some()
}

/// The bytes as one file, or as two of which the first may source the second.
fn configuration(bytes: &[u8]) -> Configuration {
    let mark = b"\n%%\n";
    let (main, sourced) = match bytes.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&bytes[..=at], &bytes[at + mark.len()..]),
        None => (bytes, &[][..]),
    };
    let path = "/etc/network/interfaces";
    let files: BTreeMap<PathBuf, Vec<u8>> =
        [(PathBuf::from(path), main.to_vec()), (PathBuf::from(SOURCED), sourced.to_vec())].into();
    interfaces::load(&files, Path::new(path)).expect("the main file is there and small")
}

/// Every diagnostic points into the files, and its fix can be made.
fn sound(configuration: &Configuration, diagnostics: &[Diagnostic]) {
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
