//! One default gateway of each family, and one that can be reached.

use std::collections::BTreeMap;
use std::net::IpAddr;

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{Field, Given, Kind, Route};

fn defaults<'a>(case: &Case<'a>) -> Vec<&'a Route> {
    let mut routes: Vec<_> = case.wanted().routes.iter().filter(|route| route.is_default()).collect();
    routes.sort_by_key(|route| case.place(&route.link, Field::Route(route.destination)));
    routes
}

/// The kernel keeps one default route of a metric: a second replaces the first (`NLM_F_REPLACE`).
pub(super) fn one_of_each_family(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut firsts: BTreeMap<_, &Route> = BTreeMap::new();
    let mut found = Vec::new();
    for second in defaults(case) {
        // A VRF has a table of its own.
        let master = case.wanted().link(&second.link).and_then(|link| case.wanted().link(link.master.as_ref()?));
        let vrf = master.filter(|master| matches!(master.kind, Kind::Given(Given::Vrf { .. }))).map(|vrf| &vrf.name);
        let first = *firsts.entry((second.destination, second.metric, vrf)).or_insert(second);
        if first.link == second.link {
            continue;
        }
        let title = format!("{} and {} both have the default gateway", first.link, second.link);
        let at = case.place(&second.link, Field::Route(second.destination));
        let diagnostic = Diagnostic::new(codes::TWO_GATEWAYS, Severity::Error, title, at)
            .label("the second")
            .also(case.place(&first.link, Field::Route(first.destination)), "the first")
            .note("the kernel keeps one default route of a metric: the second would replace the first")
            .help("delete one of the two, or give the lesser one a line such as `metric 100`");
        found.push(diagnostic);
    }
    found
}

/// A gateway is in a subnet of its link. A link with an address alone on its network, or without one, is no typing error.
pub(super) fn within_reach(case: &Case<'_>) -> Vec<Diagnostic> {
    defaults(case).into_iter().filter_map(|route| outside(case, route)).collect()
}

fn outside(case: &Case<'_>, route: &Route) -> Option<Diagnostic> {
    let gateway = route.gateway?;
    let link = case.link(&route.link)?;
    let link_local = matches!(gateway, IpAddr::V6(v6) if v6.is_unicast_link_local());
    let nets: Vec<_> = link.addresses.iter().filter(|a| a.net.addr().is_ipv4() == gateway.is_ipv4()).collect();
    let alone = nets.iter().any(|a| a.net.prefix_len() == a.net.max_prefix_len() || a.peer.is_some());
    if link_local || alone || nets.is_empty() || nets.iter().any(|address| address.net.contains(&gateway)) {
        return None;
    }
    let subnets: Vec<String> = nets.iter().map(|address| address.net.trunc().to_string()).collect();
    let title = format!("the gateway {gateway} is outside of {}'s {}", link.name, subnets.join(" and "));
    let at = case.place(&link.name, Field::Route(route.destination));
    Some(
        Diagnostic::new(codes::GATEWAY_OUTSIDE, Severity::Warning, title, at)
            .note("it is used all the same, as a neighbour on the link; mostly one of the two is mistyped")
            .help("check the `address` line and the `gateway` line"),
    )
}

/// A gateway is another host: the kernel refuses an address of its own (`fib_check_nh`: EINVAL).
pub(super) fn another_host(case: &Case<'_>) -> Vec<Diagnostic> {
    let own = |route: &Route| {
        let (gateway, link) = (route.gateway?, case.link(&route.link)?);
        link.addresses.iter().find(|address| address.net.addr() == gateway).map(|address| (gateway, address.net))
    };
    let routes = defaults(case).into_iter().filter_map(|route| own(route).map(|own| (route, own)));
    routes
        .map(|(route, (gateway, net))| {
            let title = format!("the gateway {gateway} is {}'s own address", route.link);
            let at = case.place(&route.link, Field::Route(route.destination));
            Diagnostic::new(codes::GATEWAY_IS_SELF, Severity::Error, title, at)
                .also(case.place(&route.link, Field::Address(net)), "said here")
                .note("the kernel refuses it, and the host has no default route")
                .help("write the address of the router")
        })
        .collect()
}

/// A gateway is where its address is, not on a slave or port. Where the address is there too, another rule says both.
pub(super) fn not_on_a_member(case: &Case<'_>) -> Vec<Diagnostic> {
    let member = |route: &Route| {
        let link = case.link(&route.link).filter(|link| link.addresses.is_empty())?;
        case.link(link.master.as_ref()?)
    };
    let routes = defaults(case).into_iter().filter_map(|route| member(route).map(|master| (route, master)));
    routes
        .map(|(route, master)| {
            let role = if master.bond().is_some() { "slave" } else { "port" };
            let title = format!("{} has a gateway and is a {role} of {}", route.link, master.name);
            let at = case.place(&route.link, Field::Route(route.destination));
            Diagnostic::new(codes::GATEWAY_ON_MEMBER, Severity::Error, title, at)
                .also(case.membership(&master.name, &route.link), format!("a {role} here"))
                .note(format!("what the gateway answers goes to {}, where nobody asked", master.name))
                .help("move the line to the stanza that has the address")
        })
        .collect()
}
