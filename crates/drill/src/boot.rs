//! A twin that runs a file, as after a boot with it.

use std::time::Duration;

use guard::Execution;
use network::{Host, Network, ObserveError};
use plan::Plan;
use twin::topology::{GuestSpec, build, start_guests};
use twin::{Scenario, Twin};

/// How long a host that booted is left alone: links negotiate, LACP bundles, ports begin to forward.
pub(crate) const SETTLES: Duration = Duration::from_secs(60);

/// How a boot went.
#[derive(Debug)]
pub struct Booted {
    /// What was to be done.
    pub plan: Plan,
    /// How far it came.
    pub execution: Execution,
    /// The guests' stations, in order; `None`: it could not be started, for its bridge is not there.
    pub guests: Vec<Option<usize>>,
}

/// Boots a twin with a file's network, starts the guests, and lets it settle.
///
/// # Errors
/// A twin can always be observed; the error is the port's.
pub fn boot(twin: &mut Twin, wanted: &Network, guests: &[GuestSpec]) -> Result<Booted, ObserveError> {
    let plan = plan::plan(wanted, &twin.observe()?);
    let execution = guard::execute(twin, &plan, &mut |_, _| {});
    let guests = start_guests(twin, guests).into_iter().map(Result::ok).collect();
    twin.world.run_to(twin.world.now() + SETTLES);
    Ok(Booted { plan, execution, guests })
}

/// When a host of a scenario is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// After it has booted and settled, and after each event has had its consequences.
    Settled,
    /// In between, each time that something was due.
    Passing,
}

/// Plays a scenario to its end: the host boots with `booted`, settles, and then what happens happens.
///
/// # Errors
/// A twin can always be observed; the error is the port's.
pub fn play(scenario: &Scenario, booted: Option<&Network>) -> Result<Twin, ObserveError> {
    play_to(scenario, booted, &mut |_, _| Ok(()))
}

/// The same, looking at the host on the way.
///
/// # Errors
/// Those of `look`, and the port's.
pub fn play_to(
    scenario: &Scenario,
    booted: Option<&Network>,
    look: &mut dyn FnMut(&mut Twin, Moment) -> Result<(), ObserveError>,
) -> Result<Twin, ObserveError> {
    let mut twin = build(&scenario.topology, scenario.seed);
    boot(&mut twin, booted.unwrap_or(&Network::default()), &scenario.topology.guests)?;
    look(&mut twin, Moment::Settled)?;
    let zero = twin.world.now();
    for (number, event) in scenario.events.iter().enumerate() {
        twin.world.run_to(zero + event.at);
        event.happen(&mut twin);
        look(&mut twin, Moment::Passing)?;
        // Events follow each other as the scenario says; what was done last has its consequences seen.
        let until = scenario.events.get(number + 1).map_or(twin.world.now() + SETTLES, |next| zero + next.at);
        while let Some(due) = twin.world.next_deadline().filter(|due| *due <= until) {
            twin.world.run_to(due);
            look(&mut twin, Moment::Passing)?;
        }
        twin.world.run_to(until);
        look(&mut twin, Moment::Settled)?;
    }
    Ok(twin)
}
