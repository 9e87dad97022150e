//! What is remembered between two applies, as `bowline apply` does: what the file no longer names is taken away.

use std::collections::BTreeSet;

use interfaces::Configuration;
use network::{IfName, Network};
use plan::Plan;
use record::leaving::{Leaving, Now, Verdict, as_brought_up, verdict};
use record::remember::{Ran, touched};
use record::{Lines, State};

/// The memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    state: State,
}

impl Memory {
    /// What is to go, added to what is wanted.
    pub(crate) fn add_to(&self, configuration: &Configuration, wanted: &mut Network, observed: &Network) {
        let no_longer = self.state.no_longer_named(configuration, &Lines::of(configuration));
        let goes = |(leaving, now): (Leaving, Now)| (!matches!(now, Now::Needed(_))).then_some(leaving);
        let leaving: Vec<Leaving> = no_longer.into_iter().filter_map(goes).collect();
        let was = as_brought_up(&leaving);
        for one in &leaving {
            if let Some(going) = verdict(one, &leaving, &was, observed, true).going(false) {
                wanted.leaving.insert(one.name.clone(), going);
            }
        }
    }

    /// Notes what was applied.
    pub(crate) fn note(
        &mut self,
        configuration: &Configuration,
        wanted: &Network,
        plan: &Plan,
        before: &Network,
        after: &Network,
    ) {
        let lines = Lines::of(configuration);
        let stays = |one: &Leaving| {
            let found = verdict(one, std::slice::from_ref(one), &Network::default(), after, true);
            matches!(found, Verdict::InUse(_)) || after.link(&one.name).and_then(record::Device::of) == one.device
        };
        let no_longer = self.state.no_longer_named(configuration, &lines);
        let gone = no_longer.into_iter().filter(|(one, now)| !matches!(now, Now::Needed(_)) && !stays(one));
        let gone: Vec<IfName> = gone.map(|(one, _)| one.name).collect();
        let touched: BTreeSet<&IfName> = touched(plan);
        let changes = |name: &&IfName| self.state.has_changed(name, &lines, &touched, before);
        let changing = wanted.links.keys().filter(changes).cloned().collect();
        let failed = BTreeSet::new();
        self.state.remember(wanted, &lines, &Ran { changing, failed, with_hooks: true, before_hooks: after, after });
        gone.iter().for_each(|name| _ = self.state.interfaces.remove(name.as_str()));
    }
}
