//! A rehearsal along time, as SVG: a row for the host and for each guest, steps and events as marks, outages as bars.
//!
//! How the file is applied is one strip; each fault is two, from its beginning and from its end on, for what happens there
//! takes milliseconds and what lies between takes seconds. A strip's scale is its own, and written below it. Colours follow
//! the reader's light or dark scheme. The same report gives the same bytes.

use std::time::Duration;

use drill::{Broken, Gap, Report};
use svg::Document;
use svg::node::element::{Line, Rectangle, Style, Text, Title};
use twin::{Entry, Note, Way};

use super::rehearse::span;

/// In pixels.
const WIDTH: f64 = 1000.0;
const LEFT: f64 = 190.0;
const RIGHT: f64 = WIDTH - 20.0;
/// Between the two strips of a fault.
const BETWEEN: f64 = 40.0;
const ROW: f64 = 24.0;
/// Half of a row's bar: out above, in below.
const HALF: f64 = 7.0;
/// So that an outage of a millisecond is seen.
const LEAST: f64 = 2.0;
/// How many strips are drawn; the JSON has the others.
const MAX_FAULTS: usize = 200;
/// How many rows a strip has: the others are counted.
const MAX_ROWS: usize = 100;
/// How many marks a strip has.
const MAX_MARKS: usize = 500;
/// The shortest time that a strip shows.
const SHORTEST: Duration = Duration::from_millis(100);

const STYLE: &str = "
svg { color-scheme: light dark; background: #fff; font: 13px system-ui, sans-serif }
text { fill: #1c1c1c } .faint { fill: #666; font-size: 11px } .title { font-weight: 600 }
.row { stroke: #ddd } .axis { stroke: #999 } .mark { stroke: #2563eb } .fault { stroke: #b91c1c; stroke-width: 2 }
.out { fill: #dc2626 } .in { fill: #ea8a00 }
@media (prefers-color-scheme: dark) {
svg { background: #161616 } text { fill: #eee } .faint { fill: #aaa }
.row { stroke: #333 } .axis { stroke: #777 } .mark { stroke: #7aa2ff } .fault { stroke: #ff8080 }
.out { fill: #ff6b6b } .in { fill: #ffb454 }
}
";

/// A piece of time that is drawn from `left` to `right`.
#[derive(Clone, Copy)]
struct Strip {
    /// What its beginning is.
    begins: &'static str,
    from: Duration,
    until: Duration,
    left: f64,
    right: f64,
}

impl Strip {
    /// From `from` on as long as anything goes on there, and never beyond `limit`.
    fn new(
        begins: &'static str,
        [from, limit]: [Duration; 2],
        ends: impl Iterator<Item = Duration>,
        sides: [f64; 2],
    ) -> Self {
        let last = ends.filter(|end| (from..=limit).contains(end)).max().unwrap_or(from);
        let length = (last - from).max(SHORTEST);
        let until = (from + length + length / 10).min(limit.max(from + SHORTEST));
        Self { begins, from, until, left: sides[0], right: sides[1] }
    }

    fn x(&self, at: Duration) -> f64 {
        let share = at.saturating_sub(self.from).as_secs_f64() / (self.until - self.from).as_secs_f64();
        self.left + share.min(1.0) * (self.right - self.left)
    }

    fn holds(&self, at: Duration) -> bool {
        (self.from..=self.until).contains(&at)
    }
}

/// The drawing so far, and how far down it is.
struct Sheet {
    document: Document,
    y: f64,
}

/// Draws a report.
#[must_use]
pub fn svg(report: &Report) -> String {
    let document = Document::new().add(Style::new(STYLE)).add(Title::new("A rehearsal"));
    let mut sheet = Sheet { document, y: 28.0 };
    let key = "Bars: nothing got through; red: out of the host, orange: into it. Lines: what happened; point at one to read it.";
    sheet.text(20.0, "faint", key);
    sheet.applied(report);
    for broken in report.faults.iter().take(MAX_FAULTS) {
        sheet.broken(report, broken);
    }
    if report.faults.len() > MAX_FAULTS {
        sheet.y += ROW;
        sheet.text(20.0, "faint", &format!("and {} more faults", report.faults.len() - MAX_FAULTS));
    }
    let height = sheet.y + 20.0;
    let document = sheet.document.set("viewBox", format!("0 0 {WIDTH} {height}"));
    format!("{}\n", document.set("width", WIDTH).set("height", height).set("role", "img"))
}

impl Sheet {
    fn applied(&mut self, report: &Report) {
        let applied = &report.applied;
        let steps = applied.steps.iter().map(|step| (step.at, step.text.clone()));
        let marks: Vec<(Duration, String)> = steps.chain(told(&applied.events)).collect();
        let strip =
            Strip::new("the first step", [Duration::ZERO, Duration::MAX], ends(&applied.gaps, &marks), [LEFT, RIGHT]);
        self.heading(if applied.from_running {
            "The file is applied, on a host that runs"
        } else {
            "The file is applied, on a bare host"
        });
        let lasting: Vec<&String> = applied.locked_out.iter().chain(&applied.never_through).collect();
        self.strips(&report.flows, &applied.gaps, &marks, &[strip]);
        for name in lasting {
            self.y += ROW;
            self.text(LEFT, "title", &format!("{name} does not get through"));
        }
    }

    fn broken(&mut self, report: &Report, broken: &Broken) {
        let marks: Vec<(Duration, String)> = told(&broken.events).collect();
        let middle = f64::midpoint(LEFT, RIGHT);
        let [fails, back] = [[LEFT, middle - BETWEEN / 2.0], [middle + BETWEEN / 2.0, RIGHT]];
        let strips = [
            Strip::new(
                "it fails",
                [Duration::ZERO, broken.held],
                ends(&broken.gaps, &marks).filter(|end| *end < broken.held),
                fails,
            ),
            Strip::new("it is put right", [broken.held, Duration::MAX], ends(&broken.gaps, &marks), back),
        ];
        self.heading(&format!("{}; after {} it is put right", broken.fault, span(broken.held)));
        let top = self.y;
        self.strips(&report.flows, &broken.gaps, &marks, &strips);
        for strip in strips {
            self.add(line("fault", [strip.left, top + 8.0, strip.left, self.y - 14.0]));
        }
    }

    /// A row for each flow, marks through all of them, and the scale below.
    fn strips(&mut self, flows: &[String], gaps: &[Gap], marks: &[(Duration, String)], strips: &[Strip]) {
        let top = self.y;
        for flow in flows.iter().take(MAX_ROWS) {
            self.y += ROW;
            self.text(20.0, "", &shortened(flow));
            let middle = self.y - 4.0;
            for strip in strips {
                self.add(line("row", [strip.left, middle, strip.right, middle]));
                for gap in gaps.iter().filter(|gap| gap.flow == *flow) {
                    self.gap(strip, gap, middle);
                }
            }
        }
        if flows.len() > MAX_ROWS {
            self.y += ROW;
            self.text(20.0, "faint", &format!("and {} more", flows.len() - MAX_ROWS));
        }
        self.y += ROW / 2.0;
        for strip in strips {
            for (at, what) in marks.iter().filter(|(at, _)| strip.holds(*at)).take(MAX_MARKS) {
                let x = strip.x(*at);
                let title = Title::new(format!("{}: {what}", span(*at - strip.from)));
                self.add(line("mark", [x, top + 8.0, x, self.y]).add(title));
            }
            self.add(line("axis", [strip.left, self.y, strip.right, self.y]));
        }
        self.y += 14.0;
        for strip in strips {
            self.text(strip.left, "faint", strip.begins);
            let end = Text::new(format!("{} later", span(strip.until - strip.from)))
                .set("class", "faint")
                .set("text-anchor", "end");
            self.add(end.set("x", strip.right).set("y", self.y));
        }
    }

    fn gap(&mut self, strip: &Strip, gap: &Gap, middle: f64) {
        let until = gap.until.unwrap_or(strip.until);
        if until <= strip.from || gap.from > strip.until {
            return;
        }
        let (left, right) = (strip.x(gap.from), strip.x(until));
        let (class, top) = if gap.way == Way::Out { ("out", middle - HALF) } else { ("in", middle) };
        let lasted = gap.until.map_or("for good".to_owned(), |until| span(until - gap.from));
        let way = if gap.way == Way::Out { "out" } else { "in" };
        let bar = Rectangle::new().set("class", class).set("x", round(left)).set("y", round(top));
        let bar = bar.set("width", round((right - left).max(LEAST))).set("height", HALF);
        self.add(bar.add(Title::new(format!("{}, {way}: {lasted}", gap.flow))));
    }

    fn heading(&mut self, text: &str) {
        self.y += 2.0 * ROW;
        self.text(20.0, "title", text);
    }

    fn text(&mut self, x: f64, class: &str, text: &str) {
        let node = Text::new(text).set("x", x).set("y", self.y);
        self.add(if class.is_empty() { node } else { node.set("class", class) });
    }

    fn add(&mut self, node: impl svg::Node) {
        let document = std::mem::replace(&mut self.document, Document::new());
        self.document = document.add(node);
    }
}

fn line(class: &str, [x1, y1, x2, y2]: [f64; 4]) -> Line {
    let line = Line::new().set("class", class);
    line.set("x1", round(x1)).set("y1", round(y1)).set("x2", round(x2)).set("y2", round(y2))
}

/// To a tenth of a pixel.
fn round(pixels: f64) -> f64 {
    (pixels * 10.0).round() / 10.0
}

/// What happened but for changes, which are steps.
fn told(events: &[Entry]) -> impl Iterator<Item = (Duration, String)> {
    let events = events.iter().filter(|entry| !matches!(entry.note, Note::Change { .. }));
    events.map(|entry| (entry.at, entry.note.to_string()))
}

fn ends<'a>(gaps: &'a [Gap], marks: &'a [(Duration, String)]) -> impl Iterator<Item = Duration> + 'a {
    gaps.iter().filter_map(|gap| gap.until).chain(marks.iter().map(|(at, _)| *at))
}

/// As much of a name as fits before the strips.
fn shortened(name: &str) -> String {
    const FITS: usize = 24;
    if name.chars().count() <= FITS { name.to_owned() } else { name.chars().take(FITS - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use drill::{Applied, Fault};

    fn report(flow: &str) -> Report {
        let gap = |way, from, until: Option<u64>| Gap {
            flow: flow.to_owned(),
            way,
            from: Duration::from_millis(from),
            until: until.map(Duration::from_millis),
        };
        let applied = Applied {
            from_running: true,
            steps: Vec::new(),
            problems: Vec::new(),
            refused: None,
            whole_after: Some(Duration::ZERO),
            locked_out: Vec::new(),
            never_through: Vec::new(),
            gaps: Vec::new(),
            events: Vec::new(),
        };
        let broken = Broken {
            fault: Fault::Cable { nic: "enp3s0".parse().expect("a name") },
            held: Duration::from_secs(10),
            lost: Vec::new(),
            lost_again: Vec::new(),
            stays_away: Vec::new(),
            gaps: vec![gap(Way::Out, 0, Some(90)), gap(Way::In, 5, Some(95)), gap(Way::In, 10_000, None)],
            events: Vec::new(),
        };
        let flows = vec![flow.to_owned()];
        Report { assumptions: Vec::new(), flows, applied, faults: vec![broken], needs: Vec::new() }
    }

    #[test]
    fn each_outage_is_a_bar_with_its_length() {
        let drawn = svg(&report("guest tap100i0"));
        assert_eq!(drawn.matches("<rect").count(), 3, "{drawn}");
        for said in ["guest tap100i0, out: 90 ms", "guest tap100i0, in: 90 ms", "guest tap100i0, in: for good"] {
            assert!(drawn.contains(said), "{said} in {drawn}");
        }
        assert_eq!(drawn, svg(&report("guest tap100i0")), "the same bytes");
    }

    #[test]
    fn what_is_written_is_no_markup() {
        let drawn = svg(&report("<script>&\"'"));
        assert!(!drawn.contains("<script") && drawn.contains("&lt;script&gt;&amp;"), "{drawn}");
    }

    #[test]
    fn what_goes_on_for_good_ends_with_its_strip() {
        let strip = Strip::new("", [Duration::ZERO, Duration::MAX], std::iter::empty(), [0.0, 100.0]);
        assert_eq!((strip.x(Duration::ZERO), strip.x(Duration::from_hours(1))), (0.0, 100.0));
        let ends = [Duration::from_millis(900), Duration::from_secs(70)];
        let strip = Strip::new("", [Duration::ZERO, Duration::from_secs(10)], ends.into_iter(), [0.0, 99.0]);
        assert_eq!(strip.until, Duration::from_millis(990), "what is beyond the limit does not stretch it");
    }
}
