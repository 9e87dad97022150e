//! The loop that executes a plan: step by step, until the host refuses one.

use network::{Host, Property, Refusal};
use plan::{Plan, Step};

use crate::error::Failure;

/// How far a plan came.
#[derive(Debug)]
pub struct Execution {
    /// How many steps are done: the first so many of the plan.
    pub done: usize,
    /// Why the step after them is not.
    pub refusal: Option<Refusal>,
}

/// Executes a plan's steps in order and stops at the first that the host refuses. `progress` is told of each step that
/// is done; it can't stop the rest, since a half-applied plan helps nobody.
pub fn execute(host: &mut dyn Host, plan: &Plan, progress: &mut dyn FnMut(usize, &Step)) -> Execution {
    for (done, step) in plan.steps.iter().enumerate() {
        if let Err(refusal) = host.execute(&step.change) {
            return Execution { done, refusal: Some(refusal) };
        }
        progress(done, step);
    }
    Execution { done: plan.steps.len(), refusal: None }
}

/// Reads the host again and says where it differs from what is wanted.
///
/// # Errors
/// When it can't be read.
pub fn verify(host: &mut dyn Host, wanted: &network::Network) -> Result<Vec<plan::Difference>, Failure> {
    Ok(plan::differences(wanted, &host.observe()?))
}

/// The property that a refusal is about: the one that the kernel pointed at, or that which the step is for.
#[must_use]
pub fn at_fault(refusal: &Refusal, step: &Step) -> Property {
    match refusal.field {
        Some(field) => Property::new(&refusal.link, field),
        None => step.property.clone(),
    }
}
