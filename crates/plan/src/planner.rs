//! The planner: stages that compare what is wanted with a model, and take each step in the model too.

use std::borrow::Cow;
use std::collections::BTreeSet;

use network::given::OvsRole;
use network::{Change, Field, Given, IfName, Kind, Link, Network, Property, Value, option};
use serde::Serialize;

use crate::down::down;
use crate::impact::{Impact, impact};
use crate::inverse::inverse;
use crate::order::{self, layers};
use crate::{Problem, address, bond, bridge, device, dhcp, given, link, member, setting};
use network::model::Model;

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
/// and whose list leaves them out. Guests' ports stay in any case. What is leaving goes first; a link that is only let go
/// by its master on the way goes down at the end.
#[must_use]
pub fn plan(wanted: &Network, observed: &Network) -> Plan {
    let mut whole = down(observed, &wanted.leaving);
    if wanted.leaving.is_empty() {
        return arrive(wanted, observed);
    }
    let mut between = observed.clone();
    whole.steps.iter().for_each(|step| crate::apply(&mut between, &step.change));
    let Plan { steps, problems } = arrive(wanted, &between);
    steps.iter().for_each(|step| crate::apply(&mut between, &step.change));
    whole.steps.extend(steps);
    whole.steps.extend(down(&between, &wanted.leaving).steps);
    Plan { steps: whole.steps, problems }
}

/// The same, where nothing leaves.
fn arrive(wanted: &Network, observed: &Network) -> Plan {
    let mut problems = Vec::new();
    let wanted = possible(wanted, observed, &mut problems);
    let layers = layers(&wanted);
    let mut planner = Planner::new(&wanted, observed, problems);
    device::make(&mut planner, &layers);
    given::change(&mut planner, &layers);
    bond::set_options(&mut planner, &layers);
    member::attach(&mut planner, &layers);
    bridge::set_vlans(&mut planner, &layers);
    setting::set(&mut planner, &layers);
    address::add_to_idle(&mut planner, &layers);
    link::set(&mut planner, &layers);
    dhcp::stop(&mut planner, &layers);
    address::set(&mut planner, &layers);
    address::put_back(&mut planner);
    dhcp::start(&mut planner, &layers);
    planner.finish()
}

/// What the stages work on.
pub(crate) struct Planner<'a> {
    /// The host as it was found.
    pub(crate) observed: &'a Network,
    /// The host as it is after the steps so far.
    pub(crate) now: Model,
    /// What is wanted of the host, as far as it can be had.
    pub(crate) wanted: &'a Network,
    plan: Plan,
    new: BTreeSet<IfName>,
}

impl<'a> Planner<'a> {
    pub(crate) fn new(wanted: &'a Network, observed: &'a Network, problems: Vec<Problem>) -> Self {
        let plan = Plan { steps: Vec::new(), problems };
        Self { observed, now: Model::new(observed.clone()), wanted, plan, new: BTreeSet::new() }
    }

    /// The steps so far, and what can't be had.
    pub(crate) fn finish(self) -> Plan {
        self.plan
    }

    /// Whether there is a step so far: else the host is as it was found.
    pub(crate) fn has_steps(&self) -> bool {
        !self.plan.steps.is_empty()
    }

    /// What is wanted of a link, if it can be had.
    pub(crate) fn want(&self, name: &IfName) -> Option<&'a Link> {
        self.wanted.link(name)
    }

    /// Whether the plan makes the link, so that its settings are not known beforehand: new ones get what the host has set
    /// for those (`net.ipv4.conf.default`).
    pub(crate) fn is_new(&self, name: &IfName) -> bool {
        self.new.contains(name)
    }

    /// Takes a step, in the plan and in the model.
    pub(crate) fn step(&mut self, property: Property, change: Change) {
        let step = Step { inverse: inverse(&self.now, &change), impact: impact(&self.now, &change), property, change };
        network::effect::apply(&mut self.now, &step.change);
        if let Change::Create { link, .. } = &step.change {
            self.new.insert(link.clone());
        }
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
}

/// What of the wanted network this host can have: the rest still comes about.
fn possible<'a>(wanted: &'a Network, observed: &Network, problems: &mut Vec<Problem>) -> Cow<'a, Network> {
    let mut gone = BTreeSet::new();
    for link in layers(wanted).lowers_first {
        let name = &link.name;
        let found = observed.link(name);
        let has = |lower: &IfName| {
            (wanted.links.contains_key(lower) && !gone.contains(lower)) || observed.link(lower).is_some()
        };
        if let Kind::Given(Given::Ovs(ovs)) = &link.kind {
            let problem = match (&observed.ovs, ovs.role) {
                (None, _) => Problem::NoSwitch { link: name.clone() },
                // All else it makes itself.
                (Some(_), OvsRole::Port) if found.is_none() => Problem::Missing { link: name.clone() },
                _ => continue,
            };
            problems.push(problem);
            gone.insert(name.clone());
            continue;
        }
        // What lives in a daemon alone is nothing that the kernel could lack.
        if found.is_none() && matches!(&link.kind, Kind::Given(given) if !given.has_link()) {
            gone.insert(name.clone());
            continue;
        }
        let lower =
            order::lowers(&link.kind).into_iter().filter(|_| is_tied_to_its_lower(&link.kind)).find(|l| !has(l));
        problems.push(match (device::is_made_by_us(&link.kind), found, lower) {
            (false, None, _) => Problem::Missing { link: name.clone() },
            (true, Some(found), _) if !device::may_replace(&link.kind, &found.kind) => {
                Problem::Taken { link: name.clone(), found: device::kind_name(&found.kind).to_owned() }
            }
            (true, Some(found), _)
                if !device::is_what_it_should_be(&link.kind, &found.kind) && guest(found).is_some() =>
            {
                Problem::HoldsGuests { link: name.clone(), port: guest(found).unwrap_or(name).clone() }
            }
            (true, _, Some(lower)) => Problem::NoLower { link: name.clone(), lower },
            _ => continue,
        });
        gone.insert(name.clone());
    }
    if gone.is_empty() { Cow::Borrowed(wanted) } else { Cow::Owned(without(wanted, &gone)) }
}

/// Whether the device can't be without what it stands on, as a bond and a bridge can.
fn is_tied_to_its_lower(kind: &Kind) -> bool {
    matches!(kind, Kind::Vlan(_) | Kind::Given(_))
}

/// A port of a guest that the link holds as a bridge.
fn guest(found: &Link) -> Option<&IfName> {
    found.bridge()?.ports.iter().find(|port| port.is_guest_port())
}

/// The network without these links, and without what it says of them elsewhere.
fn without(wanted: &Network, gone: &BTreeSet<IfName>) -> Network {
    let mut out = wanted.clone();
    out.links.retain(|name, _| !gone.contains(name));
    out.routes.retain(|route| !gone.contains(&route.link));
    for link in out.links.values_mut() {
        match &mut link.kind {
            Kind::Bond(bond) => {
                bond.slaves.retain(|slave| !gone.contains(slave));
                let primary = bond.options.get(option::bond::PRIMARY);
                if matches!(primary, Some(Value::Link(Some(primary))) if gone.contains(primary)) {
                    bond.options.remove(option::bond::PRIMARY);
                }
            }
            Kind::Bridge(bridge) => bridge.ports.retain(|port| !gone.contains(port)),
            _ => {}
        }
        link.master = link.master.take().filter(|master| !gone.contains(master));
    }
    out
}
