//! The corpus that fuzzing left behind, looked at again: `fuzz/corpus/TARGET/*`.

#![allow(clippy::disallowed_methods, reason = "the corpus is files")]

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};

/// How many inputs each target gets that are made of the corpus: some seconds of them.
const MADE: usize = 4000;
/// The longest of them, in bytes, as for libFuzzer.
const LONGEST: usize = 4096;

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

/// The same inputs in every run: a change is never refused by chance. Chance itself is the night's (`fuzz/run`).
#[test]
fn what_is_made_of_the_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let failures = std::env::temp_dir();
    for (name, target) in fuzz_targets::ALL {
        let mut paths: Vec<_> = fs::read_dir(corpus.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let seeds: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        let mut chance = Chance(TestRng::deterministic_rng(RngAlgorithm::ChaCha));
        for _ in 0..MADE {
            let input = chance.made_of(&seeds);
            if catch_unwind(|| target(&input)).is_err() {
                let path = failures.join(format!("{name}-made"));
                fs::write(&path, &input).unwrap();
                panic!("{name} breaks on {}: put it into fuzz/corpus/{name} once it is mended", path.display());
            }
        }
    }
}

/// Numbers that look like chance and are the same each time.
struct Chance(TestRng);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0.next_u32() as usize % limit.max(1)
    }

    /// One of the seeds, changed in a few places: bytes turned over, taken out, put in, repeated, or another's end.
    fn made_of(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut input = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(6) {
            let (at, length) = (self.below(input.len() + 1), self.below(12));
            let end = (at + length).min(input.len());
            match self.below(6) {
                0 if at < input.len() => input[at] = self.0.next_u32().to_le_bytes()[0],
                1 => drop(input.drain(at..end)),
                2 => drop(input.splice(at..at, (0..length).map(|n| b"\n\\ #\xff-_.a0%\t"[n]).collect::<Vec<_>>())),
                3 => drop(input.splice(at..at, input[at..end].to_vec())),
                4 => {
                    let other = &seeds[self.below(seeds.len())];
                    input.truncate(at);
                    input.extend_from_slice(&other[self.below(other.len() + 1)..]);
                }
                _ if at < input.len() => input[at] ^= 1 << self.below(8),
                _ => {}
            }
        }
        input.truncate(LONGEST);
        input
    }
}
