//! A report as people read it: Markdown, for the page and for the terminal.

use std::time::Duration;

use super::report::{AGAIN_AT_LEAST, FIRST_AT_MOST, PROMISED_AT, Ratios, Report, Row};
use crate::statistics::{Spread, digits};

/// The tables, with what they were measured on and how to repeat them.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let machine = &report.machine;
    let versions = report.versions.values().cloned().collect::<Vec<_>>().join("; ");
    let mut text = format!(
        "On {}, {} processors ({}). {versions}.\n\n```sh\n{}\n```\n\n",
        machine.kernel, machine.processors, machine.processor, report.command
    );
    text += "| bridges | first run | median (min–max) | nothing changed | median (min–max) | samples |\n";
    text += "|---:|---|---:|---|---:|---:|\n";
    text.extend(report.rows.iter().map(row));
    text += "\nMedians held against each other:\n\n";
    text += "| bridges | first run: bowline ÷ `ip -batch` | first run: ifupdown2 ÷ bowline \
             | nothing changed: ifupdown2 ÷ bowline | nothing changed: bowline ÷ `ip -j` dumps |\n";
    text += "|---:|---:|---:|---:|---:|\n";
    let all = report.ratios();
    text.extend(all.iter().map(ratios));
    for line in all.iter().filter(|ratios| ratios.bridges == PROMISED_AT).flat_map(aims) {
        text += "\n";
        text += &line;
        text += "\n";
    }
    text
}

fn row(row: &Row) -> String {
    let [first, again] = row.contender.commands();
    let (took_first, took_again) = (spread(&row.first), spread(&row.again));
    let samples = row.first.len();
    format!("| {} | `{first}` | {took_first} | `{again}` | {took_again} | {samples} |\n", row.bridges)
}

fn spread(samples: &[Duration]) -> String {
    Spread::of(samples).map_or_else(|| "none".to_owned(), |spread| spread.text())
}

fn ratios(ratios: &Ratios) -> String {
    let number = |ratio: Option<f64>| ratio.map_or_else(|| "not measured".to_owned(), digits);
    format!(
        "| {} | {} | {} | {} | {} |\n",
        ratios.bridges,
        number(ratios.first_bowline_by_ip_batch),
        number(ratios.first_ifupdown2_by_bowline),
        number(ratios.again_ifupdown2_by_bowline),
        number(ratios.again_bowline_by_ip_dumps),
    )
}

/// Whether the two aims are met.
fn aims(ratios: &Ratios) -> Vec<String> {
    let size = ratios.bridges;
    let word = |met| if met { "met" } else { "missed" };
    let first = ratios.first_bowline_by_ip_batch.map(|ratio| {
        let verdict = word(ratio <= FIRST_AT_MOST);
        format!(
            "Aim at {size} bridges, first run within {FIRST_AT_MOST} of `ip -batch`: {verdict} ({}).",
            digits(ratio)
        )
    });
    let again = ratios.again_ifupdown2_by_bowline.map(|ratio| {
        let verdict = word(ratio >= AGAIN_AT_LEAST);
        format!(
            "Aim at {size} bridges, nothing changed, {AGAIN_AT_LEAST} times faster than ifupdown2: {verdict} ({}).",
            digits(ratio)
        )
    });
    first.into_iter().chain(again).collect()
}

#[cfg(test)]
mod tests {
    use super::super::report::tests::sample_report;
    use super::*;

    #[test]
    fn a_row_for_each_contender_and_size() {
        let text = markdown(&sample_report());
        let row = "| 100 | `bowline apply --unguarded` | 100 ms (90.0–110) | `bowline apply --unguarded` | 20.0 ms (20.0–21.0) | 3 |";
        assert!(text.lines().any(|line| line == row), "{text}");
        let row = "| 500 | `ip -batch` | 500 ms (500–500) | `ip -j link + ip -j addr` | 70.0 ms (70.0–70.0) | 3 |";
        assert!(text.lines().any(|line| line == row), "{text}");
    }

    #[test]
    fn who_took_no_part_has_no_ratio() {
        let text = markdown(&sample_report());
        assert!(text.contains("| 100 | 1.25 | 30.0 | 125 | 2.00 |\n"), "{text}");
        assert!(text.contains("| 500 | 2.00 | not measured | not measured | 1.43 |\n"), "{text}");
    }

    #[test]
    fn the_aims_are_judged_at_their_size_only() {
        let mut report = sample_report();
        let text = markdown(&report);
        assert!(text.contains("`ip -batch`: met (1.25)."), "{text}");
        assert!(text.contains("than ifupdown2: met (125)."), "{text}");
        report.rows[0].first = report.rows[3].first.clone();
        report.rows[0].again = report.rows[3].again.clone();
        let text = markdown(&report);
        assert!(text.contains("`ip -batch`: missed (12.5)."), "{text}");
        assert!(text.contains("than ifupdown2: missed (25.0)."), "{text}");
        report.rows.drain(..3);
        assert!(!markdown(&report).contains("Aim"));
    }
}
