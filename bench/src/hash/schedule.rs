//! The samples, policy by policy.

use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use wire::hash::{Frame, Policy, hash};

use super::HashError;
use super::frames::SORTS;
use super::report::{Report, Row, Samples};
use crate::arguments::HashOptions;
use crate::machine::Machine;
use crate::readme;

/// The policies by their names, as people compare them.
const POLICIES: [(&str, Policy); 6] = [
    ("layer2", Policy::Layer2),
    ("layer2+3", Policy::Layer23),
    ("layer3+4", Policy::Layer34),
    ("encap2+3", Policy::Encap23),
    ("encap3+4", Policy::Encap34),
    ("vlan+srcmac", Policy::VlanSrcMac),
];

/// Measures and prints; with `--write`, puts the table into the page as well.
///
/// # Errors
/// When the result can't be told.
pub fn measure(options: &HashOptions) -> Result<(), HashError> {
    let flows = options.flows;
    let frames: Vec<_> = SORTS.iter().map(|sort| (sort.name, sort.frames(flows))).collect();
    let mut rows = Vec::new();
    for (name, policy) in POLICIES {
        let mut sorts: Vec<_> = frames.iter().map(|(sort, _)| Samples { sort, samples: Vec::new() }).collect();
        // Once before it counts, and then in turns, so that what slows the machine slows all.
        for run in 0..=options.runs {
            for (samples, (_, frames)) in sorts.iter_mut().zip(&frames) {
                let took = sample(policy, frames);
                samples.samples.extend((run > 0).then_some(took));
            }
        }
        rows.push(Row { policy: name, sorts });
    }
    let command = format!("cargo run --release -p bench -- hash --flows {flows} --runs {}", options.runs);
    let report = Report { machine: Machine::here(), command, flows, rows };
    let text = super::table::markdown(&report);
    if options.write {
        readme::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), "hash", &text)?;
    }
    let shown =
        if options.json { serde_json::to_string_pretty(&report).map_err(HashError::Json)? + "\n" } else { text };
    std::io::stdout().write_all(shown.as_bytes()).map_err(HashError::Print)
}

fn sample(policy: Policy, frames: &[Vec<u8>]) -> Duration {
    let start = Instant::now();
    for frame in frames {
        black_box(hash(policy, &Frame::new(black_box(frame))));
    }
    start.elapsed()
}
