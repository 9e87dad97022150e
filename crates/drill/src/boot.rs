//! A twin that runs a file, as after a boot with it.

use std::time::Duration;

use guard::Execution;
use network::{Host, Network, ObserveError};
use plan::Plan;
use twin::Twin;
use twin::topology::{GuestSpec, start_guests};

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
