//! A report as people read it: Markdown, for the page and for the terminal.

use super::report::{Report, Row};
use crate::statistics::{Spread, digits};

/// The table, with what it was measured on and how to repeat it.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let machine = &report.machine;
    let mut text = format!(
        "On {}, {} processors ({}).\n\n```sh\n{}\n```\n\n",
        machine.kernel, machine.processors, machine.processor, report.command
    );
    text += "| what | virtual time | took: median (min–max) | virtual seconds a second |\n|---|---:|---:|---:|";
    text.extend(report.rows.iter().map(row));
    text += "\n\n| seeds of the soak | took: median (min–max) | seeds a second, one thread |\n|---:|---:|---:|\n";
    let (took, pace) = told(&report.played, report.seeds);
    text + &format!("| {} | {took} | {pace} |\n", report.seeds)
}

fn row(row: &Row) -> String {
    let (took, pace) = told(&row.samples, row.virtual_seconds.into());
    format!("\n| {} | {} s | {took} | {pace} |", row.what, row.virtual_seconds)
}

/// How long it took, and how many of `count` that makes a second.
fn told(samples: &[std::time::Duration], count: u64) -> (String, String) {
    // Counts of this size are exact as they are.
    let count = u32::try_from(count).map_or(f64::from(u32::MAX), f64::from);
    let show = |spread: Spread| (spread.text(), digits(count / spread.median.as_secs_f64().max(f64::MIN_POSITIVE)));
    Spread::of(samples).map_or_else(|| ("none".to_owned(), "none".to_owned()), show)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::machine::Machine;

    #[test]
    fn a_row_for_each_run_and_one_for_the_seeds() {
        let samples = [90, 100, 110].map(Duration::from_millis).to_vec();
        let report = Report {
            machine: Machine { kernel: "Linux".into(), processor: "Some CPU".into(), processors: 2 },
            command: "cargo run".into(),
            rows: vec![Row { what: "a host".into(), virtual_seconds: 3600, samples: samples.clone() }],
            seeds: 50,
            played: samples,
        };
        let text = markdown(&report);
        assert!(text.contains("| a host | 3600 s | 100 ms (90.0–110) | 36000 |"), "{text}");
        assert!(text.contains("| 50 | 100 ms (90.0–110) | 500 |"), "{text}");
    }
}
