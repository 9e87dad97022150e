//! Nobody else looks after a slave's or port's address.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{Link, Network};

/// A link that is to be a slave or port, and has an IPv4 address with a lifetime now: a client renews it.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let Some(host) = case.observed else { return Vec::new() };
    case.links().filter_map(|link| report(case, host, link)).collect()
}

fn report(case: &Case<'_>, host: &Network, link: &Link) -> Option<Diagnostic> {
    let master = link.master.as_ref()?;
    let now = host.link(&link.name)?;
    let leased = now.addresses.iter().find(|address| address.dynamic && address.net.addr().is_ipv4())?;
    let title = format!("{} belongs to {master}, and something gives it {} now", link.name, leased.net);
    Some(
        Diagnostic::new(codes::ADDRESS_LEASED, Severity::Warning, title, case.membership(master, &link.name))
            .note(
                "the address expires, so a DHCP client renews it, and goes on to though nothing arrives here any more",
            )
            .help(format!(
                "stop the client for {}; NetworkManager, systemd-networkd and dhcpcd are the usual ones",
                link.name
            )),
    )
}
