//! The list of rules, and running it.

use interfaces::{Configuration, Diagnostic};

use super::{
    Case, address_on_member, addresses, bond_mode, delays, gateways, membership, missing, monitor, mtu, primary,
    slaves, spanning_tree, unstarted,
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
    addresses::said_once,
    addresses::subnets_apart,
    spanning_tree::rule,
    unstarted::rule,
];

/// Checks a resolved file; `observed` is what the host has, where that is known. In the order of the files.
///
/// What resolving found is in [`Resolved::diagnostics`] and not said again.
#[must_use]
pub fn check(configuration: &Configuration, resolved: &Resolved, observed: Option<&Network>) -> Vec<Diagnostic> {
    let case = Case { configuration, resolved, observed };
    let mut found: Vec<Diagnostic> = ALL.iter().flat_map(|rule| rule(&case)).collect();
    found.sort_by_key(place);
    found
}
