//! What was brought up and the file no longer names, and what becomes of it.

use interfaces::Configuration;
use network::resolve::resolve_only;
use network::{Address, Going, IfName, Kind, Link, Network};
use plan::{is_made_by_us, kind_name, lowers};

use crate::remember::is_in_switch;
use crate::stanza::{self, Stanza};
use crate::{Device, Lines, State, state};

/// An interface that is to go.
#[derive(Clone, Debug)]
pub struct Leaving {
    /// Which.
    pub name: IfName,
    /// The stanzas that it was brought up with.
    pub stanzas: Vec<Stanza>,
    /// The device that was made for it, where that is remembered.
    pub device: Option<Device>,
}

/// What the file has of an interface that it has no stanza for any more, or has another kind of stanza for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Now {
    /// Nothing: it goes.
    Forgotten,
    /// It was a device of the file's making, and is to be one that the host has: it goes.
    TheHosts,
    /// These still stand on it: it stays.
    Needed(Vec<IfName>),
}

impl State {
    /// What was brought up and is no longer as it was then, as far as it may have to go.
    #[must_use]
    pub fn no_longer_named(&self, configuration: &Configuration, lines: &Lines) -> Vec<(Leaving, Now)> {
        let unchanged = |name: &str, saved: &[Stanza]| !saved.is_empty() && lines.are_unchanged(name, saved);
        let candidates: Vec<_> =
            self.interfaces.iter().filter(|(name, saved)| !unchanged(name, &saved.stanzas)).collect();
        if candidates.is_empty() {
            return Vec::new();
        }
        let wanted = resolve_only(configuration, None, &lines.interfaces()).wanted;
        let one = |(text, saved): (&String, &crate::Shared)| {
            let name = IfName::new(text).ok()?;
            let has_stanza = lines.of_name(text).next().is_some();
            let now = match wanted.link(&name) {
                None if has_stanza => return None,
                None => Now::Forgotten,
                Some(link) if saved.device.is_none() || is_made_by_us(&link.kind) => return None,
                Some(_) if !has_stanza => Now::Needed(uppers(&wanted, &name)),
                Some(_) => Now::TheHosts,
            };
            Some((Leaving { name, stanzas: saved.stanzas.clone(), device: saved.device.clone() }, now))
        };
        candidates.into_iter().filter_map(one).collect()
    }
}

fn uppers(wanted: &Network, name: &IfName) -> Vec<IfName> {
    wanted.links.values().filter(|link| lowers(&link.kind).contains(name)).map(|link| link.name.clone()).collect()
}

/// What becomes of an interface that is to go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is deleted.
    Delete,
    /// It would be deleted, and somebody would lose what nobody asked to take away.
    InUse(String),
    /// It stays as a device, and loses these addresses. `others`: it is a device that others made.
    Release {
        /// Which.
        addresses: Vec<Address>,
        /// Whether others made it.
        others: bool,
    },
    /// It is the loopback device, which stays up.
    Loopback,
    /// It is not there any more.
    IsGone,
}

impl Verdict {
    /// What a plan is to do of it ([`plan::down`]); without `force` nothing of what is in use.
    #[must_use]
    pub fn going(self, force: bool) -> Option<Going> {
        match self {
            Self::Delete => Some(Going::Delete),
            Self::InUse(_) if force => Some(Going::Delete),
            Self::Release { addresses, .. } => Some(Going::Release(addresses)),
            Self::InUse(_) | Self::Loopback | Self::IsGone => None,
        }
    }
}

/// What the interfaces were when they were brought up, as far as their stanzas say it.
#[must_use]
pub fn as_brought_up(leaving: &[Leaving]) -> Network {
    let all: Vec<Stanza> = leaving.iter().flat_map(|one| one.stanzas.iter().cloned()).collect();
    let names: Vec<IfName> = leaving.iter().map(|one| one.name.clone()).collect();
    // It is in no file: the state is the nearest to one.
    let configuration = Configuration::of(state::PATH, stanza::text(&all).into_bytes());
    resolve_only(&configuration, None, &names).wanted
}

/// What becomes of one of those that are to go. `was`: [`as_brought_up`]. `ours_only`: no device is deleted of which nobody
/// remembers that it was made for the file.
#[must_use]
pub fn verdict(one: &Leaving, all: &[Leaving], was: &Network, observed: &Network, ours_only: bool) -> Verdict {
    if let Some(guests) = guests_of_switch(&one.name, all, observed) {
        return Verdict::InUse(guests);
    }
    let Some(found) = observed.link(&one.name) else {
        let is_kept = is_in_switch(observed, &one.name);
        return if is_kept { Verdict::Release { addresses: Vec::new(), others: false } } else { Verdict::IsGone };
    };
    if found.kind == Kind::Loopback {
        return Verdict::Loopback;
    }
    let was = was.link(&one.name);
    let is_made = was.is_some_and(|link| is_made_by_us(&link.kind));
    let remembered = one.device.is_some() && one.device == Device::of(found);
    let same_kind = was.is_some_and(|was| kind_name(&was.kind) == kind_name(&found.kind));
    let may_delete = if ours_only || one.device.is_some() { remembered } else { is_made && same_kind };
    if !may_delete {
        let addresses = was.map(|link| link.addresses.clone()).unwrap_or_default();
        return Verdict::Release { addresses, others: is_made || one.device.is_some() };
    }
    in_use(found, was, observed, all).map_or(Verdict::Delete, Verdict::InUse)
}

/// The guests on a bridge of Open vSwitch.
fn guests_of_switch(name: &IfName, all: &[Leaving], observed: &Network) -> Option<String> {
    let ports = observed.ovs.iter().flat_map(|ovs| &ovs.ports).filter(|(_, port)| port.bridge == *name);
    let leaves = |port: &IfName| all.iter().any(|one| one.name == *port);
    let guests = ports.map(|(port, _)| port).filter(|port| port.is_guest_port() && !leaves(port));
    let guests: Vec<&str> = guests.map(IfName::as_str).collect();
    (!guests.is_empty()).then(|| format!("guests are attached to it: {}", guests.join(", ")))
}

/// Who would lose something that nobody asked to take away: guests and others whose ports are in a bridge, devices that
/// others put on the link.
fn in_use(found: &Link, was: Option<&Link>, observed: &Network, all: &[Leaving]) -> Option<String> {
    let own = was.map(|was| lowers(&was.kind)).unwrap_or_default();
    let leaves = |name: &IfName| all.iter().any(|one| one.name == *name);
    let list = |names: Vec<&IfName>| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(bridge) = found.bridge() {
        // What hardware, bonds and VLAN devices are in it is a file's to say; all else is a guest's, or others'.
        let is_own = |port: &IfName| {
            let of_file = |link: &Link| matches!(link.kind, Kind::Nic | Kind::Bond(_) | Kind::Vlan(_));
            own.contains(port) || leaves(port) || (!port.is_guest_port() && observed.link(port).is_some_and(of_file))
        };
        let guests: Vec<&IfName> = bridge.ports.iter().filter(|port| !is_own(port)).collect();
        if !guests.is_empty() {
            return Some(format!("guests or others are attached to it: {}", list(guests)));
        }
    }
    let riders: Vec<&IfName> =
        observed.vlans_on(&found.name).map(|link| &link.name).filter(|rider| !leaves(rider)).collect();
    (!riders.is_empty()).then(|| format!("other devices stand on it: {}", list(riders)))
}
