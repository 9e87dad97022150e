//! A rehearsal: the steps and what each cost, every fault and what it cost, and what the switch must have.

use std::time::Duration;

use drill::{Applied, Broken, Lost, Need, Report, needs::Bundle};
use twin::{Entry, Note};

use super::plan;
use super::text::Text;
use super::tree::{self, Node};
use crate::Look;
use crate::io::{BAD, FAINT, GOOD, STRONG, WARN};

/// How many lines of a timeline are shown; the rest is counted.
const MAX_LINES: usize = 40;

/// All of it.
#[must_use]
pub fn report(report: &Report, timeline: bool, look: Look) -> String {
    let mut out = heading("Assumed", look);
    for assumption in &report.assumptions {
        out += &wrapped(&Text::label("", 2).then(assumption), look);
    }
    out += &applied(&report.applied, report.flows.len(), timeline, look);
    if !report.faults.is_empty() {
        out += &heading("Then everything fails in turn, and comes back", look);
        out += &faults(&report.faults, report.flows.len(), look);
        if timeline {
            report.faults.iter().for_each(|broken| out += &events(&broken.fault.to_string(), &broken.events, look));
        }
    }
    out += &heading("What the switch must have", look);
    if report.needs.is_empty() {
        out += "  nothing: there is no bond\n";
    }
    report.needs.iter().for_each(|need| out += &wrapped(&self::need(need), look));
    out + "\n" + &verdict(report, look)
}

fn heading(text: &str, look: Look) -> String {
    format!("\n{}\n", look.paint(STRONG, text))
        .trim_start_matches(if text == "Assumed" { '\n' } else { '\0' })
        .to_owned()
}

fn wrapped(text: &Text, look: Look) -> String {
    text.wrapped(look.width).iter().map(|line| line.render(look) + "\n").collect()
}

fn applied(applied: &Applied, flows: usize, timeline: bool, look: Look) -> String {
    let on = if applied.from_running { "on a host that runs" } else { "on a bare host" };
    let mut out = heading(&format!("The file is applied, {on}"), look);
    let digits = applied.steps.len().to_string().len();
    let mut nodes = Vec::new();
    for (number, step) in applied.steps.iter().enumerate() {
        let cells = vec![
            Text::styled(FAINT, format!("{:>digits$}", number + 1)),
            Text::plain(&step.text),
            plan::impact(step.impact),
            lost(&step.lost, flows),
        ];
        nodes.push(Node { cells, ..Node::default() });
    }
    out += &indented(&tree::draw(&nodes, look));
    for problem in &applied.problems {
        out += &format!("  {} {problem}\n", look.paint(BAD, "can't be had:"));
    }
    if let Some(refused) = &applied.refused {
        out += &format!("  {} {refused}\n", look.paint(BAD, "stopped:"));
    }
    out += &match applied.whole_after {
        Some(after) => format!("  Everybody is reached {} after the first step.\n", span(after)),
        None => String::new(),
    };
    for name in &applied.locked_out {
        out += &format!("  {} {name} is cut off for good\n", look.paint(BAD, "locked out:"));
    }
    for name in &applied.never_through {
        out += &format!("  {} {name} does not get through\n", look.paint(BAD, "cut off:"));
    }
    if timeline {
        out += &events("what happened", &applied.events, look);
    }
    out
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// Each fault with what it cost each flow: while it lasted, and when it was put right.
fn faults(faults: &[Broken], flows: usize, look: Look) -> String {
    let mut nodes = Vec::new();
    for broken in faults {
        let mut cells = vec![Text::plain(broken.fault.to_string()), lost(&broken.lost, flows)];
        if broken.lost.is_empty() {
            cells[1] = Text::styled(GOOD, "nobody notices");
        }
        nodes.push(Node { cells, ..Node::default() });
        if !broken.lost_again.is_empty() {
            let cells = vec![Text::styled(FAINT, "  and is back"), lost(&broken.lost_again, flows)];
            nodes.push(Node { cells, ..Node::default() });
        }
        for name in &broken.stays_away {
            let cells = vec![Text::styled(BAD, "  and is back"), Text::styled(BAD, format!("{name} stays cut off"))];
            nodes.push(Node { cells, ..Node::default() });
        }
    }
    let held = faults.first().map(|broken| span(broken.held)).unwrap_or_default();
    indented(&tree::draw(&nodes, look))
        + &wrapped(
            &Text::label("", 2).and(
                FAINT,
                format!("Each lasts {held}, at several moments; the worst is shown. A number is the time in which nothing got through."),
            ),
            look,
        )
}

/// What flows lost: one word where all `flows` lost the same.
fn lost(all: &[Lost], flows: usize) -> Text {
    let mut out = Text::default();
    let alike =
        all.windows(2).all(|two| (two[0].out, two[0].in_, two[0].lasts) == (two[1].out, two[1].in_, two[1].lasts));
    let everybody = alike && all.len() == flows;
    for (number, lost) in all.iter().take(if everybody { 1 } else { all.len() }).enumerate() {
        let who = if everybody { "everybody" } else { &lost.flow };
        out = out.then(if number == 0 { "" } else { "; " }).then(format!("{who}: "));
        let ways = [("out", lost.out), ("in", lost.in_)];
        let style = if lost.lasts { BAD } else { WARN };
        let words = if lost.lasts && ways.iter().all(|(_, time)| !time.is_zero()) {
            "until it is back".to_owned()
        } else if lost.out == lost.in_ {
            span(lost.out)
        } else {
            let shown = ways.iter().filter(|(_, time)| !time.is_zero());
            shown.map(|(way, time)| format!("{way} {}", span(*time))).collect::<Vec<_>>().join(", ")
        };
        out = out.and(style, words);
    }
    out
}

/// `37 ms`, `2.1 s`.
pub(super) fn span(time: Duration) -> String {
    match time.as_millis() {
        millis @ 0..1000 => format!("{millis} ms"),
        millis if millis % 1000 == 0 => format!("{} s", millis / 1000),
        millis => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
    }
}

fn events(title: &str, events: &[Entry], look: Look) -> String {
    let mut out = format!("\n  {}\n", look.paint(STRONG, title));
    let told: Vec<&Entry> = events.iter().filter(|entry| !matches!(entry.note, Note::Change { .. })).collect();
    for entry in told.iter().take(MAX_LINES) {
        out += &look.paint(FAINT, &format!("{entry}"));
        out.push('\n');
    }
    if told.len() > MAX_LINES {
        out += &format!("  and {} more: --json has them all\n", told.len() - MAX_LINES);
    }
    out
}

fn need(need: &Need) -> Text {
    let slaves: Vec<&str> = need.slaves.iter().map(network::IfName::as_str).collect();
    let bundle = match need.bundle {
        Bundle::Plain => "plain ports, in no group; two switches of one network will do",
        Bundle::Static => "one static group, without LACP, in one switch or two that act as one",
        Bundle::Lacp { fast: true } => "one LACP group with the fast rate, in one switch or two that act as one",
        Bundle::Lacp { fast: false } => "one LACP group, in one switch or two that act as one",
    };
    let tagged = match need.tagged.as_slice() {
        [] => "; the untagged network only".to_owned(),
        tagged => format!("; a trunk with VLAN {} tagged", tagged.join(", ")),
    };
    Text::label("", 2)
        .and(STRONG, need.bond.as_str())
        .then(format!(", ports of {}: {bundle}{tagged}", slaves.join(" and ")))
}

/// What a person takes along.
fn verdict(report: &Report, look: Look) -> String {
    let applied = &report.applied;
    if applied.whole_after.is_none() || applied.refused.is_some() {
        return look.paint(BAD, "Don't apply this: somebody would be cut off.") + "\n";
    }
    let fatal: Vec<String> = report
        .faults
        .iter()
        .filter(|it| it.lost.iter().any(|lost| lost.lasts))
        .map(|it| it.fault.to_string())
        .collect();
    match fatal.as_slice() {
        [] if report.faults.is_empty() => "Everybody is reached.\n".to_owned(),
        [] => look.paint(GOOD, "Whatever fails, everybody is reached again.") + "\n",
        fatal => {
            let text = Text::styled(WARN, "Not survived: ").then(fatal.join("; ")).then(".");
            wrapped(&text, look)
        }
    }
}
