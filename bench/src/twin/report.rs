//! What came of a measurement.

use std::time::Duration;

use serde::Serialize;

use crate::machine::Machine;
use crate::statistics::seconds_each;

/// What came of a measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What it ran on.
    pub machine: Machine,
    /// What to type to repeat it.
    pub command: String,
    /// What ran, in virtual time.
    pub rows: Vec<Row>,
    /// How many seeds a sample plays.
    pub seeds: u64,
    /// How long the seeds took, by one thread.
    #[serde(rename = "seeds_seconds", serialize_with = "seconds_each")]
    pub played: Vec<Duration>,
}

/// Something that ran in virtual time.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What people call it.
    pub what: String,
    /// For how many virtual seconds.
    pub virtual_seconds: u32,
    /// How long that took, in the order that the samples were taken.
    #[serde(rename = "seconds", serialize_with = "seconds_each")]
    pub samples: Vec<Duration>,
}
