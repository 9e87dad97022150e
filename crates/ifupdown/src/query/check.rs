//! The file held against the kernel, line by line.

use interfaces::{Severity, Span};
use network::{Field, IfName, Kind, Network};
use plan::Difference;
use record::remember::is_in_switch;

use super::entry::{Entry, Status};
use crate::file::File;
use crate::goal::{Goal, lowers};
use crate::hooks::Phase;
use record::stanza::Stanza;

/// What is not as the file says.
pub struct Findings {
    differences: Vec<Difference>,
    /// Lines with an error, lines whose members are not there, and lines that nobody acts on.
    bad: Vec<Span>,
    ignored: Vec<Span>,
}

impl Findings {
    /// Compares.
    #[must_use]
    pub fn of(goal: &Goal, observed: &Network) -> Self {
        let main = |severity: Severity| {
            let all = goal.diagnostics.iter().filter(move |diagnostic| diagnostic.severity == severity);
            all.filter_map(|diagnostic| Some(diagnostic.labels.first()?.span)).collect::<Vec<Span>>()
        };
        let mut bad = main(Severity::Error);
        for link in goal.wanted.links.values().filter(|link| matches!(link.kind, Kind::Bond(_) | Kind::Bridge(_))) {
            let apart =
                |member: &&IfName| observed.link(member).is_none_or(|found| found.master.as_ref() != Some(&link.name));
            let lowers = lowers(link);
            bad.extend(lowers.iter().filter(apart).filter_map(|member| goal.origins.membership(&link.name, member)));
        }
        let codes = [network::check::codes::UNKNOWN_KEY, network::check::codes::NOT_ACTED_ON];
        let ignored = goal.diagnostics.iter().filter(|diagnostic| codes.contains(&diagnostic.code));
        // One diagnostic has all lines of a stanza that nobody acts on for the same reason.
        let ignored = ignored.flat_map(|diagnostic| &diagnostic.labels).map(|label| label.span).collect();
        Self { differences: plan::differences(&goal.wanted, observed), bad, ignored }
    }
}

/// The stanzas of an interface, checked. What the kernel has and no line speaks of is added to the first.
#[must_use]
pub fn entries(file: &File, name: &str, goal: &Goal, found: &Findings, observed: &Network) -> Vec<Entry> {
    let is_there = |name: &IfName| observed.link(name).is_some() || is_in_switch(observed, name);
    let link = IfName::new(name).ok().filter(is_there);
    let mut out: Vec<Entry> = Vec::new();
    let mut told = vec![false; found.differences.len()];
    for stanza in file.of_name(name) {
        let mut entry = Entry::of(stanza);
        if link.is_none() {
            (entry.is_missing, entry.status) = (true, Status::Fail);
        } else {
            check(&mut entry, stanza, goal, found, &mut told);
        }
        out.push(entry);
    }
    let (Some(link), Some(first)) = (link, out.first_mut()) else { return out };
    for (difference, told) in found.differences.iter().zip(told) {
        if told || difference.property.link != link {
            continue;
        }
        let (key, value) = shown(difference);
        first.add(&key, value, Status::Fail);
        first.status = Status::Fail;
    }
    out
}

fn check(entry: &mut Entry, stanza: &Stanza, goal: &Goal, found: &Findings, told: &mut [bool]) {
    let Some(place) = &stanza.place else { return };
    for ((key, values), spans) in entry.settings.iter_mut().zip(&place.values) {
        let is_hook = Phase::ALL.iter().any(|phase| phase.name() == key);
        for (value, span) in values.iter_mut().zip(spans) {
            let Some(span) = span else { continue };
            if is_hook || found.ignored.iter().any(|ignored| within(*ignored, *span)) {
                entry.status = if entry.status == Status::Unknown { Status::Pass } else { entry.status };
                continue;
            }
            value.status = Status::Pass;
            for (difference, told) in found.differences.iter().zip(told.iter_mut()) {
                let said = goal.origins.said(&difference.property);
                if said.is_some_and(|said| within(said, *span)) {
                    *told = true;
                    value.status = Status::Fail;
                    // What the kernel has says more than what it should have, where it is a value of the same line.
                    if matches!(difference.property.field, Field::Mtu | Field::Mac | Field::Option(_)) {
                        value.value.clone_from(&difference.found);
                    }
                }
            }
            if found.bad.iter().any(|bad| within(*bad, *span)) {
                value.status = Status::Fail;
            }
            entry.status = match (entry.status, value.status) {
                (Status::Fail, _) | (_, Status::Fail) => Status::Fail,
                _ => Status::Pass,
            };
        }
    }
}

fn within(inner: Span, outer: Span) -> bool {
    inner.file == outer.file && outer.start <= inner.start && inner.start < outer.end
}

/// A difference that no line speaks of, as a key and the value that the kernel has.
fn shown(difference: &Difference) -> (String, String) {
    let field = &difference.property.field;
    let value = match field {
        Field::Address(net) => net.to_string(),
        Field::Up => return ("link-down".to_owned(), if difference.found == "up" { "no" } else { "yes" }.to_owned()),
        _ => difference.found.clone(),
    };
    let key = match field {
        Field::Address(_) => "address".to_owned(),
        other => other.to_string(),
    };
    (key, value)
}
