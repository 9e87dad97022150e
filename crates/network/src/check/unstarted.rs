//! What has an address or members is started.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Iface, Kind, Severity};

use super::{Case, codes};
use crate::IfName;

/// Keys that nobody writes for an interface that is to stay down.
const WORK: [&str; 5] = ["address", "gateway", "bridge-ports", "bond-slaves", "slaves"];

/// What has an address or members is started at boot: neither `auto` nor `allow-hotplug` is easily forgotten, and then
/// nothing is done, by any tool.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let stanzas = case.configuration.stanzas();
    let ifaces =
        || stanzas.iter().filter_map(|stanza| if let Kind::Iface(iface) = &stanza.kind { Some(iface) } else { None });
    let mut left_out: BTreeSet<&str> = case.resolved.manual.iter().map(IfName::as_str).collect();
    // What others inherit from is written for them.
    for base in ifaces().filter_map(|iface| iface.inherits.as_ref()) {
        left_out.remove(base.text.as_str());
    }
    // Each is said once, at its first stanza that has work.
    ifaces().filter(|iface| has_work(iface) && left_out.remove(iface.name.text.as_str())).map(report).collect()
}

fn has_work(iface: &Iface) -> bool {
    iface.settings.iter().any(|setting| WORK.contains(&setting.key.text.replace('_', "-").as_str()))
}

fn report(iface: &Iface) -> Diagnostic {
    let name = &iface.name.text;
    Diagnostic::new(codes::UNSTARTED, Severity::Warning, format!("{name} is never started"), iface.name.span)
        .note("it is neither `auto` nor `allow-hotplug`, and nothing that is stands on it: nothing is done for it")
        .help(format!("add `auto {name}` above it, unless you start it by hand"))
}
