//! Which query a command line asks for.

use std::collections::BTreeSet;

use network::IfName;

use super::entry::{Entry, Status};
use super::print::{self, Words};
use super::{check, dependencies, running, syntax};
use crate::Failure;
use crate::arguments::Flag;
use crate::file::File;
use crate::goal::{base, lowers};
use crate::select::select;
use crate::session::Session;
use record::stanza;

/// `ifquery`.
///
/// # Errors
/// When there is nothing to show.
pub fn query(session: &mut Session<'_>) -> Result<(), Failure> {
    if session.arguments.has(Flag::SyntaxHelp) {
        let text = if session.arguments.json { syntax::json() } else { syntax::native() };
        return session.print(&text);
    }
    if session.arguments.has(Flag::SavedState) {
        return saved_state(session);
    }
    if session.arguments.has(Flag::Running) {
        return what_runs(session);
    }
    let file = session.file()?;
    let names = select(&file.stanzas().iter().collect::<Vec<_>>(), &session.arguments, "")?;
    if session.arguments.dependency.is_some() {
        return dependencies::print(session, &file, &names);
    }
    if session.arguments.has(Flag::List) && !session.arguments.has(Flag::Check) {
        return session.print(&names.iter().map(|name| format!("{name}\n")).collect::<String>());
    }
    let names = with_depends(session, &file, names);
    if session.arguments.has(Flag::Check) {
        return checked(session, &file, &names);
    }
    if session.arguments.has(Flag::Raw) && !session.arguments.json {
        return session.print(&raw(&file, &names));
    }
    let mut entries: Vec<Entry> = names.iter().flat_map(|name| file.of_name(name)).map(Entry::of).collect();
    if session.arguments.has(Flag::WithDefaults) {
        add_defaults(session, &file, &mut entries);
    }
    let text = if session.arguments.json {
        print::json(&entries, None, 4)?
    } else {
        print::native(&with_ranges(&file, &names, entries), None)
    };
    session.print(&text)?;
    // What can't be read of the file is a failure here too, said on the error stream.
    for diagnostic in file.configuration.diagnostics.iter().filter(|d| d.severity == interfaces::Severity::Error) {
        crate::say::diagnostic(&file, diagnostic, &mut session.log);
    }
    Ok(())
}

/// Ranges once and as they are written, as ifupdown2 shows them (`ifquery_ifacename_expand_range=0`).
fn with_ranges(file: &File, names: &[String], entries: Vec<Entry>) -> Vec<Entry> {
    let stanzas = names.iter().flat_map(|name| file.of_name(name));
    let shown = entries.into_iter().zip(stanzas).filter_map(|(entry, stanza)| match &stanza.range {
        None => Some(entry),
        Some(range) => range.is_first.then(|| Entry { name: range.text.clone(), ..entry }),
    });
    shown.collect()
}

/// `-w`: each followed by what it stands on, as far as that has a stanza.
fn with_depends(session: &Session<'_>, file: &File, names: Vec<String>) -> Vec<String> {
    if !session.arguments.has(Flag::WithDepends) || session.arguments.has(Flag::All) {
        return names;
    }
    let all = file.lines.interfaces();
    let wanted = network::resolve::resolve_only(&file.configuration, None, &all).wanted;
    let (mut out, mut seen) = (Vec::new(), BTreeSet::new());
    let mut queue: Vec<String> = names.into_iter().rev().collect();
    while let Some(name) = queue.pop() {
        if file.of_name(&name).next().is_none() || !seen.insert(name.clone()) {
            continue;
        }
        let link = IfName::new(&name).ok().and_then(|name| wanted.link(&name));
        queue.extend(link.map(lowers).unwrap_or_default().iter().rev().map(ToString::to_string));
        out.push(name);
    }
    out
}

fn checked(session: &mut Session<'_>, file: &File, names: &[String]) -> Result<(), Failure> {
    let state = session.state();
    let observed = session.open()?.observe()?;
    let goal = base(file, names, &observed, &state);
    let findings = check::Findings::of(&goal, &observed);
    let entries: Vec<Entry> =
        names.iter().flat_map(|name| check::entries(file, name, &goal, &findings, &observed)).collect();
    let words = Words::of(&session.settings.conf);
    let text = if session.arguments.json {
        print::json(&entries, Some(words), 2)?
    } else {
        print::native(&entries, Some(words))
    };
    session.print(&text)?;
    if entries.iter().any(|entry| entry.status == Status::Fail) {
        // The output has said it.
        session.log.fail();
    }
    Ok(())
}

fn what_runs(session: &mut Session<'_>) -> Result<(), Failure> {
    let observed = session.open()?.observe()?;
    let names = &session.arguments.names;
    let unknown = names.iter().filter(|name| IfName::new(name).map_or(true, |name| observed.link(&name).is_none()));
    let unknown: Vec<String> = unknown.cloned().collect();
    let links =
        observed.links.values().filter(|link| names.is_empty() || names.iter().any(|n| n == link.name.as_str()));
    let entries: Vec<Entry> = links.map(|link| running::entry(&observed, link)).collect();
    // Of one that the kernel does not have ifupdown2 says nothing, and succeeds.
    for name in unknown {
        session.log.info(format!("{name}: the kernel has no such interface"));
    }
    if entries.is_empty() {
        return Ok(());
    }
    let text = if session.arguments.json { print::json(&entries, None, 2)? } else { print::native(&entries, None) };
    session.print(&text)
}

fn raw(file: &File, names: &[String]) -> String {
    let mut out = String::new();
    for stanza in names.iter().flat_map(|name| file.of_name(name)) {
        if stanza.auto {
            out += &format!("auto {}\n", stanza.name);
        }
        for (number, line) in stanza::raw(&file.configuration, stanza).iter().enumerate() {
            out += &format!("{}{line}\n", if number == 0 { "" } else { "  " });
        }
    }
    out
}

/// What the policy files add to the first stanza of each.
fn add_defaults(session: &Session<'_>, file: &File, entries: &mut [Entry]) {
    let mut seen = BTreeSet::new();
    for entry in entries {
        if !seen.insert(entry.name.clone()) {
            continue;
        }
        for (key, value) in file.defaults(&session.settings.policy, &entry.name) {
            entry.add(&key, value, Status::Unknown);
        }
    }
}

fn saved_state(session: &mut Session<'_>) -> Result<(), Failure> {
    let state = session.state();
    let names = &session.arguments.names;
    let saved = state.interfaces.iter().filter(|(name, _)| names.is_empty() || names.contains(name));
    let entries: Vec<Entry> = saved.flat_map(|(_, saved)| &saved.stanzas).map(Entry::of).collect();
    let text = print::native(&entries, None);
    session.print(&text)
}
