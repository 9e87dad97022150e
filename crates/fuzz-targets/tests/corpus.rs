//! The corpus that fuzzing left behind, looked at again: `fuzz/corpus/TARGET/*`.

#![allow(clippy::disallowed_methods, reason = "the corpus is files")]

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

#[test]
fn every_input_of_every_target_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let mut failed = Vec::new();
    for (name, target) in fuzz_targets::ALL {
        let folder = corpus.join(name);
        let paths: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert!(!paths.is_empty(), "{} is empty", folder.display());
        for path in paths {
            let bytes = fs::read(&path).unwrap();
            if catch_unwind(|| target(&bytes)).is_err() {
                failed.push(path);
            }
        }
    }
    assert!(failed.is_empty(), "these no longer hold: {failed:#?}");
}

#[test]
fn each_folder_of_the_corpus_has_its_target() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for entry in fs::read_dir(&corpus).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(fuzz_targets::ALL.iter().any(|(target, _)| name == *target), "{} has no target", name.display());
    }
}
