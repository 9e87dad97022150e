//! What came of a measurement.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::sample::Sample;
use super::venue::Kernel;
use super::{Contender, Setup};
use crate::machine::Machine;
use crate::statistics::{Spread, ratio};

/// The first run of Bowline may take this many times what `ip -batch` takes.
pub const FIRST_AT_MOST: f64 = 1.3;
/// With nothing changed, at so many bridges ifupdown2 should take this many times what Bowline takes.
pub const AGAIN_AT_LEAST: [(u16, f64); 2] = [(100, 200.0), (500, 1000.0)];
/// The most memory with 4000 links, in KiB.
pub const MEMORY_AT_MOST: u64 = 20 * 1024;
/// `ifquery --list` may take this many times what /bin/true takes.
pub const START_AT_MOST: f64 = 2.0;

/// What came of a measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What it ran on.
    pub machine: Machine,
    /// The release of user-mode-linux, where that was needed.
    pub user_mode: Option<String>,
    /// Which version of each contender took part, by its name.
    pub versions: BTreeMap<&'static str, String>,
    /// What to type to repeat it.
    pub command: String,
    /// Seconds after which a program was stopped.
    pub timeout: u16,
    /// By set-up, then contender.
    pub rows: Vec<Row>,
    /// The most memory of Bowline's `ifreload -a`.
    pub memory: Option<Memory>,
    /// The start of `ifquery --list`.
    pub start: Option<Start>,
}

/// All samples of one contender at one set-up.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was asked for.
    pub setup: Setup,
    /// Whose.
    pub contender: Contender,
    /// On which kernel.
    pub kernel: Kernel,
    /// Whether that has bonds.
    pub bonding: bool,
    /// In the order that they were taken.
    pub samples: Vec<Sample>,
}

/// The most memory of one reload.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Memory {
    /// How many links there were, without lo and the far ends of ports.
    pub links: u32,
    /// In KiB.
    pub peak: u64,
}

/// What starting takes.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// `ifquery --list` of a file with two bridges.
    pub ifquery: Spread,
    /// /bin/true.
    pub nothing: Spread,
    /// How often each.
    pub times: u16,
}

/// The time of one of the three runs of a sample.
pub type Run = fn(&Sample) -> Option<Duration>;

/// The three runs of a sample.
pub const RUNS: [(&str, Run); 3] = [
    ("first run", |sample| sample.first),
    ("nothing changed", |sample| sample.again),
    ("one line changed", |sample| sample.changed),
];

impl Row {
    /// The spread of a run; `None` when a sample of it was stopped.
    #[must_use]
    pub fn spread(&self, run: Run) -> Option<Spread> {
        let times: Option<Vec<Duration>> = self.samples.iter().map(run).collect();
        Spread::of(&times?)
    }
}

impl Report {
    /// The median of a run, by set-up and contender.
    #[must_use]
    pub fn median(&self, setup: Setup, contender: Contender, run: Run) -> Option<Duration> {
        let row = self.rows.iter().find(|row| (row.setup, row.contender) == (setup, contender))?;
        row.spread(run).map(|spread| spread.median)
    }

    /// One median by another.
    #[must_use]
    pub fn ratio(&self, setup: Setup, of: Contender, to: Contender, run: Run) -> Option<f64> {
        ratio(self.median(setup, of, run)?, self.median(setup, to, run)?)
    }

    /// The set-ups, in the order of the rows.
    #[must_use]
    pub fn setups(&self) -> Vec<Setup> {
        let mut setups: Vec<Setup> = self.rows.iter().map(|row| row.setup).collect();
        setups.dedup();
        setups
    }
}
