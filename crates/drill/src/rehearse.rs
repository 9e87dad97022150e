//! The rehearsal: a file is applied step by step with traffic, then everything fails in turn.

use std::time::Duration;

use network::option::bond;
use network::{Change, Host, Network, ObserveError, Refusal};
use plan::Plan;
use twin::topology::{build, start_guests};
use twin::traffic::{End, Flow};
use twin::{Entry, Traffic, Twin, Way};

use crate::boot::{SETTLES, boot};
use crate::{Applied, Broken, Fault, Gap, Lost, Report, Setup, StepTaken, faults, needs};

/// How long something stays broken. Whoever has not noticed by then does not.
const HELD: Duration = Duration::from_secs(10);
/// The same where LACP runs at the slow rate: it notices after 90 s.
const HELD_SLOW: Duration = Duration::from_secs(100);
/// How many moments each fault is tried at: the monitor's tick may be just past, or just to come.
const MOMENTS: u32 = 4;

/// What is rehearsed.
#[derive(Clone, Debug)]
pub struct Rehearsal<'a> {
    /// The host and its network.
    pub setup: &'a Setup,
    /// What the host runs before; `None`: nothing at all.
    pub before: Option<&'a Network>,
    /// What the file wants.
    pub wanted: &'a Network,
    /// Whether things are broken after that.
    pub break_things: bool,
    /// Where chance begins.
    pub seed: u64,
}

/// Rehearses.
///
/// # Errors
/// A twin can always be observed; the error is the port's.
pub fn rehearse(rehearsal: &Rehearsal<'_>) -> Result<Report, ObserveError> {
    let mut stage = Stage::new(rehearsal)?;
    let applied = stage.apply(rehearsal.wanted, rehearsal.before.is_some())?;
    let all = if rehearsal.break_things { faults(&rehearsal.setup.topology) } else { Vec::new() };
    let held = held(rehearsal.wanted);
    let faults = all.into_iter().map(|fault| stage.broken(fault, held)).collect();
    Ok(Report {
        assumptions: rehearsal.setup.assumptions.clone(),
        flows: stage.traffic.flows.iter().map(|flow| flow.name.clone()).collect(),
        applied,
        faults,
        needs: needs(rehearsal.wanted),
    })
}

fn held(wanted: &Network) -> Duration {
    let slow = |bond: &network::Bond| {
        bond.mode() == network::BondMode::Lacp && bond.options.number(bond::LACP_RATE) != Some(1)
    };
    if wanted.links.values().filter_map(network::Link::bond).any(slow) { HELD_SLOW } else { HELD }
}

/// The twin with its traffic.
#[derive(Clone)]
struct Stage<'a> {
    setup: &'a Setup,
    twin: Twin,
    traffic: Traffic,
    /// The guests' stations, where they run.
    guests: Vec<Option<usize>>,
    /// When each change was made.
    made: Vec<Duration>,
}

/// Every change is a step of the rehearsal: traffic goes on while it is made.
impl Host for Stage<'_> {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        self.twin.observe()
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        self.made.push(self.twin.world.now());
        let result = self.twin.world.execute(self.twin.host, change);
        self.run(twin::host::CHANGE_TAKES);
        result
    }
}

impl<'a> Stage<'a> {
    fn new(rehearsal: &Rehearsal<'a>) -> Result<Self, ObserveError> {
        let setup = rehearsal.setup;
        let mut twin = build(&setup.topology, rehearsal.seed);
        let mut guests = vec![None; setup.topology.guests.len()];
        if let Some(before) = rehearsal.before {
            guests = boot(&mut twin, before, &setup.topology.guests)?.guests;
        }
        let traffic = Traffic::new(Vec::new(), twin.world.now());
        let mut stage = Self { setup, twin, traffic, guests, made: Vec::new() };
        stage.watch(rehearsal.wanted);
        stage.run(Duration::from_secs(1));
        Ok(stage)
    }

    /// Watches a flow for each address of the host that the file wants, and one for each guest that runs.
    fn watch(&mut self, wanted: &Network) {
        let mut flows = Vec::new();
        let stations = &self.setup.topology.stations;
        for link in wanted.links.values().filter(|link| link.kind != network::Kind::Loopback) {
            for net in link.addresses.iter().map(|address| address.net) {
                let far = stations.iter().position(|it| it.addresses.iter().any(|other| net.contains(&other.addr())));
                let Some(far) = far else { continue };
                let name = format!("host {}", net.addr());
                flows.push(Flow { name, near: End::Host(self.twin.host), address: Some(net), far: End::Station(far) });
            }
        }
        for (guest, station) in self.setup.topology.guests.iter().zip(&self.guests) {
            let far = stations.iter().position(|it| it.name == guest.peer);
            if let (Some(station), Some(far)) = (station, far) {
                let near = End::Station(*station);
                flows.push(Flow { name: format!("guest {}", guest.port), near, address: None, far: End::Station(far) });
            }
        }
        self.traffic = Traffic::new(flows, self.twin.world.now());
    }

    fn run(&mut self, time: Duration) {
        let to = self.twin.world.now() + time;
        self.traffic.run_to(&mut self.twin.world, to);
    }

    fn apply(&mut self, wanted: &Network, from_running: bool) -> Result<Applied, ObserveError> {
        let plan = plan::plan(wanted, &self.observe()?);
        let before: Vec<bool> = (0..self.traffic.flows.len()).map(|flow| self.gets_through(flow)).collect();
        let begin = self.twin.world.now();
        let logged = self.twin.world.log().len();
        let execution = guard::execute(self, &plan, &mut |_, _| {});
        self.run(SETTLES);
        let steps = self.steps(&plan, begin, &before);
        let (mut locked_out, mut never_through) = (Vec::new(), Vec::new());
        for (flow, was) in before.iter().enumerate().filter(|(flow, _)| !self.gets_through(*flow)) {
            let list = if *was { &mut locked_out } else { &mut never_through };
            list.push(self.traffic.flows[flow].name.clone());
        }
        let whole_after = if locked_out.is_empty() && never_through.is_empty() {
            let ends = (0..self.traffic.flows.len()).flat_map(|flow| Way::BOTH.map(|way| (flow, way)));
            let last = ends.filter_map(|(flow, way)| self.traffic.meter(flow, way).outages.last()?.until).max();
            Some(last.unwrap_or(begin).saturating_sub(begin))
        } else {
            None
        };
        let applied = Applied {
            from_running,
            steps,
            problems: plan.problems.clone(),
            refused: execution.refusal.map(|refusal| refusal.to_string()),
            whole_after,
            locked_out,
            never_through,
            gaps: self.gaps(begin, &|flow| before[flow]),
            events: self.events(logged, begin),
        };
        self.start_the_rest();
        Ok(applied)
    }

    /// Guests whose bridge is there only now.
    fn start_the_rest(&mut self) {
        for (number, station) in self.guests.iter_mut().enumerate().filter(|(_, station)| station.is_none()) {
            let spec = &self.setup.topology.guests[number..=number];
            let started = start_guests(&mut self.twin, spec).pop().and_then(Result::ok);
            if let (Some(started), Some(far)) =
                (started, self.setup.topology.stations.iter().position(|it| it.name == spec[0].peer))
            {
                *station = Some(started);
                let (near, far) = (End::Station(started), End::Station(far));
                self.traffic.add(Flow { name: format!("guest {}", spec[0].port), near, address: None, far });
            }
        }
        self.run(Duration::from_secs(5));
    }

    /// An outage counts to the step that it began with. What did not get through before has nothing to lose.
    fn steps(&self, plan: &Plan, begin: Duration, before: &[bool]) -> Vec<StepTaken> {
        let mut steps = Vec::new();
        for (number, (step, at)) in plan.steps.iter().zip(&self.made).enumerate() {
            let next = self.made.get(number + 1).copied().unwrap_or(Duration::MAX);
            let now = self.twin.world.now();
            let of = |flow: usize, way: Way| {
                let mine = self.traffic.meter(flow, way).outages.iter().filter(|it| (*at..next).contains(&it.from));
                let longest = mine.map(|it| (it.until.unwrap_or(now) - it.from, it.until.is_none())).max();
                longest.filter(|_| before[flow]).unwrap_or_default()
            };
            let lost = self.lost(&of);
            steps.push(StepTaken { text: step.change.to_string(), at: *at - begin, impact: step.impact, lost });
        }
        steps
    }

    fn lost(&self, of: &dyn Fn(usize, Way) -> (Duration, bool)) -> Vec<Lost> {
        let mut lost = Vec::new();
        for (number, flow) in self.traffic.flows.iter().enumerate() {
            let [(out, out_lasts), (in_, in_lasts)] = Way::BOTH.map(|way| of(number, way));
            // A packet that was under way when something was put right is no outage.
            if out.max(in_) >= twin::traffic::PACE {
                lost.push(Lost { flow: flow.name.clone(), out, in_, lasts: out_lasts || in_lasts });
            }
        }
        lost
    }

    /// The outages since then that are no packet under way, of the flows that are asked about.
    fn gaps(&self, zero: Duration, of: &dyn Fn(usize) -> bool) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for (number, flow) in self.traffic.flows.iter().enumerate().filter(|(number, _)| of(*number)) {
            for way in Way::BOTH {
                let outages = self.traffic.meter(number, way).outages.iter();
                let since = outages.filter(|outage| outage.until.is_none_or(|until| until > zero));
                gaps.extend(since.map(|outage| Gap {
                    flow: flow.name.clone(),
                    way,
                    from: outage.from.saturating_sub(zero),
                    until: outage.until.map(|until| until.saturating_sub(zero)),
                }));
            }
        }
        gaps.retain(|gap| gap.until.is_none_or(|until| until - gap.from >= twin::traffic::PACE));
        gaps
    }

    fn gets_through(&self, flow: usize) -> bool {
        Way::BOTH.iter().all(|way| {
            let meter = self.traffic.meter(flow, *way);
            meter.sent > 0 && meter.outages.last().is_none_or(|outage| outage.until.is_some())
        })
    }

    fn events(&self, from: usize, zero: Duration) -> Vec<Entry> {
        let log = self.twin.world.log().iter().skip(from);
        log.map(|entry| Entry { at: entry.at.saturating_sub(zero), note: entry.note.clone() }).collect()
    }

    /// Breaks something at several moments, each on a twin as it is now, and keeps the worst.
    fn broken(&self, fault: Fault, held: Duration) -> Broken {
        let runs: Vec<Broken> =
            (0..MOMENTS).map(|moment| self.clone().broken_at(fault.clone(), held, moment)).collect();
        let worst = |lost: &[Lost]| lost.iter().map(|lost| lost.out.max(lost.in_)).max().unwrap_or_default();
        let rank = |run: &Broken| (run.stays_away.len(), worst(&run.lost), worst(&run.lost_again));
        let again: Vec<Lost> =
            runs.iter().max_by_key(|run| worst(&run.lost_again)).map(|run| run.lost_again.clone()).unwrap_or_default();
        let mut out = Broken {
            fault,
            held,
            lost: Vec::new(),
            lost_again: Vec::new(),
            stays_away: Vec::new(),
            gaps: Vec::new(),
            events: Vec::new(),
        };
        if let Some(run) = runs.into_iter().max_by_key(rank) {
            out = Broken { lost_again: again, ..run };
        }
        out
    }

    fn broken_at(mut self, fault: Fault, held: Duration, moment: u32) -> Broken {
        // Spread over a second: no monitor's interval is a whole number of these.
        let phase = Duration::from_micros(self.twin.world.chance().below(997)) + Duration::from_millis(271) * moment;
        self.run(phase);
        let (begin, logged) = (self.twin.world.now(), self.twin.world.log().len());
        fault.set(&mut self.twin, true);
        self.run(held);
        let back = self.twin.world.now();
        fault.set(&mut self.twin, false);
        self.run(SETTLES);
        let end = self.twin.world.now();
        let lost = self.lost(&|flow, way| {
            let longest = self.traffic.meter(flow, way).longest(begin, back);
            let mine = self.traffic.meter(flow, way).outages.iter();
            let lasts = mine.clone().any(|it| it.from < back && it.until.is_none_or(|until| until > back));
            (longest, lasts)
        });
        let lost_again = self.lost(&|flow, way| (self.traffic.meter(flow, way).longest(back, end), false));
        let stays_away = (0..self.traffic.flows.len()).filter(|flow| !self.gets_through(*flow));
        let stays_away = stays_away.map(|flow| self.traffic.flows[flow].name.clone()).collect();
        let (gaps, events) = (self.gaps(begin, &|_| true), self.events(logged, begin));
        Broken { fault, held, lost, lost_again, stays_away, gaps, events }
    }
}
