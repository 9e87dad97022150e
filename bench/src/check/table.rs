//! A report as people read it: Markdown, for the page and for the terminal.

use super::report::{AT_MOST, DOUBLING_AT_MOST, PROMISED_AT, Report, Row};
use crate::statistics::{Spread, digits};

/// The table, with what it was measured on and how to repeat it.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let machine = &report.machine;
    let mut text = format!(
        "On {}, {} processors ({}).\n\n```sh\n{}\n```\n\n",
        machine.kernel, machine.processors, machine.processor, report.command
    );
    text += "| stanzas | file | median (min–max) | a stanza | by half as many | samples |\n";
    text += "|---:|---:|---:|---:|---:|---:|\n";
    text.extend(report.rows.iter().map(row));
    if let Some(worst) = report.rows.iter().filter_map(Row::doubling).max_by(f64::total_cmp) {
        let verdict = verdict(worst <= DOUBLING_AT_MOST);
        text += &format!(
            "\nAim that twice as many cost at most {DOUBLING_AT_MOST} times as much: {verdict} ({}).\n",
            digits(worst)
        );
    }
    if let Some(median) = report.rows.iter().find(|row| row.stanzas == PROMISED_AT).and_then(Row::median) {
        let (limit, verdict) = (AT_MOST.as_millis(), verdict(median <= AT_MOST));
        let took = digits(median.as_secs_f64() * 1000.0);
        text += &format!("\nAim at {PROMISED_AT} stanzas, within {limit} ms: {verdict} ({took} ms).\n");
    }
    text
}

fn verdict(met: bool) -> &'static str {
    if met { "met" } else { "missed" }
}

fn row(row: &Row) -> String {
    let none = || "none".to_owned();
    let spread = Spread::of(&row.samples).map_or_else(none, |spread| spread.text());
    let each = row.median().map(|median| median.as_secs_f64() * 1e6 / f64::from(row.stanzas.max(1)));
    let each = each.map_or_else(none, |micros| format!("{} µs", digits(micros)));
    let doubling = row.doubling().map_or_else(|| "–".to_owned(), digits);
    let (stanzas, kib, samples) = (row.stanzas, row.bytes.div_ceil(1024), row.samples.len());
    format!("| {stanzas} | {kib} KiB | {spread} | {each} | {doubling} | {samples} |\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::machine::Machine;

    fn report(millis: u64, half: u64) -> Report {
        Report {
            machine: Machine { kernel: "Linux".into(), processor: "Some CPU".into(), processors: 2 },
            command: "cargo run".into(),
            rows: vec![Row {
                stanzas: PROMISED_AT,
                bytes: 2048,
                samples: vec![Duration::from_millis(millis)],
                half: vec![Duration::from_millis(half)],
            }],
        }
    }

    #[test]
    fn a_row_for_each_size_and_the_aims_judged() {
        let text = markdown(&report(40, 20));
        assert!(text.contains("| 10000 | 2 KiB | 40.0 ms (40.0–40.0) | 4.00 µs | 2.00 | 1 |"), "{text}");
        assert!(text.contains("2.2 times as much: met (2.00)."), "{text}");
        assert!(text.contains("within 50 ms: met (40.0 ms)."), "{text}");
        let text = markdown(&report(60, 20));
        assert!(text.contains("as much: missed (3.00)."), "{text}");
        assert!(text.contains("within 50 ms: missed (60.0 ms)."), "{text}");
    }
}
