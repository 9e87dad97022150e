//! The samples.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use soak::{draw, play};
use twin::World;

use super::report::{Report, Row};
use super::{TwinError, hosts};
use crate::arguments::TwinOptions;
use crate::machine::Machine;
use crate::readme;

/// What runs: how many hosts on how many switches, and for how many virtual seconds.
const RUNS: [(usize, usize, u32); 2] = [(1, 1, 3600), (1000, 40, 60)];

/// Measures and prints; with `--write`, puts the table into the page as well.
///
/// # Errors
/// When the twin does not do what is to be measured, or the result can't be told.
pub fn measure(options: &TwinOptions) -> Result<(), TwinError> {
    let mut rows = Vec::new();
    for (count, switches, virtual_seconds) in RUNS {
        let world = hosts::world(count, switches)?;
        let mut samples = Vec::new();
        // Once before it counts.
        for run in 0..=options.runs {
            let took = sample(world.clone(), virtual_seconds);
            samples.extend((run > 0).then_some(took));
        }
        let what = match count {
            1 => "the article's LACP host".to_owned(),
            count => format!("{count} such hosts on {switches} switches"),
        };
        rows.push(Row { what, virtual_seconds, samples });
    }
    let mut played = Vec::new();
    for run in 0..=options.runs {
        let took = seeds(options.seeds)?;
        played.extend((run > 0).then_some(took));
    }
    let command = format!("cargo run --release -p bench -- twin --runs {} --seeds {}", options.runs, options.seeds);
    let report = Report { machine: Machine::here(), command, rows, seeds: options.seeds, played };
    let text = super::table::markdown(&report);
    if options.write {
        readme::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), "twin", &text)?;
    }
    let shown =
        if options.json { serde_json::to_string_pretty(&report).map_err(TwinError::Json)? + "\n" } else { text };
    std::io::stdout().write_all(shown.as_bytes()).map_err(TwinError::Print)
}

fn sample(mut world: World, virtual_seconds: u32) -> Duration {
    let until = world.now() + Duration::from_secs(virtual_seconds.into());
    let start = Instant::now();
    world.run_to(until);
    start.elapsed()
}

fn seeds(count: u64) -> Result<Duration, TwinError> {
    let start = Instant::now();
    match (0..count).find(|seed| play(&draw(*seed)).failure.is_some()) {
        Some(seed) => Err(TwinError::Seed { seed }),
        None => Ok(start.elapsed()),
    }
}
