//! The loop that executes a plan: step by step, until the host refuses one.

use network::{Change, Host, ObserveError, Property, Refusal};
use plan::{Plan, Step};

/// How far a plan came.
#[derive(Debug)]
pub struct Execution {
    /// How many steps stand: the first so many of the plan.
    pub done: usize,
    /// How many steps after those were done and undone again.
    pub undone: usize,
    /// Why the step after them is not done.
    pub refusal: Option<Refusal>,
    /// What the host refused of the undoing.
    pub stuck: Vec<Refusal>,
}

/// Executes a plan's steps in order and stops at the first that the host refuses. `progress` is told of each step that
/// is done; it can't stop the rest, since a half-applied plan helps nobody.
///
/// Steps in a row that are for one property stand or fall together: a bond that went down for an option which the host
/// then refuses comes up again as it was.
pub fn execute(host: &mut dyn Host, plan: &Plan, progress: &mut dyn FnMut(usize, &Step)) -> Execution {
    for (done, step) in plan.steps.iter().enumerate() {
        if let Err(refusal) = host.execute(&step.change) {
            let open = plan.steps[..done].iter().rev().take_while(|before| before.property == step.property).count();
            let stuck = undo(host, &plan.steps[done - open..done]);
            return Execution { done: done - open, undone: open, refusal: Some(refusal), stuck };
        }
        progress(done, step);
    }
    Execution { done: plan.steps.len(), undone: 0, refusal: None, stuck: Vec::new() }
}

/// Takes steps back, the last first, and goes on when one can't be.
pub(crate) fn undo(host: &mut dyn Host, steps: &[Step]) -> Vec<Refusal> {
    let inverses = steps.iter().rev().flat_map(|step| &step.inverse);
    inverses.filter_map(|change| host.execute(change).err()).collect()
}

/// Reads the host again and says where it differs from what is wanted.
///
/// # Errors
/// When it can't be read.
pub fn verify(host: &mut dyn Host, wanted: &network::Network) -> Result<Vec<plan::Difference>, ObserveError> {
    Ok(plan::differences(wanted, &host.observe()?))
}

/// The property that a refusal is about: of several that a change sets, the one that the kernel pointed at; else that
/// which the step is for.
#[must_use]
pub fn at_fault(refusal: &Refusal, step: &Step) -> Property {
    match (&step.change, refusal.field) {
        (Change::Create { .. } | Change::SetOptions { .. }, Some(field)) => Property::new(&refusal.link, field),
        _ => step.property.clone(),
    }
}
