//! Each link belongs to one bond or bridge, and none stands on itself.

use interfaces::{Diagnostic, Severity};
use rustc_hash::FxHashSet;

use super::stack::stands_on;
use super::{Case, codes};
use crate::{IfName, Link};

fn kind(link: &Link) -> &'static str {
    if link.bond().is_some() { "bond" } else { "bridge" }
}

/// A link is in one bond or in one bridge (`IFLA_MASTER` is one number).
pub(super) fn one_master_each(case: &Case<'_>) -> Vec<Diagnostic> {
    let masters = case.bonds().map(|(link, _)| link).chain(case.bridges().map(|(link, _)| link));
    let mut claims: Vec<(&IfName, &Link)> =
        masters.flat_map(|master| stands_on(master).iter().map(move |member| (member, master))).collect();
    claims.sort_by_key(|(member, _)| *member);
    let several = claims.chunk_by(|a, b| a.0 == b.0).filter(|claims| claims.len() > 1);
    several.flat_map(|claims| two_claims(case, claims[0].0, claims.iter().map(|claim| claim.1).collect())).collect()
}

fn two_claims(case: &Case<'_>, member: &IfName, mut masters: Vec<&Link>) -> Vec<Diagnostic> {
    masters.sort_by_key(|master| case.membership(&master.name, member));
    let first = masters.remove(0);
    let report = |second: &Link| {
        let at = case.membership(&second.name, member);
        let (code, title, help) = match (first.bond().or(second.bond()), first.bridge().or(second.bridge())) {
            (Some(_), Some(_)) => {
                let (bond, bridge) = if first.bond().is_some() { (first, second) } else { (second, first) };
                let help = format!("write `bridge-ports {}` for {}, without {member}", bond.name, bridge.name);
                (codes::BONDED_AND_BRIDGED, format!("{member} is both in a bond and in a bridge"), help)
            }
            _ => {
                let help = format!("take {member} out of {} or out of {}", first.name, second.name);
                (codes::TWO_MASTERS, format!("{member} is in two {}s", kind(first)), help)
            }
        };
        Diagnostic::new(code, Severity::Error, title, at)
            .label(format!("put into the {} {} here", kind(second), second.name))
            .also(case.membership(&first.name, member), format!("and into the {} {} here", kind(first), first.name))
            .note("a link belongs to one bond or one bridge; the kernel refuses the second")
            .help(help)
    };
    masters.into_iter().map(report).collect()
}

/// Nothing stands on itself, and a bridge is no port of a bridge (`br_add_if`: ELOOP).
pub(super) fn no_loops(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (bridge, body) in case.bridges() {
        let inner = body.ports.iter().filter(|port| **port != bridge.name && is_bridge(case, port));
        found.extend(inner.map(|port| {
            let title = format!("{port} is a bridge, and can't be a port of the bridge {}", bridge.name);
            Diagnostic::new(codes::LOOP, Severity::Error, title, case.membership(&bridge.name, port))
                .note("the kernel refuses a bridge in a bridge")
                .help(format!("put what {port} stands on into {} instead", bridge.name))
        }));
    }
    found.extend(circles(case).iter().filter_map(|circle| stands_on_itself(case, circle)));
    found
}

fn stands_on_itself(case: &Case<'_>, circle: &[IfName]) -> Option<Diagnostic> {
    let (name, lower) = (circle.first()?, circle.get(1).or(circle.first())?);
    let way: Vec<String> = circle.iter().skip(1).chain([name]).map(ToString::to_string).collect();
    let title = format!("{name} stands on itself");
    let diagnostic = Diagnostic::new(codes::LOOP, Severity::Error, title, case.membership(name, lower))
        .note(format!("{name} stands on {}", way.join(", which stands on ")))
        .help("take one of them out of its list of slaves or ports");
    Some(diagnostic)
}

fn is_bridge(case: &Case<'_>, name: &IfName) -> bool {
    case.link(name).is_some_and(|link| link.bridge().is_some())
}

/// The circles among the links, each from its first name on: a walk downwards that meets each link once.
fn circles(case: &Case<'_>) -> Vec<Vec<IfName>> {
    let lower = |name: &IfName, n: usize| case.link(name).and_then(|link| stands_on(link).get(n));
    let mut done: FxHashSet<&IfName> = FxHashSet::default();
    let mut found = Vec::new();
    // The way down to here: each name with the number of the next one to visit below it. Both are empty at the end of it.
    let mut way: Vec<(&IfName, usize)> = Vec::new();
    let mut on_the_way: FxHashSet<&IfName> = FxHashSet::default();
    // What stands on nothing is in no circle.
    for start in case.links().filter(|link| !stands_on(link).is_empty()).map(|link| &link.name) {
        if !done.contains(start) {
            way.push((start, 0));
            on_the_way.insert(start);
        }
        while let Some((name, next)) = way.last_mut() {
            let below = lower(name, *next);
            *next += 1;
            match below {
                None => {
                    on_the_way.remove(*name);
                    done.insert(*name);
                    way.pop();
                }
                Some(below) if on_the_way.contains(below) => {
                    let from = way.iter().position(|(name, _)| *name == below).unwrap_or_default();
                    found.push(way[from..].iter().map(|(name, _)| (*name).clone()).collect());
                }
                Some(below) if !done.contains(below) => {
                    way.push((below, 0));
                    on_the_way.insert(below);
                }
                Some(_) => {}
            }
        }
    }
    found
}
