//! What has an address or members is started.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Iface, Severity};

use super::case::has_key;
use super::{Case, codes};
use crate::IfName;

/// Keys of what others stand on, which nobody writes for an interface that is to stay down.
const MEMBERS: [&str; 3] = ["bridge-ports", "bond-slaves", "slaves"];
/// Neither does anybody write these.
const ADDRESSES: [&str; 2] = ["address", "gateway"];

/// What has an address or members is started at boot: neither `auto` nor `allow-hotplug` is easily forgotten, and then
/// nothing is done, by any tool.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut left_out: BTreeSet<&str> = case.resolved.manual.iter().map(IfName::as_str).collect();
    if left_out.is_empty() {
        return Vec::new();
    }
    // What others inherit from is written for them.
    for base in case.ifaces().filter_map(|iface| iface.inherits.as_ref()) {
        left_out.remove(base.text.as_str());
    }
    let chosen = chosen_elsewhere(case);
    let has_work = |iface: &&Iface| has_key(iface, &MEMBERS) || (!chosen && has_key(iface, &ADDRESSES));
    // Each is said once, at its first stanza that has work.
    case.ifaces().filter(has_work).filter(|iface| left_out.remove(iface.name.text.as_str())).map(report).collect()
}

/// Whether a program that is not Bowline chooses among stanzas when an interface starts: any that only has addresses may
/// then be one that it names. wpa_supplicant's networks have `id_str`; a mapping has a script.
fn chosen_elsewhere(case: &Case<'_>) -> bool {
    let maps = case.configuration.stanzas().iter().any(|stanza| stanza.keyword.text == "mapping");
    maps || case.ifaces().any(|iface| has_key(iface, &["wpa-roam"]))
}

fn report(iface: &Iface) -> Diagnostic {
    let name = &iface.name.text;
    Diagnostic::new(codes::UNSTARTED, Severity::Warning, format!("{name} is never started"), iface.name.span)
        .note("it is neither `auto` nor `allow-hotplug`, and nothing that is stands on it: nothing is done for it")
        .help(format!("add `auto {name}` above it, unless you start it by hand"))
}
