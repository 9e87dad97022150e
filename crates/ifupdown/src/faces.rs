//! What `ifreload`, `ifup` and `ifdown` do, in order.

use std::collections::BTreeSet;

use network::{Host, IfName, Kind, Link, Network};
use record::leaving::{Leaving, Now};
use record::{Stanza, State};

use crate::arguments::Flag;
use crate::down::take_down;
use crate::file::File;
use crate::goal::{goal, lowers};
use crate::query::dependencies;
use crate::select::select;
use crate::session::Session;
use crate::up::bring_up;
use crate::{Face, Failure, leave_to_the_system, say};

/// `ifreload`: takes down what the file no longer names, then brings up what it does.
///
/// # Errors
/// When nothing could be done at all.
pub fn reload(session: &mut Session<'_>) -> Result<(), Failure> {
    let _lock = session.lock()?;
    let host = session.open_early();
    let file = session.file()?;
    let old = session.state();
    let mut state = old.clone();
    if file.stanzas().is_empty() {
        session.log.warning("nothing to reload ..exiting.");
        return Ok(());
    }
    let names = names_to_reload(session, &file, &state)?;
    let mut host = host?;
    if session.arguments.has(Flag::SyntaxCheck) {
        return syntax_check(session, &mut *host, &file, &names, &state);
    }
    let only_present = session.arguments.has(Flag::CurrentlyUp) && !session.settings.conf.currently_up_takes_down;
    let mut change = || {
        if !session.arguments.has(Flag::CurrentConfig) && !only_present {
            let leaving = no_longer_named(session, &file, &state);
            if !leaving.is_empty() {
                take_down(session, &mut *host, &leaving, &mut state, true)?;
            }
        }
        if names.is_empty() { Ok(()) } else { bring_up(session, &mut *host, &file, &names, &mut state) }
    };
    let done = change();
    let stands = session.conclude(&file, done.is_err());
    // What was undone was not brought up.
    let done = if stands { finish(session, &old, &state, done) } else { done };
    leave_to_the_system((file, old, state));
    done
}

/// The interfaces of a reload. With `-c`, those that are up; without any there is nothing to do.
fn names_to_reload(session: &Session<'_>, file: &File, state: &State) -> Result<Vec<String>, Failure> {
    let stanzas: Vec<&Stanza> = file.stanzas().iter().collect();
    let mut names = match select(&stanzas, &session.arguments, "") {
        // A file without an `auto` line is no mistake: what it no longer names is taken down all the same.
        Err(Failure::NoneMatch(_)) => Vec::new(),
        other => other?,
    };
    if session.arguments.has(Flag::CurrentlyUp) {
        names.retain(|name| state.interfaces.contains_key(name));
    }
    Ok(names)
}

/// What was brought up and the file does not name any more; and what was a device of the file's making and is to be one
/// that the host has.
fn no_longer_named(session: &mut Session<'_>, file: &File, state: &State) -> Vec<Leaving> {
    let mut out = Vec::new();
    for (leaving, now) in state.no_longer_named(&file.configuration, &file.lines) {
        let (name, arguments) = (&leaving.name, &session.arguments);
        let excluded = arguments.excludes.iter().any(|pattern| pattern.is_match(name.as_str()));
        let of_class = leaving.stanzas.iter().flat_map(|s| &s.classes).any(|c| arguments.classes.contains(c));
        if excluded || (!arguments.classes.is_empty() && !of_class) {
            continue;
        }
        match now {
            Now::Forgotten => {}
            Now::Needed(uppers) => {
                let uppers = uppers.iter().map(IfName::as_str).collect::<Vec<_>>().join(", ");
                session
                    .log
                    .warning(format!("{name}: misconfig ? removed but still exists as a dependency of {uppers}"));
                continue;
            }
            Now::TheHosts => session.log.warning(format!(
                "{name}: moved from being made by the file to a physical interface: it is taken down"
            )),
        }
        out.push(leaving);
    }
    out
}

/// `ifup`.
///
/// # Errors
/// When nothing could be done at all.
pub fn up(session: &mut Session<'_>) -> Result<(), Failure> {
    let _lock = session.lock()?;
    let file = session.file()?;
    let old = session.state();
    let mut state = old.clone();
    let names = select(&file.stanzas().iter().collect::<Vec<_>>(), &session.arguments, "")?;
    if session.arguments.dependency.is_some() {
        return dependencies::print(session, &file, &names);
    }
    let mut host = session.open()?;
    if session.arguments.has(Flag::SyntaxCheck) {
        return syntax_check(session, &mut *host, &file, &names, &state);
    }
    if session.arguments.has(Flag::NoScripts) {
        return admin_state(session, &mut *host, &names, true);
    }
    let done = bring_up(session, &mut *host, &file, &names, &mut state);
    finish(session, &old, &state, done)
}

/// `ifdown`: goes by what was brought up, and by the file for what nobody remembers, or with `-u`.
///
/// # Errors
/// When nothing could be done at all.
pub fn down(session: &mut Session<'_>) -> Result<(), Failure> {
    const HINT: &str = " (interface was probably never up ?)";
    let _lock = session.lock()?;
    let file = session.file()?;
    let old = session.state();
    let mut state = old.clone();
    let by_file = session.arguments.has(Flag::CurrentConfig);
    let remembered = |name: &str| !by_file && old.interfaces.get(name).is_some_and(|saved| !saved.stanzas.is_empty());
    let saved = old.interfaces.values().flat_map(|saved| &saved.stanzas).filter(|stanza| remembered(&stanza.name));
    let fresh = file.stanzas().iter().filter(|stanza| !remembered(&stanza.name));
    let known: Vec<&Stanza> = saved.chain(fresh).collect();
    let mut names = select(&known, &session.arguments, HINT)?;
    if session.arguments.dependency.is_some() {
        return dependencies::print(session, &file, &names);
    }
    let mut host = session.open()?;
    if session.arguments.has(Flag::NoScripts) {
        return admin_state(session, &mut *host, &names, false);
    }
    if session.arguments.has(Flag::WithDepends) || session.arguments.has(Flag::All) {
        add_lowers(&file, &mut names);
    }
    let leaving = names.iter().filter_map(|text| {
        let stanzas = known.iter().filter(|stanza| stanza.name == *text).map(|stanza| (*stanza).clone()).collect();
        let device = old.interfaces.get(text).and_then(|saved| saved.device.clone());
        Some(Leaving { name: IfName::new(text).ok()?, stanzas, device })
    });
    let leaving: Vec<Leaving> = leaving.collect();
    let done = take_down(session, &mut *host, &leaving, &mut state, false);
    finish(session, &old, &state, done)
}

/// With what they stand on, as far as that was made or has a stanza.
fn add_lowers(file: &File, names: &mut Vec<String>) {
    let all = file.lines.interfaces();
    let wanted = network::resolve::resolve_only(&file.configuration, None, &all).wanted;
    let mut seen: BTreeSet<String> = names.iter().cloned().collect();
    let mut queue = names.clone();
    while let Some(text) = queue.pop() {
        let link = IfName::new(&text).ok().and_then(|name| wanted.link(&name));
        for lower in link.map(lowers).unwrap_or_default() {
            if seen.insert(lower.to_string()) {
                names.push(lower.to_string());
                queue.push(lower.to_string());
            }
        }
    }
}

/// Only administratively up or down: no addresses, no hooks, and nothing is remembered.
fn admin_state(session: &mut Session<'_>, host: &mut dyn Host, names: &[String], up: bool) -> Result<(), Failure> {
    let observed = host.observe()?;
    let mut wanted = Network::default();
    for text in names {
        match IfName::new(text) {
            Ok(name) if observed.link(&name).is_some_and(|link| link.kind != Kind::Loopback || up) => {
                wanted.insert(Link { up: Some(up), ..Link::new(name, Kind::Nic) });
            }
            Ok(name) => session.log.info(format!("{name}: left as it is")),
            Err(error) => session.log.error(format!("{text}: {error}")),
        }
    }
    let plan = plan::plan(&wanted, &observed);
    let outcome = guard::execute_independent(host, &plan, &mut |_, _| {});
    for (step, fate) in plan.steps.iter().zip(&outcome.fates) {
        if let guard::Fate::Refused(refusal) = fate {
            session.log.error(format!("{}: can't {}: {refusal}", step.change.link(), step.change));
        }
    }
    Ok(())
}

/// `-s`: only what is wrong with the file.
fn syntax_check(
    session: &mut Session<'_>,
    host: &mut dyn Host,
    file: &File,
    names: &[String],
    state: &State,
) -> Result<(), Failure> {
    let observed = host.observe()?;
    for diagnostic in &goal(session, file, names, &observed, state, None).diagnostics {
        say::diagnostic(file, diagnostic, &mut session.log);
    }
    Ok(())
}

/// Remembers what was done, also when not all of it could be.
fn finish(session: &mut Session<'_>, old: &State, state: &State, done: Result<(), Failure>) -> Result<(), Failure> {
    let saved = if session.arguments.has(Flag::NoAct) { Ok(()) } else { session.save(old, state) };
    let ended = done.and(saved);
    if ended.is_ok() && session.arguments.face != Face::Ifdown {
        session.keep_good();
    }
    ended
}
