//! The planner: stages that compare what is wanted with a model, and take each step in the model too.

use network::{Change, Field, IfName, Link, Network, Property};
use serde::Serialize;

use crate::impact::{Impact, impact};
use crate::inverse::inverse;
use crate::order::{Layers, layers};
use crate::{Problem, address, bond, bridge, device, link, member, model};

/// An ordered list of changes that lead from one network to another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// In this order.
    pub steps: Vec<Step>,
    /// What can't be brought about.
    pub problems: Vec<Problem>,
}

/// One step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What to do.
    pub change: Change,
    /// How to undo it, given that all earlier steps stand.
    pub inverse: Vec<Change>,
    /// What it disturbs.
    pub impact: Impact,
    /// What it is for: the line of the file that wants this is the line that is to blame if it fails.
    pub property: Property,
}

impl Plan {
    /// The worst impact of all steps.
    #[must_use]
    pub fn impact(&self) -> Impact {
        self.steps.iter().map(|step| step.impact).max().unwrap_or(Impact::Hitless)
    }
}

/// The smallest ordered change that makes of `observed` what `wanted` says.
///
/// Links that `wanted` does not name stay as they are, unless they are members of a bond or a bridge that it does name
/// and whose list leaves them out. Guests' ports stay in any case.
#[must_use]
pub fn plan(wanted: &Network, observed: &Network) -> Plan {
    let mut planner = Planner::new(wanted, observed);
    let layers = layers(wanted);
    planner.set_aside_what_cannot_be(&layers);
    let layers = Layers { lowers_first: layers.lowers_first.into_iter().filter(|l| planner.has(l)).collect() };
    device::make(&mut planner, &layers);
    bond::set_options(&mut planner, &layers);
    member::attach(&mut planner, &layers);
    bridge::set_vlans(&mut planner, &layers);
    link::set(&mut planner, &layers);
    address::set(&mut planner, &layers);
    address::put_back(&mut planner);
    planner.plan
}

/// What the stages work on.
pub(crate) struct Planner<'a> {
    /// The host as it was found.
    pub(crate) observed: &'a Network,
    /// The host as it is after the steps so far.
    pub(crate) now: Network,
    wanted: std::borrow::Cow<'a, Network>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(wanted: &'a Network, observed: &'a Network) -> Self {
        Self { observed, now: observed.clone(), wanted: std::borrow::Cow::Borrowed(wanted), plan: Plan::default() }
    }

    /// What is wanted of a link, if it can be had.
    pub(crate) fn want(&self, name: &IfName) -> Option<Link> {
        self.wanted.link(name).cloned()
    }

    /// What is wanted.
    pub(crate) fn wanted(&self) -> &Network {
        &self.wanted
    }

    fn has(&self, name: &IfName) -> bool {
        self.wanted.links.contains_key(name)
    }

    /// Takes a step, in the plan and in the model.
    pub(crate) fn step(&mut self, property: Property, change: Change) {
        let step = Step { inverse: inverse(&self.now, &change), impact: impact(&self.now, &change), property, change };
        model::apply(&mut self.now, &step.change);
        self.plan.steps.push(step);
    }

    /// A step for a field of the link that it changes.
    pub(crate) fn step_for(&mut self, field: Field, change: Change) {
        let property = Property::new(change.link(), field);
        self.step(property, change);
    }

    /// Notes what can't be had.
    pub(crate) fn problem(&mut self, problem: Problem) {
        if !self.plan.problems.contains(&problem) {
            self.plan.problems.push(problem);
        }
    }

    /// Takes out of the wanted network what this host can't have, so that the rest still comes about.
    fn set_aside_what_cannot_be(&mut self, layers: &Layers) {
        for name in &layers.lowers_first {
            let Some(link) = self.wanted.link(name) else { continue };
            let found = self.observed.link(name);
            // What lives in a daemon alone is nothing that the kernel could lack.
            if found.is_none() && matches!(&link.kind, network::Kind::Given(given) if !given.has_link()) {
                self.forget(name);
                continue;
            }
            let problem = match (device::is_made_by_us(&link.kind), found, link.vlan()) {
                (false, None, _) => Some(Problem::Missing { link: name.clone() }),
                (true, Some(found), _) if !device::may_replace(&link.kind, &found.kind) => {
                    Some(Problem::Taken { link: name.clone(), found: device::kind_name(&found.kind).to_owned() })
                }
                (true, _, Some(vlan)) if !self.has(&vlan.lower) && self.observed.link(&vlan.lower).is_none() => {
                    Some(Problem::NoLower { link: name.clone(), lower: vlan.lower.clone() })
                }
                _ => None,
            };
            if let Some(problem) = problem {
                self.problem(problem);
                self.forget(name);
            }
        }
    }

    fn forget(&mut self, name: &IfName) {
        let wanted = self.wanted.to_mut();
        wanted.links.remove(name);
        wanted.routes.retain(|route| route.link != *name);
        for link in wanted.links.values_mut() {
            match &mut link.kind {
                network::Kind::Bond(bond) => {
                    bond.slaves.retain(|slave| slave != name);
                    let primary = bond.options.get(network::option::bond::PRIMARY);
                    if matches!(primary, Some(network::Value::Link(Some(primary))) if primary == name) {
                        bond.options.remove(network::option::bond::PRIMARY);
                    }
                }
                network::Kind::Bridge(bridge) => bridge.ports.retain(|port| port != name),
                _ => {}
            }
            if link.master.as_ref() == Some(name) {
                link.master = None;
            }
        }
    }
}
