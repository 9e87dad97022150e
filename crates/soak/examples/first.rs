//! Plays seeds from 0 on, at most as many as it is told, until something does not hold; says what, and fails.

use std::process::ExitCode;

use soak::{draw, play};

fn main() -> ExitCode {
    let seeds = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(u64::MAX);
    // What panics is a failure with its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let failed = (0..seeds).find_map(|seed| Some((seed, play(&draw(seed)).failure?)));
    match failed {
        Some((seed, failure)) => {
            println!("seed {seed}: {failure}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}
