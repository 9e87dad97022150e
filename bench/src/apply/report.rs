//! What came of a measurement.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use super::Contender;
use crate::machine::Machine;
use crate::statistics::{Spread, ratio, seconds_each};

/// Which version of each contender took part, by its name.
pub type Versions = BTreeMap<&'static str, String>;

/// The first run of bowline may take this many times what `ip -batch` takes.
pub const FIRST_AT_MOST: f64 = 1.5;
/// A run of ifupdown2 with nothing changed should take this many times what bowline takes.
pub const AGAIN_AT_LEAST: f64 = 100.0;
/// The number of bridges for which that is promised.
pub const PROMISED_AT: u16 = 100;

/// What came of a measurement.
#[derive(Clone, Debug)]
pub struct Report {
    /// What it ran on.
    pub machine: Machine,
    /// What took part.
    pub versions: Versions,
    /// What to type to repeat it.
    pub command: String,
    /// By size, then contender.
    pub rows: Vec<Row>,
}

/// All samples of one contender at one size.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// How many bridges.
    pub bridges: u16,
    /// Whose.
    pub contender: Contender,
    /// The first runs, in the order that they were taken.
    #[serde(rename = "first_seconds", serialize_with = "seconds_each")]
    pub first: Vec<Duration>,
    /// The same again with nothing changed.
    #[serde(rename = "again_seconds", serialize_with = "seconds_each")]
    pub again: Vec<Duration>,
}

/// Medians held against each other, at one size. `None` where a contender took no part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Ratios {
    /// How many bridges.
    pub bridges: u16,
    /// Bowline's first run by that of `ip -batch`: less is better.
    pub first_bowline_by_ip_batch: Option<f64>,
    /// ifupdown2's first run by bowline's: more is better.
    pub first_ifupdown2_by_bowline: Option<f64>,
    /// Nothing changed, ifupdown2 by bowline: more is better.
    pub again_ifupdown2_by_bowline: Option<f64>,
    /// Nothing changed, bowline by two dumps of `ip -j`: less is better.
    pub again_bowline_by_ip_dumps: Option<f64>,
}

/// The first runs of a row, or the others.
type Samples = fn(&Row) -> &[Duration];

impl Report {
    /// The ratios at each size, in the order of the rows.
    #[must_use]
    pub fn ratios(&self) -> Vec<Ratios> {
        let mut sizes: Vec<u16> = self.rows.iter().map(|row| row.bridges).collect();
        sizes.dedup();
        sizes.into_iter().map(|size| self.ratios_at(size)).collect()
    }

    fn ratios_at(&self, bridges: u16) -> Ratios {
        let median = |contender, samples: Samples| {
            let row = self.rows.iter().find(|row| (row.bridges, row.contender) == (bridges, contender))?;
            Spread::of(samples(row)).map(|spread| spread.median)
        };
        let by = |of, to, samples: Samples| ratio(median(of, samples)?, median(to, samples)?);
        let (first, again): (Samples, Samples) = (|row| &row.first, |row| &row.again);
        Ratios {
            bridges,
            first_bowline_by_ip_batch: by(Contender::Bowline, Contender::IpBatch, first),
            first_ifupdown2_by_bowline: by(Contender::Ifupdown2, Contender::Bowline, first),
            again_ifupdown2_by_bowline: by(Contender::Ifupdown2, Contender::Bowline, again),
            again_bowline_by_ip_dumps: by(Contender::Bowline, Contender::IpBatch, again),
        }
    }

    /// The whole of it for programs.
    #[must_use]
    pub fn to_json(&self) -> JsonReport<'_> {
        let spread = |row| JsonRow { row, first: Spread::of(&row.first), again: Spread::of(&row.again) };
        JsonReport {
            machine: &self.machine,
            versions: &self.versions,
            command: &self.command,
            rows: self.rows.iter().map(spread).collect(),
            ratios: self.ratios(),
        }
    }
}

/// A report in JSON.
#[derive(Debug, Serialize)]
pub struct JsonReport<'a> {
    machine: &'a Machine,
    versions: &'a Versions,
    command: &'a str,
    rows: Vec<JsonRow<'a>>,
    ratios: Vec<Ratios>,
}

#[derive(Debug, Serialize)]
struct JsonRow<'a> {
    #[serde(flatten)]
    row: &'a Row,
    first: Option<Spread>,
    again: Option<Spread>,
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Two sizes; ifupdown2 took part in the first only.
    pub(in crate::apply) fn sample_report() -> Report {
        let millis = |samples: &[u64]| samples.iter().copied().map(Duration::from_millis).collect();
        let row = |bridges, contender, first: &[u64], again: &[u64]| Row {
            bridges,
            contender,
            first: millis(first),
            again: millis(again),
        };
        Report {
            machine: Machine { kernel: "Linux 6.1.0 x86_64".into(), processor: "Some CPU".into(), processors: 2 },
            versions: [("bowline", "bowline 0.1.0".into()), ("ip-batch", "ip utility".into())].into(),
            command: "cargo run".into(),
            rows: vec![
                row(100, Contender::Bowline, &[90, 100, 110], &[20, 20, 21]),
                row(100, Contender::Ifupdown2, &[3000], &[2500]),
                row(100, Contender::IpBatch, &[80, 75, 85], &[10, 10, 10]),
                row(500, Contender::Bowline, &[900, 1000, 1100], &[100, 100, 100]),
                row(500, Contender::IpBatch, &[500, 500, 500], &[70, 70, 70]),
            ],
        }
    }

    #[test]
    fn ratios_are_those_of_medians_of_one_size() {
        let ratios = sample_report().ratios();
        assert_eq!(
            ratios,
            [
                Ratios {
                    bridges: 100,
                    first_bowline_by_ip_batch: Some(1.25),
                    first_ifupdown2_by_bowline: Some(30.0),
                    again_ifupdown2_by_bowline: Some(125.0),
                    again_bowline_by_ip_dumps: Some(2.0),
                },
                Ratios {
                    bridges: 500,
                    first_bowline_by_ip_batch: Some(2.0),
                    first_ifupdown2_by_bowline: None,
                    again_ifupdown2_by_bowline: None,
                    again_bowline_by_ip_dumps: Some(100.0 / 70.0),
                },
            ]
        );
    }

    #[test]
    fn json_has_every_sample_and_what_they_come_to() {
        let report = sample_report();
        let json = serde_json::to_value(report.to_json()).expect("it is plain data");
        assert_eq!(json["rows"][0]["contender"], "bowline");
        assert_eq!(json["rows"][0]["first_seconds"], serde_json::json!([0.09, 0.1, 0.11]));
        assert_eq!(json["rows"][0]["first"]["median_seconds"], 0.1);
        assert_eq!(json["ratios"][0]["again_ifupdown2_by_bowline"], 125.0);
    }
}
