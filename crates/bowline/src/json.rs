//! Everything that programs read. What is said here is a promise: fields may be added, not renamed.

use std::collections::BTreeMap;

use interfaces::{Configuration, Diagnostic, Span};
use network::resolve::Origins;
use network::{Change, Health, IfName, Network, Property, Refusal, health};
use plan::{Difference, Impact, Plan, Problem, Step};
use serde::Serialize;

mod diagnostic;

pub use diagnostic::{Fixed, JsonDiagnostic, JsonEntry, diagnostics, entry, fixed};

/// A value as JSON text, with a line end.
#[must_use]
pub fn text(value: &impl Serialize) -> String {
    // Every map here is keyed by text and no `Serialize` of ours fails, so there is no way to an error.
    serde_json::to_string_pretty(value).expect("maps are keyed by text") + "\n"
}

/// A value as JSON on one line: one of several that come with time.
#[must_use]
pub fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("maps are keyed by text") + "\n"
}

/// A place in a file.
#[derive(Clone, Debug, Serialize)]
pub struct Place {
    /// The file.
    path: String,
    /// From 1.
    line: usize,
    /// From 1, in characters.
    column: usize,
    /// The line of the character after the last.
    end_line: usize,
    /// The column of the character after the last.
    end_column: usize,
}

impl Place {
    /// Where a span is.
    #[must_use]
    pub fn of(configuration: &Configuration, span: Span) -> Self {
        let start = configuration.place(span);
        let end = configuration.place(Span { start: span.end, ..span });
        Self {
            path: start.path.to_string_lossy().into_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A network as it was observed, with the health of each link.
#[derive(Debug, Serialize)]
pub struct Status<'a> {
    #[serde(flatten)]
    network: &'a Network,
    health: BTreeMap<&'a IfName, Health>,
}

/// A network as it was observed, with the health of each link.
#[must_use]
pub fn status(network: &Network) -> Status<'_> {
    let health = network.links.values().map(|link| (&link.name, health(network, link))).collect();
    Status { network, health }
}

/// A plan, with the places that want its steps.
#[derive(Debug, Serialize)]
pub struct JsonPlan<'a> {
    impact: Impact,
    steps: Vec<JsonStep<'a>>,
    problems: Vec<JsonProblem<'a>>,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonStep<'a> {
    text: String,
    change: &'a Change,
    inverse: &'a [Change],
    impact: Impact,
    property: &'a Property,
    place: Option<Place>,
}

#[derive(Debug, Serialize)]
struct JsonProblem<'a> {
    text: String,
    #[serde(flatten)]
    problem: &'a Problem,
    place: Option<Place>,
}

/// Where properties come from, and what is wrong there.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// The file.
    pub configuration: &'a Configuration,
    /// Which line wants which property.
    pub origins: &'a Origins,
    /// What is wrong with the file.
    pub diagnostics: &'a [Diagnostic],
}

impl Origin<'_> {
    fn place(&self, property: &Property) -> Option<Place> {
        self.origins.of(property).map(|span| Place::of(self.configuration, span))
    }
}

fn step<'a>(origin: Origin<'_>, step: &'a Step) -> JsonStep<'a> {
    JsonStep {
        text: step.change.to_string(),
        change: &step.change,
        inverse: &step.inverse,
        impact: step.impact,
        property: &step.property,
        place: origin.place(&step.property),
    }
}

/// A plan.
#[must_use]
pub fn plan<'a>(origin: Origin<'a>, plan: &'a Plan) -> JsonPlan<'a> {
    JsonPlan {
        impact: plan.impact(),
        steps: plan.steps.iter().map(|one| step(origin, one)).collect(),
        problems: problems(origin, plan),
        diagnostics: diagnostics(origin.configuration, origin.diagnostics),
    }
}

fn problems<'a>(origin: Origin<'a>, plan: &'a Plan) -> Vec<JsonProblem<'a>> {
    let one = |problem: &'a Problem| JsonProblem {
        text: problem.to_string(),
        problem,
        place: origin.place(&problem.property()),
    };
    plan.problems.iter().map(one).collect()
}

/// Where a kernel differs from a file.
#[derive(Debug, Serialize)]
pub struct JsonDifferences<'a> {
    differences: Vec<JsonDifference<'a>>,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonDifference<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    place: Option<Place>,
}

/// Where a kernel differs from a file.
#[must_use]
pub fn differences<'a>(origin: Origin<'a>, differences: &'a [Difference]) -> JsonDifferences<'a> {
    JsonDifferences {
        differences: difference_list(origin, differences),
        diagnostics: diagnostics(origin.configuration, origin.diagnostics),
    }
}

fn difference_list<'a>(origin: Origin<'a>, differences: &'a [Difference]) -> Vec<JsonDifference<'a>> {
    let one = |difference| JsonDifference { difference, place: origin.place(&difference.property) };
    differences.iter().map(one).collect()
}

/// How an apply ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing was changed, for there are errors in the file or no `--unguarded`.
    Refused,
    /// The kernel had it all already.
    Nothing,
    /// All steps are done, and read back.
    Done,
    /// The kernel refused a step; those before it are done, but for what was undone again.
    Stopped,
    /// Every step was accepted, and the kernel does not show what the file says, or can't.
    Unverified,
}

/// What an apply did.
#[derive(Debug, Serialize)]
pub struct Applied<'a> {
    outcome: Outcome,
    /// How many steps stand.
    done: usize,
    /// How many more were done and undone again.
    undone: usize,
    steps: Vec<JsonStep<'a>>,
    refusal: Option<JsonRefusal>,
    problems: Vec<JsonProblem<'a>>,
    differences: Vec<JsonDifference<'a>>,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonRefusal {
    text: String,
    errno: Option<i32>,
    message: Option<String>,
    place: Option<Place>,
}

/// What an apply did.
#[must_use]
pub fn applied<'a>(
    origin: Origin<'a>,
    outcome: Outcome,
    plan: &'a Plan,
    [done, undone]: [usize; 2],
    refusal: Option<(&Refusal, &Property)>,
    differences: &'a [Difference],
) -> Applied<'a> {
    Applied {
        outcome,
        done,
        undone,
        steps: plan.steps.iter().map(|one| step(origin, one)).collect(),
        refusal: refusal.map(|(refusal, property)| JsonRefusal {
            text: refusal.to_string(),
            errno: refusal.source.raw_os_error(),
            message: refusal.message.clone(),
            place: origin.place(property),
        }),
        problems: problems(origin, plan),
        differences: difference_list(origin, differences),
        diagnostics: diagnostics(origin.configuration, origin.diagnostics),
    }
}
