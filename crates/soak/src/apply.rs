//! A file is applied: with traffic, and with a step refused.

use std::io;
use std::time::Duration;

use network::{Change, Host, IfName, Network, ObserveError, Refusal};
use plan::{Impact, Plan};
use twin::Traffic;

use crate::case::Layout;
use crate::compare::unlike_beside;
use crate::faults::fits;
use crate::rule::{Failure, Rule};
use crate::stage::{Stage, lost};

/// How long a step is left alone that is looked at by itself: longer than a link takes to come up.
const ALONE: Duration = Duration::from_secs(3);
/// How long a host is left alone after an apply.
const AFTER: Duration = Duration::from_secs(10);
/// `EBUSY`.
const EBUSY: i32 = 16;

/// Applies a file.
pub(crate) fn apply(stage: &mut Stage<'_>, file: &Layout, slowly: bool) -> Result<(), Failure> {
    let before = stage.observe();
    let understood = stage.understand(file, &before)?;
    let plan = stage.plan(&understood, &before)?;
    let look = stage.look(file);
    let (traffic, through) = stage.traffic(&understood.wanted, look);
    let slowly = slowly && !stage.file.takes_turns() && !file.takes_turns();
    let mut watched = Watched::new(stage, traffic, if slowly { ALONE } else { twin::host::CHANGE_TAKES });
    let execution = guard::execute(&mut watched, &plan, &mut |_, _| {});
    let marks = watched.end(look);
    let moved = watched.moved.take();
    if let Some(refusal) = execution.refusal {
        let step = plan.steps.get(execution.done + execution.undone);
        let step = step.map(|step| step.change.to_string()).unwrap_or_default();
        return Err(Failure::new(Rule::Taken, format!("{step}: {refusal}")));
    }
    if let Some(moved) = moved {
        return Err(Failure::new(Rule::GuestsStay, moved));
    }
    let flows: Vec<String> = marks.flows;
    // What a switch makes of a link that it is not set up for, no plan can know; and a slave that joins an aggregator is
    // for a moment used by one end alone.
    let fits = stage.case.forward_delay == 0 && fits(stage.case, &stage.file) && fits(stage.case, file);
    let through: Vec<bool> = through.into_iter().map(|it| it && fits).collect();
    let loses = Loses { plan: &plan, flows: &flows, through: &through, marks: &marks.marks };
    if slowly {
        loses.nothing_by_step()?
    } else {
        loses.nothing_before_the_first()?
    }
    is_undisturbed(stage, &plan, &before)?;
    stage.is_as_wanted(&understood, Rule::Idempotent)?;
    stage.applied(file, &understood, &plan, &before);
    stage.run(AFTER)?;
    let now = stage.observe();
    let once_more = stage.understand(file, &now)?;
    stage.is_as_wanted(&once_more, Rule::Idempotent)
}

/// Applies a file with a step refused, and then once more.
pub(crate) fn refused(stage: &mut Stage<'_>, file: &Layout, step: u32, go_on: bool) -> Result<(), Failure> {
    let before = stage.observe();
    let understood = stage.understand(file, &before)?;
    let plan = stage.plan(&understood, &before)?;
    if !plan.steps.is_empty() {
        let refuse = usize::try_from(step).unwrap_or(0) % plan.steps.len();
        stage.note(format_args!("refused: {}", plan.steps[refuse].change));
        let mut watched = Watched::new(stage, Traffic::default(), twin::host::CHANGE_TAKES);
        watched.refuse = Some(refuse);
        let stuck = if go_on {
            guard::execute_independent(&mut watched, &plan, &mut |_, _| {}).stuck
        } else {
            guard::execute(&mut watched, &plan, &mut |_, _| {}).stuck
        };
        if let Some(moved) = watched.moved.take() {
            return Err(Failure::new(Rule::GuestsStay, moved));
        }
        if let Some(stuck) = stuck.first() {
            return Err(Failure::new(Rule::Heals, format!("what was done for a refused step is not undone: {stuck}")));
        }
        stage.run(AFTER)?;
    }
    let now = stage.observe();
    let again = stage.understand(file, &now)?;
    let rest = stage.plan(&again, &now)?;
    let execution = guard::execute(&mut stage.twin, &rest, &mut |_, _| {});
    if let Some(refusal) = execution.refusal {
        let step = rest.steps.get(execution.done + execution.undone).map(|step| step.change.to_string());
        return Err(Failure::new(Rule::Heals, format!("{}: {refusal}", step.unwrap_or_default())));
    }
    stage.is_as_wanted(&again, Rule::Heals)?;
    stage.applied(file, &again, &rest, &now);
    stage.run(AFTER)
}

/// Whether all that the plan has nothing to do with is as it was.
fn is_undisturbed(stage: &Stage<'_>, plan: &Plan, before: &Network) -> Result<(), Failure> {
    let touched = plan::touched(plan, before);
    let differs = unlike_beside(&touched, &stage.observe(), before);
    if differs.is_empty() { Ok(()) } else { Err(Failure::new(Rule::Undisturbed, differs.join("\n"))) }
}

/// The host, with traffic that goes on, guests whose ports are watched, and a change that is refused.
pub(crate) struct Watched<'s, 'c> {
    stage: &'s mut Stage<'c>,
    traffic: Traffic,
    pace: Duration,
    /// The change to refuse, counted from 0.
    pub(crate) refuse: Option<usize>,
    taken: usize,
    /// What was lost by then, before each change; and a while before that.
    marks: Vec<Mark>,
    guests: Vec<(IfName, Option<IfName>)>,
    /// A guest's port that is where it was not.
    pub(crate) moved: Option<String>,
}

/// What the flows had lost.
struct Mark {
    /// A while before a change.
    earlier: Vec<u64>,
    /// Right before it.
    now: Vec<u64>,
}

struct Marks {
    flows: Vec<String>,
    marks: Vec<Mark>,
}

impl<'s, 'c> Watched<'s, 'c> {
    pub(crate) fn new(stage: &'s mut Stage<'c>, traffic: Traffic, pace: Duration) -> Self {
        let guests = stage.guest_ports(&stage.observe());
        let first = Mark { earlier: lost(&traffic), now: lost(&traffic) };
        Self { stage, traffic, pace, refuse: None, taken: 0, marks: vec![first], guests, moved: None }
    }

    fn end(&mut self, look: Duration) -> Marks {
        self.stage.pass(&mut self.traffic, look);
        if let Some(last) = self.marks.last_mut() {
            last.now = lost(&self.traffic);
        }
        let flows = self.traffic.flows.iter().map(|flow| flow.name.clone()).collect();
        Marks { flows, marks: std::mem::take(&mut self.marks) }
    }
}

impl Host for Watched<'_, '_> {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        Ok(self.stage.observe())
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        let number = self.taken;
        self.taken += 1;
        if self.refuse == Some(number) {
            let source = io::Error::from_raw_os_error(EBUSY);
            return Err(Refusal { link: change.link().clone(), source, message: None, field: None });
        }
        let result = self.stage.twin.world.execute(self.stage.twin.host, change);
        let half = self.pace / 2;
        self.stage.pass(&mut self.traffic, half);
        let earlier = lost(&self.traffic);
        self.stage.pass(&mut self.traffic, self.pace - half);
        self.marks.push(Mark { earlier, now: lost(&self.traffic) });
        let now = self.stage.guest_ports(&self.stage.observe());
        if self.moved.is_none() && now != self.guests {
            self.moved = Some(format!("{change}: {:?}, before {:?}", now, self.guests));
        }
        result
    }
}

/// What the steps of a plan lose.
struct Loses<'a> {
    plan: &'a Plan,
    flows: &'a [String],
    /// Which flows got through before the first step.
    through: &'a [bool],
    /// One before the first step, and one after each.
    marks: &'a [Mark],
}

impl Loses<'_> {
    /// Until the first step that disturbs anything; until the end, if none does.
    fn nothing_before_the_first(&self) -> Result<(), Failure> {
        let hitless = self.plan.steps.iter().take_while(|step| step.impact == Impact::Hitless).count();
        let (Some(first), Some(last)) = (self.marks.first(), self.marks.get(hitless)) else { return Ok(()) };
        for (flow, through) in self.through.iter().enumerate().filter(|(_, through)| **through) {
            let lost = last.now[flow] - first.now[flow];
            // The mark of the last step is taken after all has settled for a while.
            if lost > 0 && *through {
                let steps: Vec<String> =
                    self.plan.steps.iter().take(hitless).map(|step| step.change.to_string()).collect();
                let seen = format!("{} lost {lost} packets by\n{}", self.flows[flow], steps.join("\n"));
                return Err(Failure::new(Rule::Hitless, seen));
            }
        }
        Ok(())
    }

    /// Each step by itself: what got through just before it.
    fn nothing_by_step(&self) -> Result<(), Failure> {
        for (number, step) in self.plan.steps.iter().enumerate().filter(|(_, step)| step.impact == Impact::Hitless) {
            let (Some(before), Some(after)) = (self.marks.get(number), self.marks.get(number + 1)) else { break };
            for flow in 0..self.flows.len() {
                let steady = self.through[flow] && before.earlier[flow] == before.now[flow];
                let lost = after.now[flow] - before.now[flow];
                if steady && lost > 0 {
                    let seen = format!("{} lost {lost} packets by: {}", self.flows[flow], step.change);
                    return Err(Failure::new(Rule::Hitless, seen));
                }
            }
        }
        Ok(())
    }
}
