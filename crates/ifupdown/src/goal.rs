//! What is to come about: the wanted network of the interfaces that are asked for, and what is left alone.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Severity};
use network::check::codes;
use network::resolve::{Origins, Resolved, resolve_only};
use network::{IfName, Kind, Link, Network, check};

use crate::arguments::Flag;
use crate::file::File;
use crate::hooks::Phase;
use crate::session::Session;
use plan::lowers_first;
use record::State;

/// What a NIC carries where nobody says more or less (IEEE 802.3, 3.2.7), in bytes.
const ETHERNET_MTU: u32 = 1500;

/// What is to come about.
pub struct Goal {
    /// The interfaces that are asked for, with what they stand on.
    pub wanted: Network,
    /// Where the file says so.
    pub origins: Origins,
    /// What is wrong, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// Interfaces with an error in the file that are there already: they stay as they are.
    pub held: BTreeSet<IfName>,
}

/// Works out what is to come about for these names: [`base`], narrowed to them and what they stand on. `read` is what
/// [`read`] gave for the same, if it was asked.
pub fn goal(
    session: &Session<'_>,
    file: &File,
    names: &[String],
    observed: &Network,
    state: &State,
    read: Option<Resolved>,
) -> Goal {
    let mut goal = base_of(file, names, observed, state, read);
    goal.narrow(session, file, names, observed);
    goal.leave_out_what_is_said_of_others(file);
    goal.hold(file, observed);
    goal.forget_mtus(observed, state);
    let by_policy = session.settings.policy.switch("bridge", "bridge_set_static_mac_from_port");
    if let Some(pinned) = session.settings.own.mac_from_port.or(by_policy) {
        goal.wanted.policy.bridge_mac_from_port = pinned;
    }
    goal
}

/// What the file says of all interfaces that are `auto`, named here, or up already: so what a bridge carries does not
/// depend on which interface a command line names.
#[must_use]
pub fn base(file: &File, names: &[String], observed: &Network, state: &State) -> Goal {
    base_of(file, names, observed, state, None)
}

/// Reads what [`base`] is made of before the host is known. What asks for the host is read again with it.
pub fn read(file: &File, names: &[String], state: &State) -> Resolved {
    read_on(file, names, state, None)
}

fn read_on(file: &File, names: &[String], state: &State, observed: Option<&Network>) -> Resolved {
    let is_up = |name: &str| state.interfaces.contains_key(name);
    let names: BTreeSet<&String> = names.iter().collect();
    let base = file.stanzas().iter().filter(|s| s.auto || is_up(&s.name) || names.contains(&s.name));
    let base: BTreeSet<IfName> = base.filter_map(|stanza| IfName::new(&stanza.name).ok()).collect();
    resolve_only(&file.configuration, observed, &base.into_iter().collect::<Vec<_>>())
}

fn base_of(file: &File, names: &[String], observed: &Network, state: &State, read: Option<Resolved>) -> Goal {
    let read = read.filter(|read| !read.asks_host);
    let mut resolved = read.unwrap_or_else(|| read_on(file, names, state, Some(observed)));
    let mut diagnostics = file.configuration.diagnostics.clone();
    diagnostics.extend(check(&file.configuration, &resolved, Some(observed)));
    diagnostics.append(&mut resolved.diagnostics);
    // Which interfaces start by themselves is not what is asked here; hooks are acted on, if not by the resolver.
    let acted_on = |it: &Diagnostic| match it.code {
        codes::NOT_ACTED_ON => is_of_hook(file, it),
        code => code == codes::UNSTARTED,
    };
    diagnostics.retain(|diagnostic| !acted_on(diagnostic));
    diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    let mut goal = Goal { wanted: resolved.wanted, origins: resolved.origins, diagnostics, held: BTreeSet::new() };
    state.keep_what_hooks_gave(&mut goal.wanted, &file.lines, observed);
    goal
}

/// Whether it is about the key of a hook.
fn is_of_hook(file: &File, diagnostic: &Diagnostic) -> bool {
    let text = || {
        let span = diagnostic.labels.first()?.span;
        file.configuration.file(span.file)?.document.source().get(span.start..span.end)
    };
    text().is_some_and(|text| Phase::ALL.iter().any(|phase| phase.name().as_bytes() == text))
}

impl Goal {
    /// Leaves what is not asked for out of the wanted network.
    fn narrow(&mut self, session: &Session<'_>, file: &File, names: &[String], observed: &Network) {
        let arguments = &session.arguments;
        let mut queue: Vec<IfName> = names.iter().filter_map(|name| IfName::new(name).ok()).collect();
        if !arguments.has(Flag::SkipUpper) {
            self.add_uppers(&mut queue);
        }
        let asked: BTreeSet<IfName> = queue.iter().cloned().collect();
        let deep = arguments.has(Flag::All) || arguments.has(Flag::WithDepends) || arguments.has(Flag::CurrentlyUp);
        let mut scope = BTreeSet::new();
        while let Some(name) = queue.pop() {
            let Some(link) = self.wanted.link(&name) else { continue };
            if !scope.insert(name) {
                continue;
            }
            // Without -w, a lower that has a stanza of its own and is there stays as it is.
            let own = |lower: &IfName| file.of_name(lower.as_str()).next().is_some() && observed.link(lower).is_some();
            let lowers = lowers(link).into_iter().filter(|lower| deep || asked.contains(lower) || !own(lower));
            queue.extend(lowers);
        }
        scope.retain(|name| !arguments.excludes.iter().any(|pattern| pattern.is_match(name.as_str())));
        self.wanted.links.retain(|name, _| scope.contains(name));
        self.wanted.routes.retain(|route| scope.contains(&route.link));
    }

    /// What stands on the named ones, and what stands on that: a slave that appears late is taken into its bond, and what
    /// could not be made without it is made.
    fn add_uppers(&self, queue: &mut Vec<IfName>) {
        let mut known: BTreeSet<IfName> = queue.iter().cloned().collect();
        loop {
            let stands = |link: &&Link| lowers(link).iter().any(|lower| known.contains(lower));
            let more = self.wanted.links.values().filter(|link| !known.contains(&link.name)).filter(stands);
            let more: Vec<IfName> = more.map(|link| link.name.clone()).collect();
            if more.is_empty() {
                return;
            }
            queue.extend(more.iter().cloned());
            known.extend(more);
        }
    }

    /// What is said of an interface that is not asked for is not said here.
    fn leave_out_what_is_said_of_others(&mut self, file: &File) {
        let wanted = &self.wanted;
        self.diagnostics.retain(|diagnostic| {
            let span = diagnostic.labels.first().map(|label| label.span);
            let owner = span.and_then(|span| file.stanza_at(span)).and_then(|stanza| IfName::new(&stanza.name).ok());
            owner.is_none_or(|owner| wanted.link(&owner).is_some())
        });
    }

    /// An interface that runs is not changed by halves: with an error in its stanza it stays as it is. One that is not
    /// there yet is made as far as its stanza can be read, for a host without a network can't be mended from afar.
    fn hold(&mut self, file: &File, observed: &Network) {
        let errors = self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
        let owners = errors.filter_map(|error| file.stanza_at(error.labels.first()?.span));
        let names = owners.filter_map(|stanza| IfName::new(&stanza.name).ok());
        let names: BTreeSet<IfName> = names.filter(|name| observed.link(name).is_some()).collect();
        for name in names {
            // A device that the file makes and that is of another kind is not what the file means, so nothing to keep.
            let found = &observed.links[&name];
            let same = |link: &Link| !is_made(&link.kind) || are_alike(&link.kind, &found.kind);
            let ours = self.wanted.link(&name).is_some_and(same);
            let is_up = found.up == Some(true);
            if ours && is_up {
                self.wanted.links.remove(&name);
                self.wanted.routes.retain(|route| route.link != name);
                self.held.insert(name);
            }
        }
    }

    /// An MTU that the file said and says no longer is the usual one again, as after a boot with the file: what the device
    /// below has for a VLAN device, else Ethernet's. A slave has its bond's. One that the file never said may be others'
    /// choice (a .link file's), and is left alone; ifupdown2 resets that too (`_process_mtu_config_mtu_none`).
    fn forget_mtus(&mut self, observed: &Network, state: &State) {
        let was_said = |name: &IfName| {
            let saved = state.interfaces.get(name.as_str());
            saved.is_some_and(|saved| saved.stanzas.iter().any(|stanza| !stanza.values("mtu").is_empty()))
        };
        for name in lowers_first(&self.wanted) {
            let Some(link) = self.wanted.link(&name).filter(|link| link.mtu.is_none() && was_said(&name)) else {
                continue;
            };
            let usual = match &link.kind {
                Kind::Nic if link.bond_port.is_some() => None,
                Kind::Nic | Kind::Bond(_) | Kind::Bridge(_) => Some(ETHERNET_MTU),
                Kind::Vlan(vlan) => {
                    let of = |network: &Network| network.link(&vlan.lower).and_then(|lower| lower.mtu);
                    of(&self.wanted).or_else(|| of(observed))
                }
                Kind::Loopback | Kind::Given(_) | Kind::Other(_) => None,
            };
            if let Some(link) = self.wanted.links.get_mut(&name) {
                link.mtu = usual;
            }
        }
    }
}

/// What a link stands on.
#[must_use]
pub fn lowers(link: &Link) -> Vec<IfName> {
    plan::lowers(&link.kind)
}

/// Whether the file makes such a link, rather than finding it on the host.
#[must_use]
pub fn is_made(kind: &Kind) -> bool {
    plan::is_made_by_us(kind)
}

/// Whether the two are of one kind, whatever they are set to.
#[must_use]
pub fn are_alike(one: &Kind, other: &Kind) -> bool {
    plan::kind_name(one) == plan::kind_name(other)
}
