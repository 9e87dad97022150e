//! What goes into the memory after a change of the network, and what it says of the next one.

use std::collections::BTreeSet;

use network::{Address, IfName, Link, Network};
use plan::{Plan, is_made_by_us};

use crate::{Device, Lines, State};

/// What became of the interfaces of a run.
pub struct Ran<'a> {
    /// Those that have changed ([`State::has_changed`]).
    pub changing: BTreeSet<IfName>,
    /// Those of which something failed.
    pub failed: BTreeSet<IfName>,
    /// Whether hooks and scripts ran for those that have changed; else they are still to run.
    pub with_hooks: bool,
    /// The host before the hooks that run after the change.
    pub before_hooks: &'a Network,
    /// The host at the end.
    pub after: &'a Network,
}

/// The links that a plan changes anything of.
#[must_use]
pub fn touched(plan: &Plan) -> BTreeSet<&IfName> {
    plan.steps.iter().flat_map(|step| [step.change.link(), &step.property.link]).collect()
}

impl State {
    /// Whether an interface changes, so that its hooks and scripts have to run:
    ///
    /// - it was not brought up since the boot, or with other lines than those that the file has now,
    /// - its device is another one than then,
    /// - something of it failed, or its hooks have not run, or
    /// - something of it has to be changed in the kernel.
    #[must_use]
    pub fn has_changed(&self, name: &IfName, lines: &Lines, touched: &BTreeSet<&IfName>, observed: &Network) -> bool {
        let Some(saved) = self.interfaces.get(name.as_str()) else { return true };
        let device = observed.link(name).and_then(Device::of);
        touched.contains(name)
            || saved.unfinished
            || !lines.are_unchanged(name.as_str(), &saved.stanzas)
            || saved.device.as_ref().is_some_and(|saved| device.as_ref() != Some(saved))
    }

    /// Adds to what is wanted the addresses that hooks gave an interface: they stay as long as its stanzas do.
    pub fn keep_what_hooks_gave(&self, wanted: &mut Network, lines: &Lines, observed: &Network) {
        for (text, saved) in self.interfaces.iter().filter(|(_, saved)| !saved.from_hooks.is_empty()) {
            let Ok(name) = IfName::new(text) else { continue };
            let (Some(want), Some(found)) = (wanted.links.get_mut(&name), observed.link(&name)) else { continue };
            if lines.are_unchanged(text, &saved.stanzas) {
                let kept = found.addresses.iter().filter(|a| saved.from_hooks.contains(&remembered(a)));
                want.addresses.extend(kept.cloned());
            }
        }
    }

    /// Remembers what is up now, with which lines, and which devices were made.
    pub fn remember(&mut self, wanted: &Network, lines: &Lines, ran: &Ran<'_>) {
        for (name, want) in &wanted.links {
            let made = is_made_by_us(&want.kind);
            let found = ran.after.link(name);
            if found.is_none() && !is_in_switch(ran.after, name) {
                continue;
            }
            if !made && lines.of_name(name.as_str()).next().is_none() {
                continue;
            }
            let changes = ran.changing.contains(name);
            let shared = self.interfaces.entry(name.to_string()).or_default();
            let device = found.filter(|_| made).and_then(Device::of);
            let unfinished = ran.failed.contains(name) || (!ran.with_hooks && (changes || shared.unfinished));
            if !changes && shared.device == device && shared.unfinished == unfinished {
                continue;
            }
            let saved = shared.to_mut();
            (saved.device, saved.unfinished) = (device, unfinished);
            if changes {
                saved.stanzas = lines.of_name(name.as_str()).cloned().collect();
                saved.from_hooks = given_by_hooks(want, ran.before_hooks.link(name), found, &saved.from_hooks);
            }
        }
    }
}

/// Whether Open vSwitch has something of that name, which may be no link of the host's.
#[must_use]
pub fn is_in_switch(network: &Network, name: &IfName) -> bool {
    network.ovs.as_ref().is_some_and(|ovs| ovs.bridges.contains_key(name) || ovs.ports.contains_key(name))
}

/// An address as the state remembers it.
fn remembered(address: &Address) -> String {
    address.net.to_string()
}

/// Addresses that came with the hooks, and those that came with them before and are still there.
fn given_by_hooks(want: &Link, before: Option<&Link>, after: Option<&Link>, earlier: &[String]) -> Vec<String> {
    let had = |text: &String| {
        before.is_some_and(|link| link.addresses.iter().any(|a| remembered(a) == *text)) && !earlier.contains(text)
    };
    let of_file = |text: &String| want.addresses.iter().any(|a| remembered(a) == *text) && !earlier.contains(text);
    let own = after.into_iter().flat_map(|link| &link.addresses).filter(|address| !address.dynamic).map(remembered);
    own.filter(|text| !had(text) && !of_file(text)).collect()
}
