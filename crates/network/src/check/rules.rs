//! The list of rules, and running it.

use interfaces::{Configuration, Diagnostic};

use super::{
    Case, address_on_member, addresses, aggregators, arp_target, bond_mode, bridged_bond, delays, gateways, hash,
    leased, macs, membership, min_links, missing, monitor, mtu, nic_vlans, primary, primary_flaps, slaves,
    spanning_tree, speeds, unstarted, uplinks, vlan_devices,
};
use crate::Network;
use crate::resolve::{Resolved, place};

/// A rule: what it finds in a case.
pub type Rule = fn(&Case<'_>) -> Vec<Diagnostic>;

/// Every rule.
pub const ALL: &[Rule] = &[
    membership::one_master_each,
    membership::no_loops,
    address_on_member::rule,
    primary::rule,
    bond_mode::mode_is_said,
    bond_mode::options_fit_the_mode,
    monitor::there_is_one,
    monitor::there_are_not_two,
    monitor::carrier_is_used,
    delays::rule,
    slaves::rule,
    missing::slaves,
    missing::ports,
    missing::raw_devices,
    missing::others,
    mtu::rule,
    gateways::one_of_each_family,
    gateways::within_reach,
    gateways::another_host,
    gateways::not_on_a_member,
    addresses::said_once,
    addresses::subnets_apart,
    addresses::of_a_host,
    spanning_tree::rule,
    unstarted::rule,
    arp_target::rule,
    primary_flaps::rule,
    hash::rule,
    aggregators::rule,
    min_links::rule,
    bridged_bond::not_by_turns,
    bridged_bond::in_order,
    bridged_bond::no_rewriting,
    bridged_bond::the_bridge_keeps_its_mac,
    vlan_devices::one_each,
    vlan_devices::not_the_untagged,
    vlan_devices::not_on_a_slave,
    vlan_devices::not_beside_the_bridge,
    vlan_devices::carried,
    vlan_devices::guests_carried,
    nic_vlans::rule,
    uplinks::rule,
    macs::said_once,
    macs::not_anothers,
    macs::of_a_slave,
    speeds::rule,
    leased::rule,
];

/// Checks a resolved file; `observed` is what the host has, where that is known. In the order of the files.
///
/// What resolving found is in [`Resolved::diagnostics`] and not said again.
#[must_use]
pub fn check(configuration: &Configuration, resolved: &Resolved, observed: Option<&Network>) -> Vec<Diagnostic> {
    let case = Case::new(configuration, resolved, observed);
    let mut found: Vec<Diagnostic> = ALL.iter().flat_map(|rule| rule(&case)).collect();
    found.sort_by_key(place);
    found
}
