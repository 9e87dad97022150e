//! A bridge has one way to the network, or a spanning tree. A note, for two ways may well lead to two networks.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::option::bridge;
use crate::{IfName, Kind, Link};

/// Two NICs or bonds in one bridge that lead to one network make a loop.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let open = case.bridges().filter(|(_, bridge)| bridge.options.number(bridge::STP_STATE).unwrap_or(0) == 0);
    open.filter_map(|(link, bridge)| {
        let mut uplinks = bridge.ports.iter().filter_map(|port| Some((port, uplink(case, port)?)));
        let (first, base) = uplinks.next()?;
        let (second, _) = uplinks.find(|(port, other)| *other != base && share(case, first, port))?;
        Some(report(case, link, first, second))
    })
    .collect()
}

/// Whether a frame can come in by the one and leave by the other: on a VLAN-aware bridge, in a VLAN of both.
fn share(case: &Case<'_>, a: &IfName, b: &IfName) -> bool {
    let vlans = |port| case.link(port)?.bridge_port.as_ref()?.vlans.as_ref();
    match (vlans(a), vlans(b)) {
        (Some(a), Some(b)) => a.members.without(&b.members).len() < a.members.len(),
        _ => true,
    }
}

fn report(case: &Case<'_>, bridge: &Link, first: &IfName, second: &IfName) -> Diagnostic {
    let title = format!("{} has two ways out, {first} and {second}, and no spanning tree", bridge.name);
    Diagnostic::new(codes::TWO_UPLINKS, Severity::Note, title, case.membership(&bridge.name, second))
        .also(case.membership(&bridge.name, first), "the first")
        .note("if both lead to the same network, a broadcast goes round for ever")
        .help("bond the two and bridge the bond, or write `bridge-stp on`")
}

/// The bond or NIC that a port leaves the host by; `None` where that is not sure: a name may be anything.
fn uplink<'a>(case: &Case<'a>, port: &'a IfName) -> Option<&'a IfName> {
    let link = case.link(port)?;
    let link = match &link.kind {
        Kind::Vlan(vlan) => case.link(&vlan.lower)?,
        _ => link,
    };
    let sure = match &link.kind {
        Kind::Bond(bond) => !bond.slaves.is_empty(),
        Kind::Nic => is_nic(case, &link.name),
        _ => false,
    };
    sure.then_some(&link.name)
}

/// Whether it is a NIC: the host says so, or a name as udev or the kernel give it to NICs only.
fn is_nic(case: &Case<'_>, name: &IfName) -> bool {
    match case.observed.and_then(|host| host.link(name)) {
        Some(link) => link.kind == Kind::Nic,
        None => ["eno", "enp", "ens", "enx", "eth"].iter().any(|prefix| {
            let rest = name.as_str().strip_prefix(prefix);
            rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_hexdigit()))
        }),
    }
}
