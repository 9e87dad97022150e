//! A report as people read it: Markdown, for the page and for the terminal.

use super::report::{AGAIN_AT_LEAST, FIRST_AT_MOST, MEMORY_AT_MOST, RUNS, Report, Row, Run, START_AT_MOST};
use super::venue::Kernel;
use super::{Contender, Setup};
use crate::statistics::{Spread, digits, ratio};

const FIRST: Run = RUNS[0].1;
const AGAIN: Run = RUNS[1].1;

/// The tables, with what they were measured on and how to repeat them.
#[must_use]
pub fn markdown(report: &Report) -> String {
    let machine = &report.machine;
    let versions = report.versions.values().cloned().collect::<Vec<_>>().join("; ");
    let mut text =
        format!("On {}, {} processors ({}). {versions}.", machine.kernel, machine.processors, machine.processor);
    if let Some(release) = &report.user_mode {
        text += &format!(" What that kernel can't do was measured on user-mode-linux {release}, marked (u).");
    }
    text += &format!("\n\n```sh\n{}\n```\n\n", report.command);
    text += "| | | first run | nothing changed | one line changed | samples |\n|---|---|---:|---:|---:|---:|\n";
    text.extend(report.rows.iter().map(|row| line(row, report.timeout)));
    text += "\nMedians held against each other:\n\n";
    text += "| | first run: Bowline ÷ `ip` | first run: ifupdown2 ÷ Bowline | nothing changed: ifupdown2 ÷ Bowline \
             | nothing changed: Bowline ÷ `ip -j` dumps | one line changed: ifupdown2 ÷ Bowline |\n|---|---:|---:|---:|---:|---:|\n";
    text.extend(report.setups().into_iter().map(|setup| ratios(report, setup)));
    for line in aims(report) {
        text += &format!("\n{line}\n");
    }
    text
}

fn line(row: &Row, timeout: u16) -> String {
    let mark = if row.kernel == Kernel::UserMode { " (u)" } else { "" };
    let under = match row.setup {
        Setup::Vlans(_) if row.bonding => " on a bond",
        Setup::Vlans(_) => " on a veth, for want of bonding",
        _ => "",
    };
    let spreads = RUNS.map(|(_, run)| row.spread(run));
    // The first that did not end is the last that was tried.
    let stopped = spreads.iter().position(Option::is_none);
    let cell = |(n, spread): (usize, &Option<Spread>)| match spread {
        Some(spread) => spread.text(),
        None if Some(n) == stopped => format!("over {timeout} s"),
        None => "not tried".to_owned(),
    };
    let times: Vec<String> = spreads.iter().enumerate().map(cell).collect();
    let (title, contender, samples) = (row.setup.title(), row.contender.title(), row.samples.len());
    format!("| {title}{under}{mark} | {contender} | {} | {samples} |\n", times.join(" | "))
}

fn ratios(report: &Report, setup: Setup) -> String {
    use Contender::{Bowline, Ifupdown2, IpBatch};
    let changed = RUNS[2].1;
    let cell = |of, to, run| report.ratio(setup, of, to, run).map_or_else(|| "–".to_owned(), digits);
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        setup.title(),
        cell(Bowline, IpBatch, FIRST),
        cell(Ifupdown2, Bowline, FIRST),
        cell(Ifupdown2, Bowline, AGAIN),
        cell(Bowline, IpBatch, AGAIN),
        cell(Ifupdown2, Bowline, changed),
    )
}

/// Whether the aims are met; one that was not measured is not judged.
fn aims(report: &Report) -> Vec<String> {
    use Contender::{Bowline, Ifupdown2, IpBatch};
    let word = |met| if met { "met" } else { "missed" };
    let mut lines = Vec::new();
    let firsts: Vec<f64> =
        report.setups().into_iter().filter_map(|setup| report.ratio(setup, Bowline, IpBatch, FIRST)).collect();
    if let Some(worst) = firsts.into_iter().reduce(f64::max) {
        let verdict = word(worst <= FIRST_AT_MOST);
        lines.push(format!("Aim, first run within {FIRST_AT_MOST} of `ip`: {verdict} (at worst {}).", digits(worst)));
    }
    for (bridges, wanted) in AGAIN_AT_LEAST {
        if let Some(is) = report.ratio(Setup::Bridges(bridges), Ifupdown2, Bowline, AGAIN) {
            let verdict = word(is >= wanted);
            lines.push(format!(
                "Aim, nothing changed at {bridges} bridges, {wanted} times faster than ifupdown2: {verdict} ({}).",
                digits(is)
            ));
        }
    }
    if let Some(memory) = report.memory {
        let verdict = word(memory.peak <= MEMORY_AT_MOST);
        let [is, wanted] = [memory.peak, MEMORY_AT_MOST].map(|kib| kib / 1024);
        lines.push(format!(
            "Aim, at most {wanted} MiB of memory at 4000 links: {verdict} ({is} MiB resident at {}).",
            memory.links
        ));
    }
    if let Some(start) = &report.start {
        let is = ratio(start.ifquery.median, start.nothing.median).unwrap_or(f64::INFINITY);
        let verdict = word(is <= START_AT_MOST);
        let (ifquery, nothing) = (start.ifquery.text(), start.nothing.text());
        lines.push(format!(
            "Aim, `ifquery --list` within {START_AT_MOST} of /bin/true: {verdict} ({}: {ifquery} and {nothing}, {} times each).",
            digits(is),
            start.times
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::report::{Memory, Start};
    use super::super::sample::Sample;
    use super::*;
    use crate::machine::Machine;

    fn row(setup: Setup, contender: Contender, millis: [Option<u64>; 3]) -> Row {
        let [first, again, changed] = millis.map(|took| took.map(Duration::from_millis));
        let kernel = if matches!(setup, Setup::Vlans(_)) { Kernel::UserMode } else { Kernel::Own };
        Row { setup, contender, kernel, bonding: true, samples: vec![Sample { first, again, changed, peak: 0 }] }
    }

    fn report() -> Report {
        use Contender::{Bowline, Ifupdown2, IpBatch};
        let millis = |n| Spread::of(&[Duration::from_millis(n)]).expect("there is one");
        Report {
            machine: Machine { kernel: "Linux 6.1.0 x86_64".into(), processor: "Some CPU".into(), processors: 2 },
            user_mode: Some("6.1.1".into()),
            versions: [("bowline", "bowline 0.1.0".into())].into(),
            command: "cargo run".into(),
            timeout: 300,
            rows: vec![
                row(Setup::Bridges(100), Bowline, [Some(120), Some(10), Some(12)]),
                row(Setup::Bridges(100), Ifupdown2, [Some(3000), Some(2500), Some(2600)]),
                row(Setup::Bridges(100), IpBatch, [Some(100), Some(20), Some(3)]),
                row(Setup::Vlans(1000), Bowline, [Some(280), Some(10), Some(12)]),
                row(Setup::Vlans(1000), Ifupdown2, [Some(3000), None, None]),
                row(Setup::Vlans(1000), IpBatch, [Some(200), Some(20), Some(3)]),
                row(Setup::Bridges(2000), Ifupdown2, [None, None, None]),
            ],
            memory: Some(Memory { links: 4000, peak: 21 * 1024 }),
            start: Some(Start { ifquery: millis(3), nothing: millis(2), times: 9 }),
        }
    }

    #[test]
    fn a_row_says_where_it_was_measured_and_what_did_not_end() {
        let text = markdown(&report());
        for line in [
            "| 100 bridges | Bowline | 120 ms (120–120) | 10.0 ms (10.0–10.0) | 12.0 ms (12.0–12.0) | 1 |",
            "| 1000 VLAN devices on a bond (u) | ifupdown2 | 3.00 s (3.00–3.00) | over 300 s | not tried | 1 |",
            "| 2000 bridges | ifupdown2 | over 300 s | not tried | not tried | 1 |",
            "| 100 bridges | 1.20 | 25.0 | 250 | 0.50 | 217 |",
            "| 2000 bridges | – | – | – | – | – |",
        ] {
            assert!(text.lines().any(|is| is == line), "{line}\n{text}");
        }
    }

    #[test]
    fn the_aims_are_judged_where_they_were_measured() {
        let text = markdown(&report());
        assert!(text.contains("within 1.3 of `ip`: missed (at worst 1.40)."), "{text}");
        assert!(text.contains("at 100 bridges, 200 times faster than ifupdown2: met (250)."), "{text}");
        assert!(!text.contains("at 500 bridges"), "{text}");
        assert!(text.contains("at most 20 MiB of memory at 4000 links: missed (21 MiB resident at 4000)."), "{text}");
        assert!(text.contains("within 2 of /bin/true: met (1.50: "), "{text}");
    }
}
