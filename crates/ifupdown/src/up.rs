//! Bringing interfaces up: what `ifup` and `ifreload` share.

use std::collections::BTreeSet;

use guard::{Fate, Outcome, execute_independent};
use network::{Host, IfName, Network, Property};
use plan::{Plan, Problem};
use record::State;
use record::remember::{Ran, touched};

use crate::arguments::Flag;
use crate::file::File;
use crate::goal::{self, Goal, goal};
use crate::hooks::{Phase, Tally};
use crate::lease::Leases;
use crate::order::lowers_first;
use crate::session::Session;
use crate::{Failure, leave_to_the_system, say};

/// Brings these interfaces up, with what they stand on: hooks before, the smallest change of the kernel, a look at what
/// came of it, hooks after. What fails for one interface is logged, and does not keep another from being done.
///
/// # Errors
/// When the host can't be read.
pub fn bring_up(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    file: &File,
    names: &[String],
    state: &mut State,
) -> Result<(), Failure> {
    // The kernel tells its links meanwhile.
    let read = goal::read(file, names, state);
    let mut observed = host.observe()?;
    let mut goal_ = goal(session, file, names, &observed, state, Some(read));
    let mut plan = plan::plan(&goal_.wanted, &observed);
    let changing = changing(session, file, &goal_, &plan, &observed, state);
    if run_hooks(session, file, &changing, &[Phase::PreUp])?.run > 0 {
        // They may have made what was missing.
        observed = host.observe()?;
        goal_ = goal(session, file, names, &observed, state, None);
        plan = plan::plan(&goal_.wanted, &observed);
    }
    tell(session, file, &goal_, &plan);
    if session.arguments.has(Flag::NoAct) {
        let steps: String = plan.steps.iter().map(|step| format!("{}\n", say::step(&step.change))).collect();
        session.print(&steps)?;
        return run_hooks(session, file, &changing, &[Phase::Up, Phase::PostUp]).map(drop);
    }
    let log = &mut session.log;
    let outcome = execute_independent(host, &plan, &mut |_, step| log.info(say::step(&step.change)));
    let mut failed = tell_outcome(session, file, &goal_, &plan, &outcome);
    let after = if plan.steps.is_empty() { Ok(observed) } else { host.observe() };
    if after.is_err() {
        unread(session, &plan, &outcome, &changing, state);
    }
    let after = after?;
    tell_differences(session, file, &goal_, &plan, &outcome, &after);
    let there: Vec<IfName> = changing.iter().filter(|name| after.link(name).is_some()).cloned().collect();
    let leases = Leases::of(&plan, &outcome, &after);
    let has_changed = conclude(session, host, file, &there, leases, &mut failed)?;
    let end = if has_changed { Some(host.observe()?) } else { None };
    let changing = changing.into_iter().collect();
    let ran = Ran { changing, failed, with_hooks: true, before_hooks: &after, after: end.as_ref().unwrap_or(&after) };
    state.remember(&goal_.wanted, &file.lines, &ran);
    leave_to_the_system((goal_, plan, after, end));
    Ok(())
}

/// The hooks after: at once for an interface that waits for no lease, for the others as their leases come. Gives whether
/// anything may have changed in the kernel.
fn conclude(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    file: &File,
    there: &[IfName],
    mut leases: Leases,
    failed: &mut BTreeSet<IfName>,
) -> Result<bool, Failure> {
    let mut has_changed = !leases.is_empty();
    let (mut waiting, mut ready): (Vec<_>, Vec<_>) = there.iter().partition(|name| leases.is_for(name));
    loop {
        for name in ready.drain(..) {
            let tally = run_hooks(session, file, std::slice::from_ref(name), &[Phase::Up, Phase::PostUp])?;
            has_changed |= tally.run > 0;
            if tally.failed > 0 {
                failed.insert(name.clone());
            }
        }
        if leases.is_empty() {
            return Ok(has_changed);
        }
        leases.wait(host, session.lease_wait(), &mut session.log)?;
        (waiting, ready) = waiting.into_iter().partition(|name| leases.is_for(name));
    }
}

/// The interfaces whose hooks and scripts run, lowers first: those that change ([`State::has_changed`]), and with `--force`
/// all.
fn changing(
    session: &Session<'_>,
    file: &File,
    goal: &Goal,
    plan: &Plan,
    observed: &Network,
    state: &State,
) -> Vec<IfName> {
    let touched = touched(plan);
    let force = session.arguments.has(Flag::Force);
    let changes = |name: &IfName| force || state.has_changed(name, &file.lines, &touched, observed);
    let has_stanza = |name: &IfName| file.of_name(name.as_str()).next().is_some();
    lowers_first(&goal.wanted).into_iter().filter(|name| has_stanza(name) && changes(name)).collect()
}

fn run_hooks(session: &mut Session<'_>, file: &File, names: &[IfName], phases: &[Phase]) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for name in names {
        let stanzas: Vec<_> = file.of_name(name.as_str()).cloned().collect();
        tally += session.hooks(&stanzas, phases)?;
    }
    Ok(tally)
}

/// Says what is wrong with the file, and what can't be had on this host.
fn tell(session: &mut Session<'_>, file: &File, goal: &Goal, plan: &Plan) {
    for diagnostic in &goal.diagnostics {
        say::diagnostic(file, diagnostic, &mut session.log);
        // ifupdown2 counts a sourced file that is not there as a failure of the whole.
        if diagnostic.code == interfaces::codes::SOURCE_UNREADABLE {
            session.log.fail();
        }
    }
    for name in &goal.held {
        session.log.warning(format!("{name}: left as it is, for the errors in its lines"));
    }
    let named = |link: &IfName, given: &[String]| given.iter().any(|name| name == link.as_str());
    let by_name = session.arguments.names.clone();
    for problem in &plan.problems {
        let place = say::in_brackets(file, &goal.origins, &problem.property());
        let link = &problem.property().link;
        match problem {
            Problem::Missing { link } if named(link, &by_name) => {
                session.log.error(format!("{link}: interface not recognized - please check interface configuration"));
            }
            // The rules for the file have said it, at the line that names it.
            Problem::Missing { .. } => session.log.info(say::about(link.as_str(), &format!("{problem}{place}"))),
            _ => session.log.error(say::about(link.as_str(), &format!("{problem}{place}"))),
        }
    }
}

/// Says what the host refused and what was not done for it; gives the interfaces that this concerns.
fn tell_outcome(
    session: &mut Session<'_>,
    file: &File,
    goal: &Goal,
    plan: &Plan,
    outcome: &Outcome,
) -> BTreeSet<IfName> {
    let mut failed = BTreeSet::new();
    for (step, fate) in plan.steps.iter().zip(&outcome.fates) {
        let link = &step.property.link;
        match fate {
            Fate::Done => continue,
            Fate::Refused(refusal) => {
                let property = guard::at_fault(refusal, step);
                let place = say::in_brackets(file, &goal.origins, &property);
                session.log.error(format!("{link}: can't {}: {refusal}{place}", step.change));
            }
            Fate::Skipped { because } => {
                let other = plan.steps.get(*because).map(|step| step.change.to_string()).unwrap_or_default();
                session.log.error(format!("{link}: not done: {} (it builds on: {other})", step.change));
            }
            Fate::Undone { .. } => session.log.error(format!("{link}: undone again: {}", step.change)),
        }
        failed.insert(link.clone());
        failed.insert(step.change.link().clone());
    }
    for refusal in &outcome.stuck {
        session.log.error(format!("{}: could not be undone: {refusal}", refusal.link));
    }
    if !failed.is_empty() {
        tell_count(session, plan, outcome, "");
    }
    failed
}

fn tell_count(session: &mut Session<'_>, plan: &Plan, outcome: &Outcome, more: &str) {
    let done = outcome.fates.iter().filter(|fate| matches!(fate, Fate::Done)).count();
    let face = session.arguments.face.name();
    session.log.error(format!("{face}: {done} of {} changes were made{more}", plan.steps.len()));
}

/// Nobody knows what came of it. The hooks after have not run; they do when the same is asked for again.
fn unread(session: &mut Session<'_>, plan: &Plan, outcome: &Outcome, changing: &[IfName], state: &mut State) {
    tell_count(session, plan, outcome, ", and what came of them can't be read");
    for name in changing {
        if let Some(saved) = state.interfaces.get_mut(name.as_str()) {
            saved.to_mut().unfinished = true;
        }
    }
}

/// Reads back: says where the host does not show what it accepted.
fn tell_differences(
    session: &mut Session<'_>,
    file: &File,
    goal: &Goal,
    plan: &Plan,
    outcome: &Outcome,
    after: &Network,
) {
    if plan.steps.is_empty() {
        return;
    }
    let undone = plan.steps.iter().zip(&outcome.fates).filter(|(_, fate)| !matches!(fate, Fate::Done));
    let mut said: Vec<Property> = undone.map(|(step, _)| step.property.clone()).collect();
    said.extend(plan.problems.iter().map(Problem::property));
    for difference in plan::differences(&goal.wanted, after) {
        // Of a device that could not be made, nothing else is worth a word.
        let is_lacking = after.link(&difference.property.link).is_none();
        let told = |said: &Property| is_lacking && said.link == difference.property.link;
        if said.contains(&difference.property) || said.iter().any(told) {
            continue;
        }
        let place = say::in_brackets(file, &goal.origins, &difference.property);
        let (link, field) = (&difference.property.link, &difference.property.field);
        let (wanted, found) = (&difference.wanted, &difference.found);
        session.log.error(format!("{link}: {field}: file says {wanted}, kernel has {found}{place}"));
    }
}
