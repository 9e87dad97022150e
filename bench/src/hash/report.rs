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
    /// How many frames a sample hashed.
    pub flows: u32,
    /// By policy.
    pub rows: Vec<Row>,
}

/// One policy.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its name, as the option has it.
    pub policy: &'static str,
    /// A sort of frame each, in the order of [`super::frames::SORTS`].
    pub sorts: Vec<Samples>,
}

/// The samples of one sort of frame.
#[derive(Clone, Debug, Serialize)]
pub struct Samples {
    /// What people call it.
    pub sort: &'static str,
    /// How long all flows took, in the order that the samples were taken.
    #[serde(rename = "seconds", serialize_with = "seconds_each")]
    pub samples: Vec<Duration>,
}
