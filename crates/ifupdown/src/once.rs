//! A host that is not asked a second time within a run for what it refused.

use std::io;

use guard::{Fate, Outcome};
use network::{Change, Host, Network, ObserveError, Refusal};
use plan::Plan;

/// The host, after plans that it may have refused some changes of: the next plan, which is for the whole of what those were
/// for a part of, has these changes too. To each it says again what it said, so a report adds up however often a plan was
/// cut.
pub struct Once<'a> {
    /// The host itself.
    pub host: &'a mut dyn Host,
    /// The plans so far, and what became of them.
    pub runs: &'a [(Plan, Outcome)],
}

impl Once<'_> {
    fn refused(&self, change: &Change) -> Option<&Refusal> {
        let mut steps = self.runs.iter().flat_map(|(plan, outcome)| plan.steps.iter().zip(&outcome.fates));
        steps.find_map(|(step, fate)| match fate {
            Fate::Refused(refusal) if step.change == *change => Some(refusal),
            _ => None,
        })
    }
}

impl Host for Once<'_> {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        self.host.observe()
    }

    fn expect(&mut self) {
        self.host.expect();
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        let Some(refusal) = self.refused(change) else { return self.host.execute(change) };
        let same = |source: &io::Error| match source.raw_os_error() {
            Some(number) => io::Error::from_raw_os_error(number),
            None => io::Error::new(source.kind(), source.to_string()),
        };
        Err(Refusal {
            link: refusal.link.clone(),
            source: same(&refusal.source),
            message: refusal.message.clone(),
            field: refusal.field,
        })
    }
}
