//! The article's files, rehearsed.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

use std::time::Duration;

use drill::{Fault, Rehearsal, Report, Setup, SwitchSide, imagine, rehearse};
use network::{Network, resolve};

const SINGLE_NIC: &str = include_str!("../../../examples/single-nic/interfaces");
const ACTIVE_BACKUP: &str = include_str!("../../../examples/active-backup/interfaces");
const LACP: &str = include_str!("../../../examples/lacp/interfaces");
const VLAN_AWARE: &str = include_str!("../../../examples/lacp-vlan-aware/interfaces");
const STORAGE: &str = include_str!("../../../examples/guests-and-storage/interfaces");

fn wanted(text: &str) -> Network {
    resolve(&interfaces::Configuration::of("interfaces", text.as_bytes().to_vec())).wanted
}

fn setup(wanted: &Network, side: SwitchSide) -> Setup {
    imagine(wanted, None, side, Duration::ZERO)
}

fn report(before: Option<&str>, text: &str, side: SwitchSide) -> Report {
    let (wanted, before) = (self::wanted(text), before.map(self::wanted));
    let setup = setup(&wanted, side);
    rehearse(&Rehearsal { setup: &setup, before: before.as_ref(), wanted: &wanted, break_things: true, seed: 1 })
        .unwrap()
}

/// The worst that any flow loses while something is broken; none for "until it is back".
fn worst(report: &Report, is: impl Fn(&Fault) -> bool) -> Option<Duration> {
    let broken = report.faults.iter().filter(|broken| is(&broken.fault));
    let lost: Vec<_> = broken.flat_map(|broken| &broken.lost).collect();
    if lost.iter().any(|lost| lost.lasts) {
        return None;
    }
    Some(lost.iter().map(|lost| lost.out.max(lost.in_)).max().unwrap_or_default())
}

fn is_cable(fault: &Fault) -> bool {
    matches!(fault, Fault::Cable { .. })
}

#[test]
fn every_example_comes_up_and_comes_back_from_every_fault() {
    for text in [SINGLE_NIC, ACTIVE_BACKUP, LACP, VLAN_AWARE, STORAGE] {
        let report = report(None, text, SwitchSide::Fitting);
        let applied = &report.applied;
        assert!(applied.whole_after.is_some(), "{:?} {:?}", applied.never_through, applied.events);
        assert!(report.faults.len() >= 3 && report.flows.len() >= 2);
        for broken in &report.faults {
            assert!(broken.stays_away.is_empty(), "{}: {:?}", broken.fault, broken.stays_away);
        }
        assert_eq!(worst(&report, |fault| matches!(fault, Fault::Switch { .. })), None, "there is but one switch");
    }
}

#[test]
fn one_cable_is_a_single_point_of_failure_and_two_are_not() {
    assert_eq!(worst(&report(None, SINGLE_NIC, SwitchSide::Fitting), is_cable), None);
    let active_backup = worst(&report(None, ACTIVE_BACKUP, SwitchSide::Fitting), is_cable).unwrap();
    // 10 ms until the NIC sees it, then miimon's tick.
    assert!(
        active_backup > Duration::from_millis(10) && active_backup <= Duration::from_millis(111),
        "{active_backup:?}"
    );
    let lacp = worst(&report(None, LACP, SwitchSide::Fitting), is_cable).unwrap();
    assert!(lacp <= Duration::from_millis(12), "both ends see it at once: {lacp:?}");
}

#[test]
fn a_nic_that_hangs_is_found_by_lacp_and_not_by_miimon() {
    let hangs = |fault: &Fault| matches!(fault, Fault::Nic { .. });
    assert_eq!(worst(&report(None, ACTIVE_BACKUP, SwitchSide::Fitting), hangs), None);
    let lacp = worst(&report(None, LACP, SwitchSide::Fitting), hangs).unwrap();
    assert!(
        lacp > Duration::from_secs(1) && lacp <= Duration::from_millis(4200),
        "three seconds at the fast rate: {lacp:?}"
    );
}

#[test]
fn the_way_from_one_nic_to_a_bond_is_dark_while_the_link_comes_up() {
    let report = report(Some(SINGLE_NIC), ACTIVE_BACKUP, SwitchSide::Fitting);
    assert!(report.applied.locked_out.is_empty() && report.applied.from_running);
    let dark: Vec<_> = report.applied.steps.iter().filter(|step| !step.lost.is_empty()).collect();
    assert!(!dark.is_empty());
    assert!(dark.iter().all(|step| step.lost.iter().all(|lost| !lost.lasts)), "{dark:#?}");
}

#[test]
fn a_static_group_at_the_switch_is_no_partner_for_lacp() {
    let report = report(None, LACP, SwitchSide::Static);
    // One slave is used, and the switch sends by both.
    let lost = report.applied.never_through.len();
    assert!(lost > 0, "{:?}", report.applied.events);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let wanted = wanted(LACP);
        let setup = setup(&wanted, SwitchSide::Fitting);
        let rehearsal = Rehearsal { setup: &setup, before: None, wanted: &wanted, break_things: true, seed };
        format!("{:?}", rehearse(&rehearsal).unwrap())
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8), "the moments of the faults are the seed's");
}
