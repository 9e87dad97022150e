//! A report as people read it: Markdown, for the page and for the terminal.

use super::report::{Report, Samples};
use crate::statistics::{Spread, digits};

/// The table, with what it was measured on and how to repeat it.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let machine = &report.machine;
    let mut text = format!(
        "On {}, {} processors ({}).\n\n```sh\n{}\n```\n\n",
        machine.kernel, machine.processors, machine.processor, report.command
    );
    let sorts = report.rows.first().map_or(&[][..], |row| &row.sorts);
    text += "| ns a flow: median (min–max) |";
    text.extend(sorts.iter().map(|samples| format!(" {} |", samples.sort)));
    text += "\n|---|";
    text.extend(sorts.iter().map(|_| "---:|"));
    for row in &report.rows {
        text += &format!("\n| {} |", row.policy);
        text.extend(row.sorts.iter().map(|samples| format!(" {} |", cell(samples, report.flows))));
    }
    text + "\n"
}

fn cell(samples: &Samples, flows: u32) -> String {
    let each = |duration: std::time::Duration| digits(duration.as_secs_f64() * 1e9 / f64::from(flows.max(1)));
    let show = |spread: Spread| format!("{} ({}–{})", each(spread.median), each(spread.min), each(spread.max));
    Spread::of(&samples.samples).map_or_else(|| "none".to_owned(), show)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::hash::report::Row;
    use crate::machine::Machine;

    #[test]
    fn a_row_for_each_policy_and_a_column_for_each_sort() {
        let samples = |sort| Samples { sort, samples: [4, 5, 6].map(Duration::from_millis).to_vec() };
        let report = Report {
            machine: Machine { kernel: "Linux".into(), processor: "Some CPU".into(), processors: 2 },
            command: "cargo run".into(),
            flows: 1_000_000,
            rows: vec![Row { policy: "layer2", sorts: vec![samples("IPv4"), samples("IPv6")] }],
        };
        let text = markdown(&report);
        assert!(text.contains("| IPv4 | IPv6 |\n|---|---:|---:|\n"), "{text}");
        assert!(text.contains("| layer2 | 5.00 (4.00–6.00) | 5.00 (4.00–6.00) |"), "{text}");
    }
}
