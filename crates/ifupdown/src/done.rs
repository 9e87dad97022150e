//! What was done of the plans of a run, and what of it was refused.

use std::collections::BTreeSet;

use guard::{Fate, Outcome};
use network::IfName;
use plan::Plan;

use crate::file::File;
use crate::goal::Goal;
use crate::say;
use crate::session::Session;

/// The plans that were carried out, in order. Each but the last is for a part of what the next is for.
#[derive(Debug, Default)]
pub struct Done {
    /// Each with what became of it.
    pub runs: Vec<(Plan, Outcome)>,
    /// The interfaces of which something was not done.
    pub failed: BTreeSet<IfName>,
    /// What was said of that: the next plan fails at the same.
    said: BTreeSet<String>,
}

impl Done {
    /// The last plan, and what became of it.
    #[must_use]
    pub fn last(&self) -> Option<&(Plan, Outcome)> {
        self.runs.last()
    }

    /// Adds a plan, and says what the host refused of it and what was not done for that.
    pub fn add(&mut self, session: &mut Session<'_>, file: &File, goal: &Goal, plan: Plan, outcome: Outcome) {
        for (step, fate) in plan.steps.iter().zip(&outcome.fates) {
            let link = &step.property.link;
            let text = match fate {
                Fate::Done => continue,
                Fate::Refused(refusal) => {
                    let property = guard::at_fault(refusal, step);
                    let place = say::in_brackets(file, &goal.origins, &property);
                    format!("{link}: can't {}: {refusal}{place}", step.change)
                }
                Fate::Skipped { because } => {
                    let other = plan.steps.get(*because).map(|step| step.change.to_string()).unwrap_or_default();
                    format!("{link}: not done: {} (it builds on: {other})", step.change)
                }
                Fate::Undone { .. } => format!("{link}: undone again: {}", step.change),
            };
            self.say(session, text);
            self.failed.insert(link.clone());
            self.failed.insert(step.change.link().clone());
        }
        for refusal in &outcome.stuck {
            self.say(session, format!("{}: could not be undone: {refusal}", refusal.link));
        }
        self.runs.push((plan, outcome));
    }

    fn say(&mut self, session: &mut Session<'_>, text: String) {
        if self.said.insert(text.clone()) {
            session.log.error(text);
        }
    }

    /// Says how much was done, if not all of it.
    pub fn tell_count(&self, session: &mut Session<'_>, more: &str) {
        if !self.failed.is_empty() {
            self.say_count(session, more);
        }
    }

    /// Says how much was done. What a plan left undone is in the next one too, and counts once.
    pub fn say_count(&self, session: &mut Session<'_>, more: &str) {
        let stands =
            |(_, outcome): &(Plan, Outcome)| outcome.fates.iter().filter(|fate| matches!(fate, Fate::Done)).count();
        let done: usize = self.runs.iter().map(stands).sum();
        let left = self.last().map_or(0, |run| run.0.steps.len() - stands(run));
        let face = session.arguments.face.name();
        session.log.error(format!("{face}: {done} of {} changes were made{more}", done + left));
    }
}
