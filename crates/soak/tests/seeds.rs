//! Seeds by the thousand, the same in each run; and the same bytes of each. `cargo xtask soak` plays others.

use std::ops::Range;

use soak::{draw, play, shrink};

/// How many runs a failure is shrunk with.
const SHRINKS: usize = 500;

fn holds_for(seeds: Range<u64>) {
    for seed in seeds {
        let case = draw(seed);
        if let Some(failure) = play(&case).failure {
            let (_, failure) = shrink(&case, &failure, SHRINKS);
            panic!("{failure}\n\ncargo xtask soak --seed {seed}");
        }
    }
}

// Several tests, so that all processors have something to do.
#[test]
fn what_is_promised_holds_for_the_first_five_hundred_seeds() {
    holds_for(0..500);
}

#[test]
fn what_is_promised_holds_for_the_second_five_hundred_seeds() {
    holds_for(500..1000);
}

#[test]
fn what_is_promised_holds_for_the_third_five_hundred_seeds() {
    holds_for(1000..1500);
}

#[test]
fn what_is_promised_holds_for_the_fourth_five_hundred_seeds() {
    holds_for(1500..2000);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for seed in 0..50 {
        let [one, other] = [0; 2].map(|_| play(&draw(seed)).log.join("\n"));
        assert!(!one.is_empty());
        assert_eq!(one, other, "seed {seed}");
    }
    assert_ne!(play(&draw(1)).log, play(&draw(2)).log);
}
