//! Taking interfaces down: `ifdown`, and what `ifreload` does with what the file no longer names.

use std::collections::{BTreeMap, BTreeSet};

use guard::{Fate, execute_independent};
use network::{Going, Host, IfName};
use record::State;
use record::leaving::{Leaving, Verdict, as_brought_up, verdict};

use crate::arguments::Flag;
use crate::hooks::Phase;
use crate::session::Session;
use crate::{Failure, say};
use plan::lowers_first;

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
    let was = as_brought_up(leaving);
    let mut going = BTreeMap::new();
    for one in leaving {
        let verdict = verdict(one, leaving, &was, &observed, ours_only);
        tell(session, &one.name, &verdict, ours_only);
        if verdict == Verdict::IsGone {
            state.interfaces.remove(one.name.as_str());
        }
        if let Some(how) = verdict.going(session.arguments.has(Flag::Force)) {
            going.insert(one.name.clone(), how);
        }
    }
    let uppers_first = lowers_first(&observed).into_iter().rev().filter(|name| going.contains_key(name));
    // What Open vSwitch keeps to itself is no link.
    let no_links = going.keys().filter(|name| observed.link(name).is_none()).cloned();
    let uppers_first: Vec<IfName> = no_links.chain(uppers_first).collect();
    let stanzas_of = |name: &IfName| {
        leaving.iter().filter(|one| one.name == *name).flat_map(|one| one.stanzas.clone()).collect::<Vec<_>>()
    };
    let first = plan::down(&observed, &going);
    session.about_to_change(first.steps.len(), first.impact())?;
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

/// Says what is not as one would think.
fn tell(session: &mut Session<'_>, name: &IfName, verdict: &Verdict, ours_only: bool) {
    let forced = session.arguments.has(Flag::Force);
    let log = &mut session.log;
    match verdict {
        Verdict::IsGone => log.debug(format!("{name}: does not exist")),
        Verdict::Loopback => log.info(format!("{name}: ifupdown2 cannot bring loopback interface down")),
        Verdict::Release { others: true, .. } => {
            log.warning(format!("{name}: others made this device: it is not deleted"));
        }
        // Whoever asks for it by name is to know that it was not done; a reload goes on with what can be done.
        Verdict::InUse(why) if ours_only && !forced => log.warning(format!("{name}: not taken down: {why}")),
        Verdict::InUse(why) if !forced => {
            log.error(format!("{name}: not taken down: {why}; --force takes it down all the same"));
        }
        Verdict::InUse(_) | Verdict::Delete | Verdict::Release { .. } => {}
    }
}
