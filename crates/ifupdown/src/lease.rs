//! Waiting for the leases of DHCP clients that a reload has started. (Starting and ending them is the plan's.)

use std::thread::sleep;
use std::time::{Duration, Instant};

use guard::{Fate, Outcome};
use network::dhcp::Family;
use network::{Change, Host, IfName, Network};
use plan::Plan;

use crate::{Failure, Log};

/// How often to look whether a lease has come. Each look reads the whole network.
const LOOK: Duration = Duration::from_millis(200);

/// Leases that are waited for.
#[derive(Debug)]
pub struct Leases {
    awaited: Vec<(IfName, Family)>,
    since: Instant,
}

impl Leases {
    /// Those whose clients were started by these plans, and that did not come meanwhile.
    #[must_use]
    pub fn of(runs: &[(Plan, Outcome)], after: &Network) -> Self {
        let steps = runs.iter().flat_map(|(plan, outcome)| plan.steps.iter().zip(&outcome.fates));
        let steps = steps.filter(|(_, fate)| matches!(fate, Fate::Done));
        let started = steps.filter_map(|(step, _)| match &step.change {
            Change::StartDhcp { link, family } => Some((link.clone(), *family)),
            _ => None,
        });
        Self {
            awaited: started.filter(|(link, family)| !has_lease(after, link, *family)).collect(),
            since: Instant::now(),
        }
    }

    /// Whether none is waited for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.awaited.is_empty()
    }

    /// Whether one is waited for on that link.
    #[must_use]
    pub fn is_for(&self, name: &IfName) -> bool {
        self.awaited.iter().any(|(link, _)| link == name)
    }

    /// Waits until one has come, or for what is left of `limit` since the clients were started: then none is waited for
    /// any more, which is a warning, for the clients go on trying.
    ///
    /// # Errors
    /// When the host can't be read.
    pub fn wait(&mut self, host: &mut dyn Host, limit: Duration, log: &mut Log<'_>) -> Result<(), Failure> {
        let before = self.awaited.len();
        while self.awaited.len() == before {
            if self.since.elapsed() >= limit {
                for (link, family) in self.awaited.drain(..) {
                    let seconds = limit.as_secs();
                    log.warning(format!("{link}: no lease for {family} after {seconds} s; the client goes on trying"));
                }
                return Ok(());
            }
            sleep(LOOK.min(limit.saturating_sub(self.since.elapsed())));
            let now = host.observe()?;
            self.awaited.retain(|(link, family)| !has_lease(&now, link, *family));
        }
        Ok(())
    }
}

/// Whether the link has an address of the family that reaches beyond it. (A client's address may have a lifetime or none.)
fn has_lease(network: &Network, link: &IfName, family: Family) -> bool {
    let fits = |address: std::net::IpAddr| match (address, family) {
        (std::net::IpAddr::V4(_), Family::V4) => true,
        (std::net::IpAddr::V6(address), Family::V6) => !address.is_unicast_link_local(),
        _ => false,
    };
    network.link(link).is_some_and(|link| link.addresses.iter().any(|address| fits(address.net.addr())))
}
