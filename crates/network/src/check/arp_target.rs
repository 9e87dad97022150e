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
/// asks from an address there (`bond_arp_send_all`, `bond_verify_device_path`). Where there is no route at all it asks from
/// 0.0.0.0. That is worth a word only where the answers alone count.
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
    let Some(first) = targets.iter().find(lost) else {
        return targets.first().filter(|_| nets.is_empty()).and_then(|first| without_address(case, link, bond, first));
    };
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

/// The driver warns of it too: "no route to arp_ip_target and arp_validate is set" (`bond_arp_send_all`).
fn without_address(case: &Case<'_>, link: &Link, bond: &Bond, target: &Ipv4Addr) -> Option<Diagnostic> {
    // The two low bits: the active slave's ARP is looked at, the backups' is. With `filter` alone any ARP counts.
    if number(bond, bond::ARP_VALIDATE) & 3 == 0 {
        return None;
    }
    let title = format!("{} has no IPv4 address to ask {target} from, and validates the answers", link.name);
    let at = case.option(&link.name, bond::ARP_VALIDATE);
    Some(
        Diagnostic::new(codes::ARP_TARGET, Severity::Note, title, at)
            .note("it asks from 0.0.0.0; where that is not answered, no other frame shows that a slave is well")
            .help("watch the links with `bond-miimon`, or give the bond or what stands on it an address"),
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
