//! Bringing interfaces up: what `ifup` and `ifreload` share.

use std::collections::BTreeSet;

use guard::{Fate, execute_independent};
use network::{Host, IfName, Network, Property};
use plan::{Plan, Problem};
use record::State;
use record::remember::{Ran, touched};

use crate::arguments::Flag;
use crate::done::Done;
use crate::file::File;
use crate::goal::{self, Goal, goal};
use crate::hooks::{Phase, Tally};
use crate::lease::Leases;
use crate::once::Once;
use crate::session::Session;
use crate::waves::Waves;
use crate::{Failure, leave_to_the_system, say};
use plan::lowers_first;

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
    session.about_to_change(plan.steps.len(), plan.impact())?;
    let changing = changing(session, file, &goal_, &plan, &observed, state);
    let waves = waves(session, file, &goal_, &plan, &observed, &changing);
    let mut done = Done::default();
    for wave in 0..=waves.last() {
        let own: Vec<IfName> = changing.iter().filter(|name| waves.has(wave, name)).cloned().collect();
        let hooks = run_hooks(session, file, &own, &[Phase::PreUp])?;
        // Hooks may have made what was missing.
        if hooks.run > 0 || (wave > 0 && !session.arguments.has(Flag::NoAct)) {
            observed = look(session, host, &done, &changing, state)?;
        }
        if hooks.run > 0 || wave > 0 {
            goal_ = goal(session, file, names, &observed, state, None);
        }
        if wave < waves.last() {
            let part = plan::plan(&waves.narrow(wave, &goal_.wanted), &observed);
            session.about_to_change(part.steps.len(), part.impact())?;
            carry_out(session, host, file, &goal_, part, &mut observed, &mut done)?;
        } else if hooks.run > 0 || wave > 0 {
            plan = plan::plan(&goal_.wanted, &observed);
            session.about_to_change(plan.steps.len(), plan.impact())?;
        }
    }
    tell(session, file, &goal_, &plan);
    carry_out(session, host, file, &goal_, plan, &mut observed, &mut done)?;
    if session.arguments.has(Flag::NoAct) {
        return run_hooks(session, file, &changing, &[Phase::Up, Phase::PostUp]).map(drop);
    }
    done.tell_count(session, "");
    let is_done = done.last().is_none_or(|(plan, _)| plan.steps.is_empty());
    let after = if is_done { observed } else { look(session, host, &done, &changing, state)? };
    tell_differences(session, file, &goal_, &done, &after);
    let there: Vec<IfName> = changing.iter().filter(|name| after.link(name).is_some()).cloned().collect();
    let leases = Leases::of(&done.runs, &after);
    let mut failed = done.failed;
    let has_changed = conclude(session, host, file, &there, leases, &mut failed)?;
    let end = if has_changed { Some(host.observe()?) } else { None };
    let changing = changing.into_iter().collect();
    let ran = Ran { changing, failed, with_hooks: true, before_hooks: &after, after: end.as_ref().unwrap_or(&after) };
    state.remember(&goal_.wanted, &file.lines, &ran);
    leave_to_the_system((goal_, done.runs, after, end));
    Ok(())
}

/// Where the plan has to be cut for `pre-up` hooks.
fn waves(
    session: &mut Session<'_>,
    file: &File,
    goal: &Goal,
    plan: &Plan,
    observed: &Network,
    changing: &[IfName],
) -> Waves {
    let mut has_hooks = |name: &&IfName| {
        let stanzas: Vec<_> = file.of_name(name.as_str()).cloned().collect();
        session.has_hooks(&stanzas, Phase::PreUp)
    };
    let hooked: BTreeSet<IfName> = changing.iter().filter(&mut has_hooks).cloned().collect();
    if hooked.is_empty() {
        return Waves::default();
    }
    Waves::new(&goal.wanted, observed, &touched(plan), &hooked)
}

/// Looks at the host after changes. If that can't be, nobody knows what came of them. The hooks after have not run; they do
/// when the same is asked for again.
fn look(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    done: &Done,
    changing: &[IfName],
    state: &mut State,
) -> Result<Network, Failure> {
    let looked = host.observe();
    if looked.is_err() && done.runs.iter().any(|(plan, _)| !plan.steps.is_empty()) {
        done.say_count(session, ", and what came of them can't be read");
        for name in changing {
            if let Some(saved) = state.interfaces.get_mut(name.as_str()) {
                saved.to_mut().unfinished = true;
            }
        }
    }
    Ok(looked?)
}

/// Carries a plan out, and says what of it was refused; with `-n` prints it, and takes it for done.
fn carry_out(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    file: &File,
    goal: &Goal,
    plan: Plan,
    observed: &mut Network,
    done: &mut Done,
) -> Result<(), Failure> {
    if session.arguments.has(Flag::NoAct) {
        let steps: String = plan.steps.iter().map(|step| format!("{}\n", say::step(&step.change))).collect();
        plan.steps.iter().for_each(|step| plan::apply(observed, &step.change));
        return session.print(&steps);
    }
    let log = &mut session.log;
    let mut host = Once { host, runs: &done.runs };
    let outcome = execute_independent(&mut host, &plan, &mut |_, step| log.info(say::step(&step.change)));
    done.add(session, file, goal, plan, outcome);
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

/// Reads back: says where the host does not show what it accepted.
fn tell_differences(session: &mut Session<'_>, file: &File, goal: &Goal, done: &Done, after: &Network) {
    let Some((plan, outcome)) = done.last().filter(|(plan, _)| !plan.steps.is_empty()) else { return };
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
