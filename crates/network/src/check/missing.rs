//! What the file names, the host has.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::resolve::closest;
use crate::{IfName, Kind, Link, Mac};

/// Slaves that the host does not have. A bond starts with those that are there, so only a bond without any can't work.
pub(super) fn slaves(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (link, bond) in case.bonds() {
        let missing: Vec<_> = bond.slaves.iter().filter(|slave| case.is_missing(slave)).collect();
        let all = missing.len() == bond.slaves.len();
        for slave in missing {
            let (severity, note) = if all {
                (Severity::Error, format!("none of {}'s slaves is there: it would have no carrier", link.name))
            } else {
                (Severity::Warning, format!("{} starts with the slaves that are there", link.name))
            };
            let title = format!("{} names the slave {slave}, which the host does not have", link.name);
            let at = case.membership(&link.name, slave);
            let diagnostic = Diagnostic::new(codes::SLAVE_MISSING, severity, title, at).note(note);
            found.push(diagnostic.help(advice(case, slave)));
        }
    }
    found
}

/// Ports that the host does not have.
pub(super) fn ports(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (link, bridge) in case.bridges() {
        for port in bridge.ports.iter().filter(|port| case.is_missing(port)) {
            let title = format!("{} names the port {port}, which the host does not have", link.name);
            let at = case.membership(&link.name, port);
            let diagnostic = Diagnostic::new(codes::PORT_MISSING, Severity::Warning, title, at)
                .note(format!("{} starts with the ports that are there", link.name));
            found.push(diagnostic.help(advice(case, port)));
        }
    }
    found
}

/// Raw devices that neither the host has nor the file makes: the VLAN device can't be made.
pub(super) fn raw_devices(case: &Case<'_>) -> Vec<Diagnostic> {
    let vlans = case.vlans();
    vlans
        .filter(|(_, vlan)| case.is_missing(&vlan.lower))
        .map(|(link, vlan)| {
            let title = format!("{} rides on {}, which the host does not have", link.name, vlan.lower);
            Diagnostic::new(codes::LOWER_MISSING, Severity::Error, title, case.name(&link.name))
                .help(advice(case, &vlan.lower))
        })
        .collect()
}

/// Other interfaces that the host does not have.
pub(super) fn others(case: &Case<'_>) -> Vec<Diagnostic> {
    if case.observed.is_none() {
        return Vec::new();
    }
    let lowers: BTreeSet<&IfName> = case.vlans().map(|(_, vlan)| &vlan.lower).collect();
    case.links()
        .filter(|link| {
            let made = matches!(&link.kind, Kind::Given(given) if given.made_as().is_some());
            matches!(link.kind, Kind::Nic | Kind::Given(_))
                && !made
                && link.master.is_none()
                && !lowers.contains(&link.name)
        })
        .filter(|link| case.is_missing(&link.name))
        .map(|link| {
            let title = format!("the host does not have {}", link.name);
            Diagnostic::new(codes::LINK_MISSING, Severity::Warning, title, case.name(&link.name))
                .note("nothing is done for it until it appears")
                .help(advice(case, &link.name))
        })
        .collect()
}

/// The NIC that was most likely meant, else all that are free.
fn advice(case: &Case<'_>, name: &IfName) -> String {
    if let Some((nic, why)) = renamed(case, name) {
        return format!("{why}: write {nic} in place of {name}");
    }
    let host = case.observed.map(|host| &host.links);
    let named = |nic: &IfName| case.wanted().links.contains_key(nic);
    let free = || {
        let nics = host.into_iter().flat_map(|links| links.values());
        nics.filter(|link| link.kind == Kind::Nic && !named(&link.name)).map(|link| link.name.as_str())
    };
    // A new kernel may add the port to a name, as in enp4s0np0.
    let longer = || free().find(|nic| nic.starts_with(name.as_str()));
    if let Some(nic) = closest(name.as_str(), free()).or_else(longer) {
        return format!("did you mean {nic}? `ip link` lists what there is");
    }
    match free().collect::<Vec<_>>().as_slice() {
        [] => "check the spelling and the cable or card; `ip link` lists what there is".to_owned(),
        free => format!("NICs that the file does not use: {}", free.join(", ")),
    }
}

/// What the host calls that link now, and how that is known: by another name of it, or by a MAC address that the name or
/// the file says.
fn renamed<'a>(case: &Case<'a>, name: &IfName) -> Option<(&'a IfName, String)> {
    let host = &case.observed?.links;
    let nics = || host.values().filter(|link| link.kind == Kind::Nic);
    if let Some(link) = host.values().find(|link| has_altname(link, name)) {
        return Some((&link.name, format!("{name} is but another name of {}", link.name)));
    }
    let mac = case.link(name).and_then(|link| link.mac).or_else(|| named_after(name))?;
    let burnt = |link: &Link| link.facts.as_ref().and_then(|facts| facts.permanent_mac);
    let nic = nics().find(|link| burnt(link) == Some(mac))?;
    Some((&nic.name, format!("the NIC with its MAC address {mac} is {} now", nic.name)))
}

fn has_altname(link: &Link, name: &IfName) -> bool {
    link.facts.as_ref().is_some_and(|facts| facts.altnames.iter().any(|other| other == name.as_str()))
}

/// The MAC address in a name such as enx001122334455 (systemd.net-naming-scheme(7)).
fn named_after(name: &IfName) -> Option<Mac> {
    let digits = name.as_str().strip_prefix("enx").filter(|digits| digits.len() == 12 && digits.is_ascii())?;
    let pairs: Vec<&str> = (0..12).step_by(2).filter_map(|at| digits.get(at..at + 2)).collect();
    pairs.join(":").parse().ok()
}
