//! What came of a measurement.

use std::time::Duration;

use serde::Serialize;

use crate::machine::Machine;
use crate::statistics::{Spread, ratio, seconds_each};

/// What a doubling may cost.
pub const DOUBLING_AT_MOST: f64 = 2.2;
/// What [`PROMISED_AT`] stanzas may take.
pub const AT_MOST: Duration = Duration::from_millis(50);
/// For how many stanzas that is promised.
pub const PROMISED_AT: u32 = 10_000;

/// What came of a measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What it ran on.
    pub machine: Machine,
    /// What to type to repeat it.
    pub command: String,
    /// By size.
    pub rows: Vec<Row>,
}

/// The samples of one size, and of half of it.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// How many `iface` stanzas.
    pub stanzas: u32,
    /// How many bytes the file has.
    pub bytes: usize,
    /// In the order that they were taken.
    #[serde(rename = "seconds", serialize_with = "seconds_each")]
    pub samples: Vec<Duration>,
    /// The same with half as many stanzas; none where half as many are others, for a group would be cut.
    #[serde(rename = "half_seconds", serialize_with = "seconds_each")]
    pub half: Vec<Duration>,
}

impl Row {
    /// The median; `None` without a sample.
    #[must_use]
    pub fn median(&self) -> Option<Duration> {
        Spread::of(&self.samples).map(|spread| spread.median)
    }

    /// What twice as many stanzas cost, median by median; `None` where half as many were not measured.
    #[must_use]
    pub fn doubling(&self) -> Option<f64> {
        ratio(self.median()?, Spread::of(&self.half)?.median)
    }
}
