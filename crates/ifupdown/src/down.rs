//! Taking interfaces down: `ifdown`, and what `ifreload` does with what the file no longer names.

use std::collections::{BTreeMap, BTreeSet};

use guard::{Fate, execute_independent};
use network::resolve::resolve_only;
use network::{Host, IfName, Kind, Link, Network};
use plan::Going;

use crate::arguments::Flag;
use crate::goal::{are_alike, is_made, lowers};
use crate::hooks::Phase;
use crate::order::lowers_first;
use crate::session::{Session, configuration_of};
use crate::stanza::{self, Stanza};
use crate::state::{Device, State};
use crate::{Failure, say};

/// An interface that is to go.
pub struct Leaving {
    /// Which.
    pub name: IfName,
    /// The stanzas that it was brought up with.
    pub stanzas: Vec<Stanza>,
    /// The device that was made for it, where that is remembered.
    pub device: Option<Device>,
}

/// Takes interfaces down: hooks before, what they have in the kernel, hooks after. `stay` are links that others still
/// want; `ours_only` takes away no device of which nobody remembers that it was made here.
///
/// # Errors
/// When the host can't be read.
pub fn take_down(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    leaving: &[Leaving],
    state: &mut State,
    ours_only: bool,
) -> Result<(), Failure> {
    let observed = host.observe()?;
    let all: Vec<Stanza> = leaving.iter().flat_map(|one| one.stanzas.iter().cloned()).collect();
    let names: Vec<IfName> = leaving.iter().map(|one| one.name.clone()).collect();
    let was = resolve_only(&configuration_of(stanza::text(&all)), None, &names).wanted;
    let mut going = BTreeMap::new();
    for one in leaving {
        match how(session, one, &was, &observed, &names, ours_only) {
            Verdict::Goes(how) => _ = going.insert(one.name.clone(), how),
            Verdict::IsGone => _ = state.interfaces.remove(one.name.as_str()),
            Verdict::Stays => {}
        }
    }
    let uppers_first: Vec<IfName> =
        lowers_first(&observed).into_iter().rev().filter(|name| going.contains_key(name)).collect();
    let stanzas_of = |name: &IfName| {
        leaving.iter().filter(|one| one.name == *name).flat_map(|one| one.stanzas.clone()).collect::<Vec<_>>()
    };
    for name in &uppers_first {
        session.hooks(&stanzas_of(name), &[Phase::PreDown, Phase::Down])?;
    }
    let now = if session.arguments.has(Flag::NoAct) { observed } else { host.observe()? };
    let plan = plan::down(&now, &going);
    if session.arguments.has(Flag::NoAct) {
        let steps: String = plan.steps.iter().map(|step| format!("{}\n", say::step(&step.change))).collect();
        session.print(&steps)?;
        return uppers_first.iter().try_for_each(|name| session.hooks(&stanzas_of(name), &[Phase::PostDown]).map(drop));
    }
    let log = &mut session.log;
    let outcome = execute_independent(host, &plan, &mut |_, step| log.info(say::step(&step.change)));
    let mut failed = BTreeSet::new();
    for (step, fate) in plan.steps.iter().zip(&outcome.fates) {
        let link = step.change.link();
        match fate {
            Fate::Done => continue,
            Fate::Refused(refusal) => session.log.error(format!("{link}: can't {}: {refusal}", step.change)),
            Fate::Skipped { .. } | Fate::Undone { .. } => {
                session.log.error(format!("{link}: not done: {}", step.change))
            }
        }
        failed.insert(link.clone());
    }
    // Read back: what was accepted and is still there did not go.
    let after = if plan.steps.is_empty() { now } else { host.observe()? };
    let deleted = going.iter().filter(|(name, how)| **how == Going::Delete && !failed.contains(*name));
    for (name, _) in deleted.filter(|(name, _)| after.link(name).is_some()).collect::<Vec<_>>() {
        session.log.error(format!("{name}: it was deleted and is there all the same"));
        failed.insert(name.clone());
    }
    for name in uppers_first.iter().filter(|name| !failed.contains(name)) {
        session.hooks(&stanzas_of(name), &[Phase::PostDown])?;
        state.interfaces.remove(name.as_str());
    }
    Ok(())
}

/// What becomes of an interface.
enum Verdict {
    /// It goes.
    Goes(Going),
    /// It is not there any more.
    IsGone,
    /// It stays, and it is said why.
    Stays,
}

fn how(
    session: &mut Session<'_>,
    one: &Leaving,
    was: &Network,
    observed: &Network,
    leaving: &[IfName],
    ours_only: bool,
) -> Verdict {
    let name = &one.name;
    let Some(found) = observed.link(name) else {
        session.log.debug(format!("{name}: does not exist"));
        return Verdict::IsGone;
    };
    if found.kind == Kind::Loopback {
        session.log.info(format!("{name}: ifupdown2 cannot bring loopback interface down"));
        return Verdict::Stays;
    }
    let addresses = was.link(name).map(|link| link.addresses.clone()).unwrap_or_default();
    let is_made = was.link(name).is_some_and(|link| is_made(&link.kind));
    let device = Device::of(found);
    let remembered = one.device.is_some() && one.device == device;
    let same_kind = was.link(name).is_some_and(|was| are_alike(&was.kind, &found.kind));
    let may_delete = if ours_only || one.device.is_some() { remembered } else { is_made && same_kind };
    if !may_delete {
        if is_made || one.device.is_some() {
            session.log.warning(format!("{name}: others made this device: it is not deleted"));
        }
        return Verdict::Goes(Going::Release(addresses));
    }
    if let Some(why) = in_use(found, was.link(name), observed, leaving)
        && !session.arguments.has(Flag::Force)
    {
        let text = format!("{name}: not taken down: {why}");
        // Whoever asks for it by name is to know that it was not done; a reload goes on with what can be done.
        if ours_only {
            session.log.warning(text);
        } else {
            session.log.error(format!("{text}; --force takes it down all the same"));
        }
        return Verdict::Stays;
    }
    Verdict::Goes(Going::Delete)
}

/// Who would lose something that nobody asked to take away: guests and others whose ports are in a bridge, devices that
/// others put on the link.
fn in_use(found: &Link, was: Option<&Link>, observed: &Network, leaving: &[IfName]) -> Option<String> {
    let own = was.map(lowers).unwrap_or_default();
    let list = |names: Vec<&IfName>| names.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    if let Some(bridge) = found.bridge() {
        // What hardware, bonds and VLAN devices are in it is a file's to say; all else is a guest's, or others'.
        let is_own = |port: &IfName| {
            let of_file = |link: &Link| matches!(link.kind, Kind::Nic | Kind::Bond(_) | Kind::Vlan(_));
            own.contains(port)
                || leaving.contains(port)
                || (!port.is_guest_port() && observed.link(port).is_some_and(of_file))
        };
        let guests: Vec<&IfName> = bridge.ports.iter().filter(|port| !is_own(port)).collect();
        if !guests.is_empty() {
            return Some(format!("guests or others are attached to it: {}", list(guests)));
        }
    }
    let riders: Vec<&IfName> =
        observed.vlans_on(&found.name).map(|link| &link.name).filter(|rider| !leaving.contains(rider)).collect();
    (!riders.is_empty()).then(|| format!("other devices stand on it: {}", list(riders)))
}
