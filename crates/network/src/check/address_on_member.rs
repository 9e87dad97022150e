//! A slave or a port has no address of its own: what arrives on it goes to the bond or bridge.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{Field, Link};

/// No address on a slave or a port. Link-local IPv6 is the kernel's own and not said in files.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.links().filter_map(|link| report(case, link)).collect()
}

fn report(case: &Case<'_>, link: &Link) -> Option<Diagnostic> {
    let master = case.link(link.master.as_ref()?)?;
    let address = link.addresses.first()?;
    let (code, role, taker) = match master.bond() {
        Some(_) => (codes::ADDRESS_ON_SLAVE, "slave of the bond", "bond"),
        None if master.bridge().is_some() => (codes::ADDRESS_ON_PORT, "port of the bridge", "bridge"),
        // What is in a VRF has its addresses there.
        None => return None,
    };
    // A bond in a bridge hands its frames on: the address belongs at the top.
    let top = top(case, master);
    let at = case.place(&link.name, Field::Address(address.net));
    let title = format!("{} has an address and is a {role} {}", link.name, master.name);
    let line = format!("address {}", address.net);
    Some(
        Diagnostic::new(code, Severity::Error, title, at)
            .also(case.membership(&master.name, &link.name), format!("it belongs to {} here", master.name))
            .note(format!(
                "every frame that arrives on {} goes to the {taker}: nobody answers at this address",
                link.name
            ))
            .help(format!("move `{line}`, and its `gateway` if it has one, into the stanza of {}", top.name)),
    )
}

fn top<'a>(case: &Case<'a>, link: &'a Link) -> &'a Link {
    let next = link.master.as_ref().and_then(|master| case.link(master));
    match next {
        Some(bridge) if bridge.bridge().is_some() && bridge.name != link.name => bridge,
        _ => link,
    }
}
