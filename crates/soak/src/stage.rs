//! The host of a case: booted, with guests and traffic.

use std::fmt::Display;
use std::time::Duration;

use interfaces::{Configuration, Severity};
use network::{IfName, Kind, Network};
use plan::Plan;
use twin::topology::{build, start_guests};
use twin::traffic::{End, Flow};
use twin::{Topology, Traffic, Twin, Way};

use crate::case::{Case, Layout};
use crate::memory::Memory;
use crate::rule::{Failure, Rule};
use crate::{text, wiring};

/// How long links take to come up, LACP to bundle at the slow rate, and a port to forward.
pub(crate) const SETTLES: Duration = Duration::from_secs(120);
/// How long traffic is looked at before it is said to get through.
pub(crate) const LOOK: Duration = Duration::from_secs(1);
/// The same where each packet has to be sent.
const SHORT_LOOK: Duration = Duration::from_millis(50);

/// The host with all that goes on.
#[derive(Clone)]
pub(crate) struct Stage<'a> {
    pub(crate) case: &'a Case,
    pub(crate) topology: Topology,
    pub(crate) twin: Twin,
    /// The guests' stations, where they run.
    guests: Vec<Option<usize>>,
    pub(crate) memory: Memory,
    /// What the host runs.
    pub(crate) file: Layout,
    /// What was done and seen.
    pub(crate) log: Vec<String>,
}

/// What a file means on a host.
#[derive(Clone)]
pub(crate) struct Understood {
    pub(crate) configuration: Configuration,
    pub(crate) wanted: Network,
}

impl<'a> Stage<'a> {
    /// A host with nothing but NICs.
    pub(crate) fn new(case: &'a Case) -> Self {
        let topology = wiring::topology(case);
        let twin = build(&topology, case.seed);
        let guests = vec![None; topology.guests.len()];
        Self { case, topology, twin, guests, memory: Memory::default(), file: Layout::default(), log: Vec::new() }
    }

    /// Notes something in the log.
    pub(crate) fn note(&mut self, text: impl Display) {
        let at = self.twin.world.now().as_millis();
        self.log.push(format!("{at} {text}"));
    }

    /// Takes over what the world tells of itself, which is gone with it.
    pub(crate) fn keep_log(&mut self) {
        self.log.extend(self.twin.world.log().iter().map(ToString::to_string));
    }

    /// The network as it is.
    pub(crate) fn observe(&self) -> Network {
        self.twin.world.hosts[self.twin.host].observe()
    }

    /// Lets time pass, and sees that the twin itself is in order.
    pub(crate) fn run(&mut self, time: Duration) -> Result<(), Failure> {
        let until = self.twin.world.now() + time;
        self.twin.world.run_to(until);
        self.is_sound()
    }

    /// Whether the twin is in order.
    pub(crate) fn is_sound(&self) -> Result<(), Failure> {
        let world = &self.twin.world;
        if world.storms() > 0 {
            return Err(Failure::new(Rule::NoStorm, format!("{} storms by {:?}", world.storms(), world.now())));
        }
        if world.stalls() > 0 {
            return Err(Failure::new(Rule::NoStall, format!("{} stalls by {:?}", world.stalls(), world.now())));
        }
        Ok(())
    }

    /// Boots with a file, anew: all that the kernel had is gone, and so is what was remembered.
    pub(crate) fn boot(&mut self, file: &Layout) -> Result<(), Failure> {
        self.keep_log();
        self.twin = build(&self.topology, self.case.seed);
        self.memory = Memory::default();
        let before = self.observe();
        let understood = self.understand(file, &before)?;
        let plan = self.plan(&understood, &before)?;
        let execution = guard::execute(&mut self.twin, &plan, &mut |_, _| {});
        if let Some(refusal) = execution.refusal {
            let step = plan.steps.get(execution.done).map(|step| step.change.to_string()).unwrap_or_default();
            return Err(Failure::new(Rule::Taken, format!("at boot, {step}: {refusal}")));
        }
        self.applied(file, &understood, &plan, &before);
        self.is_as_wanted(&understood, Rule::Idempotent)?;
        self.guests = start_guests(&mut self.twin, &self.topology.guests).into_iter().map(Result::ok).collect();
        self.run(SETTLES)?;
        self.is_as_wanted(&understood, Rule::Idempotent)
    }

    /// What a file means now.
    pub(crate) fn understand(&self, file: &Layout, observed: &Network) -> Result<Understood, Failure> {
        let text = text::text(file);
        let configuration = text::configuration(&text);
        let resolved = network::resolve(&configuration);
        let all = configuration.diagnostics.iter().chain(&resolved.diagnostics);
        let errors: Vec<String> =
            all.filter(|it| it.severity == Severity::Error).map(|it| format!("{}: {}", it.code, it.title)).collect();
        if !errors.is_empty() {
            return Err(Failure::new(Rule::Valid, format!("{}\n{text}", errors.join("\n"))));
        }
        let mut wanted = resolved.wanted;
        self.memory.add_to(&configuration, &mut wanted, observed);
        Ok(Understood { configuration, wanted })
    }

    /// A plan that is to be had.
    pub(crate) fn plan(&mut self, understood: &Understood, observed: &Network) -> Result<Plan, Failure> {
        let plan = plan::plan(&understood.wanted, observed);
        for step in &plan.steps {
            self.note(format_args!("plan: {} ({})", step.change, step.impact));
        }
        if plan.problems.is_empty() {
            return Ok(plan);
        }
        let problems: Vec<String> = plan.problems.iter().map(ToString::to_string).collect();
        Err(Failure::new(Rule::Possible, problems.join("\n")))
    }

    /// Notes that all of a file was applied.
    pub(crate) fn applied(&mut self, file: &Layout, understood: &Understood, plan: &Plan, before: &Network) {
        let after = self.observe();
        self.memory.note(&understood.configuration, &understood.wanted, plan, before, &after);
        self.file = file.clone();
    }

    /// Whether the host is what is wanted: a plan of it is empty.
    pub(crate) fn is_as_wanted(&self, understood: &Understood, rule: Rule) -> Result<(), Failure> {
        let now = self.observe();
        let Plan { steps, problems } = plan::plan(&understood.wanted, &now);
        let mut left: Vec<String> = steps.iter().map(|step| step.change.to_string()).collect();
        left.extend(problems.iter().map(ToString::to_string));
        left.extend(
            plan::differences(&understood.wanted, &now)
                .iter()
                .map(|it| format!("{}: wanted {}, found {}", it.property, it.wanted, it.found)),
        );
        if left.is_empty() { Ok(()) } else { Err(Failure::new(rule, left.join("\n"))) }
    }

    /// Where each guest's port is.
    pub(crate) fn guest_ports(&self, network: &Network) -> Vec<(IfName, Option<IfName>)> {
        let ports = self.topology.guests.iter().filter_map(|guest| network.link(&guest.port));
        ports.map(|link| (link.name.clone(), link.master.clone())).collect()
    }

    /// How long traffic is looked at.
    pub(crate) fn look(&self, other: &Layout) -> Duration {
        if self.file.takes_turns() || other.takes_turns() { SHORT_LOOK } else { LOOK }
    }

    /// Traffic of the guests, and of those addresses of the host that are wanted too; and which of it gets through.
    pub(crate) fn traffic(&mut self, wanted: &Network, look: Duration) -> (Traffic, Vec<bool>) {
        let kept: Vec<_> = wanted.links.values().flat_map(|link| link.addresses.iter().map(|it| it.net)).collect();
        let stations = &self.topology.stations;
        let mut flows = Vec::new();
        for link in self.observe().links.values().filter(|link| link.kind != Kind::Loopback) {
            for net in link.addresses.iter().map(|address| address.net).filter(|net| kept.contains(net)) {
                let far = stations.iter().position(|it| it.addresses.iter().any(|other| net.contains(&other.addr())));
                let Some(far) = far.map(End::Station) else { continue };
                let (name, near) = (format!("host {}", net.addr()), End::Host(self.twin.host));
                flows.push(Flow { name, near, address: Some(net), far });
            }
        }
        for (guest, station) in self.topology.guests.iter().zip(&self.guests) {
            let far = stations.iter().position(|it| it.name == guest.peer);
            if let (Some(near), Some(far)) = (station.map(End::Station), far.map(End::Station)) {
                flows.push(Flow { name: format!("guest {}", guest.port), near, address: None, far });
            }
        }
        let mut traffic = Traffic::new(flows, self.twin.world.now());
        // The first packets find their neighbours.
        self.pass(&mut traffic, look);
        let before = lost(&traffic);
        self.pass(&mut traffic, look);
        let through = before.iter().zip(lost(&traffic)).map(|(before, now)| *before == now).collect();
        (traffic, through)
    }

    /// Lets time pass with traffic.
    pub(crate) fn pass(&mut self, traffic: &mut Traffic, time: Duration) {
        let until = self.twin.world.now() + time;
        traffic.run_to(&mut self.twin.world, until);
    }
}

/// How many packets each flow lost, both ways together. What can't even be sent counts as lost by the meter.
pub(crate) fn lost(traffic: &Traffic) -> Vec<u64> {
    (0..traffic.flows.len()).map(|flow| Way::BOTH.map(|way| traffic.meter(flow, way).lost).iter().sum()).collect()
}
