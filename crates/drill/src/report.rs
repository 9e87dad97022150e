//! What a rehearsal found. As JSON, times are milliseconds.

use std::time::Duration;

use plan::{Impact, Problem};
use serde::{Serialize, Serializer};
use twin::{Entry, Way};

use crate::{Fault, Need};

/// What a rehearsal found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What was assumed of the host and its network.
    pub assumptions: Vec<String>,
    /// The flows that were watched: the host's, then each guest's.
    pub flows: Vec<String>,
    /// How the file was applied.
    pub applied: Applied,
    /// What each fault did, in turn.
    pub faults: Vec<Broken>,
    /// What the switch must have.
    pub needs: Vec<Need>,
}

/// How the file was applied.
#[derive(Clone, Debug, Serialize)]
pub struct Applied {
    /// Whether the host ran another file before, so that there was something to lose.
    pub from_running: bool,
    /// The steps that were taken, with what was lost from each on.
    pub steps: Vec<StepTaken>,
    /// What can't be brought about on this host.
    pub problems: Vec<Problem>,
    /// Why it stopped midway.
    pub refused: Option<String>,
    /// How long after the first step all flows arrived, both ways; none: never.
    #[serde(serialize_with = "maybe_millis")]
    pub whole_after: Option<Duration>,
    /// The flows that got through before and do not any more.
    pub locked_out: Vec<String>,
    /// The flows that do not get through, and did not before.
    pub never_through: Vec<String>,
    /// When which flow had nothing through, of those that got through before.
    pub gaps: Vec<Gap>,
    /// What happened.
    pub events: Vec<Entry>,
}

/// A step that was taken.
#[derive(Clone, Debug, Serialize)]
pub struct StepTaken {
    /// What.
    pub text: String,
    /// When, since the first.
    #[serde(serialize_with = "millis")]
    pub at: Duration,
    /// What the plan thinks that it disturbs.
    pub impact: Impact,
    /// What was lost from it on, until it came back.
    pub lost: Vec<Lost>,
}

/// What a flow lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lost {
    /// Which flow.
    pub flow: String,
    /// For how long nothing of it left.
    #[serde(serialize_with = "millis")]
    pub out: Duration,
    /// For how long nothing of it came in.
    #[serde(serialize_with = "millis", rename = "in")]
    pub in_: Duration,
    /// It lasted until what failed was put right.
    pub lasts: bool,
}

/// A time in which nothing of a flow got through, one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// Which flow.
    pub flow: String,
    /// Which way.
    pub way: Way,
    /// When it began, since the first step or the fault.
    #[serde(serialize_with = "millis")]
    pub from: Duration,
    /// When something arrived again; none: not while it was watched.
    #[serde(serialize_with = "maybe_millis")]
    pub until: Option<Duration>,
}

/// What a fault did.
#[derive(Clone, Debug, Serialize)]
pub struct Broken {
    /// What failed.
    #[serde(flatten)]
    pub fault: Fault,
    /// For how long.
    #[serde(serialize_with = "millis")]
    pub held: Duration,
    /// What was lost while it was broken: the worst of several moments.
    pub lost: Vec<Lost>,
    /// What was lost when it was put right: the same.
    pub lost_again: Vec<Lost>,
    /// The flows that do not get through after it was put right.
    pub stays_away: Vec<String>,
    /// When which flow had nothing through, in that run.
    pub gaps: Vec<Gap>,
    /// What happened, in the run of the worst moment, from the fault on.
    pub events: Vec<Entry>,
}

fn millis<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(time.as_millis())
}

fn maybe_millis<S: Serializer>(time: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.as_millis()).serialize(serializer)
}
