//! The samples, size by size.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use super::CheckError;
use super::file;
use super::report::{Report, Row};
use crate::arguments::CheckOptions;
use crate::machine::Machine;
use crate::readme;

/// Where the file is, in memory.
const PATH: &str = "/etc/network/interfaces";
/// A sample of a small file is the mean of as many runs as read this many stanzas, so that the clock can tell it.
const STANZAS_A_SAMPLE: u32 = 10_000;

/// Measures and prints; with `--write`, puts the table into the page as well.
///
/// # Errors
/// When the file is not read as it was meant, and when the result can't be told.
pub fn measure(options: &CheckOptions) -> Result<(), CheckError> {
    let mut rows = Vec::new();
    for &stanzas in &options.sizes {
        eprintln!("{stanzas} stanzas");
        rows.push(size(stanzas, options.runs)?);
    }
    let sizes = options.sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let command = format!("cargo run --release -p bench -- check --sizes {sizes} --runs {}", options.runs);
    let report = Report { machine: Machine::here(), command, rows };
    let text = super::table::markdown(&report);
    if options.write {
        readme::write(&Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"), "check", &text)?;
    }
    let shown =
        if options.json { serde_json::to_string_pretty(&report).map_err(CheckError::Json)? + "\n" } else { text };
    std::io::stdout().write_all(shown.as_bytes()).map_err(CheckError::Print)
}

/// One size and half of it, in turns, so that what slows the machine slows both.
fn size(stanzas: u32, runs: u16) -> Result<Row, CheckError> {
    let whole = Work::new(stanzas);
    // Half a group is another mix of stanzas, which would say nothing of a doubling.
    let half = stanzas.is_multiple_of(2 * file::GROUP).then(|| Work::new(stanzas / 2));
    // Once before it counts: the allocator has its memory, the caches their code.
    for work in [Some(&whole), half.as_ref()].into_iter().flatten() {
        work.sample()?;
    }
    let mut row = Row { stanzas, bytes: whole.bytes, samples: Vec::new(), half: Vec::new() };
    for _ in 0..runs {
        row.samples.push(whole.sample()?);
        if let Some(half) = &half {
            row.half.push(half.sample()?);
        }
    }
    Ok(row)
}

/// A file in memory.
struct Work {
    stanzas: u32,
    bytes: usize,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Work {
    fn new(stanzas: u32) -> Self {
        let text = file::text(stanzas).into_bytes();
        Self { stanzas, bytes: text.len(), files: [(PathBuf::from(PATH), text)].into() }
    }

    /// The mean of some runs, memory given back included.
    fn sample(&self) -> Result<Duration, CheckError> {
        let repeats = (STANZAS_A_SAMPLE / self.stanzas.max(1)).max(1);
        let start = processor_time();
        for _ in 0..repeats {
            self.run()?;
        }
        Ok(processor_time().saturating_sub(start) / repeats)
    }

    fn run(&self) -> Result<(), CheckError> {
        let stanzas = self.stanzas;
        let configuration =
            interfaces::load(&self.files, Path::new(PATH)).map_err(|source| CheckError::Load { stanzas, source })?;
        let understood = bowline::source::understand(configuration, None);
        match black_box(&understood).diagnostics.first() {
            Some(first) => Err(CheckError::Diagnosed { stanzas, first: first.title.clone() }),
            None => Ok(()),
        }
    }
}

/// How long a processor has worked for this thread, in user mode and in the kernel. Nothing is waited for here, so this is
/// the time that passes on a machine with nothing else to do, and other programs have less of a share in it.
fn processor_time() -> Duration {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or_default())
}
