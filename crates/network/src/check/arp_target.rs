//! The ARP monitor asks for addresses that can answer.

use std::net::Ipv4Addr;

use interfaces::{Diagnostic, Severity};
use ipnet::IpNet;

use super::case::number;
use super::stack::Uppers;
use super::{Case, codes};
use crate::option::bond;
use crate::{Bond, Link, Value};

/// Each target is in a subnet of the bond, or of something that stands on it: the driver looks for the target's route and
/// asks from an address there (`bond_arp_send_all`, `bond_verify_device_path`). Where there is no route at all it asks
/// without an address, which neighbours answer, so nothing is said then.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    // Which of two monitors would run is not said, and another rule says so.
    let by_arp = |bond: &Bond| number(bond, bond::ARP_INTERVAL) != 0 && number(bond, bond::MIIMON) == 0;
    let watching: Vec<_> = case.bonds().filter(|(_, bond)| by_arp(bond)).collect();
    if watching.is_empty() {
        return Vec::new();
    }
    let uppers = Uppers::of(case);
    watching.into_iter().filter_map(|(link, bond)| report(case, &uppers, link, bond)).collect()
}

fn report(case: &Case<'_>, uppers: &Uppers<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let Some(Value::Ipv4s(targets)) = bond.options.get(bond::ARP_IP_TARGET) else { return None };
    let mut links = uppers.all(&link.name);
    links.push(link);
    // Where DHCP or somebody else gives addresses, the file does not say what can be reached.
    if links.iter().any(|link| !link.addressing.v4) {
        return None;
    }
    let nets: Vec<IpNet> = links.iter().flat_map(|link| &link.addresses).map(|address| address.net).collect();
    let nets: Vec<IpNet> = nets.into_iter().filter(|net| net.addr().is_ipv4()).collect();
    let lost = |target: &&Ipv4Addr| !nets.iter().any(|net| reaches(net, target)) && is_routed(case, target);
    let first = targets.iter().find(lost)?;
    let title = match nets.is_empty() {
        true => format!("{} has no IPv4 address to ask {first} from, and nothing on it has", link.name),
        false => format!("the ARP target {first} is in no subnet of {} or of what stands on it", link.name),
    };
    let at = case.option(&link.name, bond::ARP_IP_TARGET);
    Some(
        Diagnostic::new(codes::ARP_TARGET, Severity::Warning, title, at)
            .note("nobody answers an ARP question for another network, and then the slaves count as down")
            .help(
                "take a target in a subnet of the bond or of the bridge on it, or watch the links with `bond-miimon`",
            ),
    )
}

fn reaches(net: &IpNet, target: &Ipv4Addr) -> bool {
    let own = std::net::IpAddr::V4(*target);
    net.contains(&own) && net.addr() != own
}

/// Whether the host has a route to it, by any link.
fn is_routed(case: &Case<'_>, target: &Ipv4Addr) -> bool {
    let target = std::net::IpAddr::V4(*target);
    let by_gateway = case.wanted().routes.iter().any(|route| route.destination.contains(&target));
    by_gateway || case.links().flat_map(|link| &link.addresses).any(|address| address.net.contains(&target))
}
