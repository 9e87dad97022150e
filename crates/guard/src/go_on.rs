//! The other way to execute a plan: what does not depend on a refused step is done all the same.

use std::collections::BTreeMap;

use network::{Change, Device, Host, IfName, Refusal, Scope};
use plan::{Plan, Step};

use crate::execute::undo;

/// What became of a step.
#[derive(Debug)]
pub enum Fate {
    /// It stands.
    Done,
    /// It was done, and undone again with the step of that number, which is for the same property.
    Undone {
        /// The refused step.
        with: usize,
    },
    /// The host refused it.
    Refused(Refusal),
    /// It was not tried, for it builds on the step of that number, which was refused.
    Skipped {
        /// The refused step.
        because: usize,
    },
}

/// What became of a plan.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What became of each step, in the plan's order.
    pub fates: Vec<Fate>,
    /// What the host refused of the undoing.
    pub stuck: Vec<Refusal>,
}

impl Outcome {
    /// Whether every step stands.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.fates.iter().all(|fate| matches!(fate, Fate::Done))
    }
}

/// Executes every step of a plan that does not build on one which the host refuses. `progress` is told of each step that
/// is done.
///
/// A refused step takes along the steps for the same property: those just before it are undone, those after it are
/// skipped. Beyond that:
///
/// - A device that can't be made or deleted: everything of it, and whatever goes onto or into it.
/// - A link that can't come up: its routes, and its DHCP client.
/// - A link that can't join its master: its options and VLANs as a port.
///
/// All else goes on: an option that the driver refuses costs a bond neither its addresses nor its other options, and one
/// bond's trouble no other bond anything.
pub fn execute_independent(host: &mut dyn Host, plan: &Plan, progress: &mut dyn FnMut(usize, &Step)) -> Outcome {
    let mut outcome = Outcome::default();
    let mut blocked = Blocked::default();
    for (number, step) in plan.steps.iter().enumerate() {
        if let Some(because) = blocked.by(plan, step) {
            blocked.note_skipped(step, because);
            outcome.fates.push(Fate::Skipped { because });
            continue;
        }
        match host.execute(&step.change) {
            Ok(()) => {
                progress(number, step);
                outcome.fates.push(Fate::Done);
            }
            Err(refusal) => {
                let open = open_before(plan, &outcome.fates, step);
                outcome.stuck.extend(undo(host, &plan.steps[number - open..number]));
                outcome.fates.iter_mut().skip(number - open).for_each(|fate| *fate = Fate::Undone { with: number });
                outcome.fates.push(Fate::Refused(refusal));
                blocked.note_refused(step, number);
            }
        }
    }
    outcome
}

/// How many steps in a row, up to the last, are done and for the same property.
fn open_before(plan: &Plan, fates: &[Fate], step: &Step) -> usize {
    let before = plan.steps[..fates.len()].iter().zip(fates).rev();
    before.take_while(|(earlier, fate)| earlier.property == step.property && matches!(fate, Fate::Done)).count()
}

/// What refused steps keep from being done, with the number of the step that does.
#[derive(Default)]
struct Blocked {
    /// Steps that were refused.
    refused: Vec<usize>,
    /// Links that are not there, or are not what they should be.
    devices: BTreeMap<IfName, usize>,
    /// Links that are not up.
    down: BTreeMap<IfName, usize>,
    /// Links that are not with their master.
    apart: BTreeMap<IfName, usize>,
}

impl Blocked {
    fn note_refused(&mut self, step: &Step, number: usize) {
        self.refused.push(number);
        self.note_skipped(step, number);
    }

    /// What a step that was not done keeps from being done in turn.
    fn note_skipped(&mut self, step: &Step, number: usize) {
        let list = match &step.change {
            Change::Create { .. } | Change::Delete { .. } => &mut self.devices,
            Change::SetUp { up: true, .. } => &mut self.down,
            Change::SetMaster { master: Some(_), .. } => &mut self.apart,
            _ => return,
        };
        list.entry(step.change.link().clone()).or_insert(number);
    }

    fn by(&self, plan: &Plan, step: &Step) -> Option<usize> {
        let link = step.change.link();
        let needed = builds_on(&step.change);
        let device = std::iter::once(link).chain(&needed).find_map(|link| self.devices.get(link));
        let special = match &step.change {
            Change::ReplaceRoute { .. } | Change::StartDhcp { .. } => self.down.get(link),
            Change::SetOptions { scope: Scope::BondPort | Scope::BridgePort, .. }
            | Change::AddVlans { itself: false, .. }
            | Change::RemoveVlans { itself: false, .. } => self.apart.get(link),
            _ => None,
        };
        let same = || self.refused.iter().find(|number| plan.steps[**number].property == step.property);
        device.or(special).or_else(same).copied()
    }
}

/// The other links that a change needs.
fn builds_on(change: &Change) -> Vec<IfName> {
    match change {
        Change::Create { device: Device::Vlan { lower, .. }, .. } => vec![lower.clone()],
        Change::Create { device: Device::Given { device }, .. } => device.stands_on(),
        Change::SetMaster { master, .. } => master.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
