//! `status` of networks made by hand: what people see.

mod common;

use bowline::{ExitCode, Look};
use common::{Fake, networks};
use insta::assert_snapshot;

#[test]
fn active_backup() {
    assert_snapshot!(Fake::new(networks::active_backup()).run(&["status"]));
}

#[test]
fn one_slave_down() {
    assert_snapshot!(Fake::new(networks::one_slave_down()).run(&["status"]));
}

#[test]
fn lacp() {
    assert_snapshot!(Fake::new(networks::lacp()).run(&["status"]));
}

#[test]
fn lacp_without_a_partner() {
    assert_snapshot!(Fake::new(networks::no_partner()).run(&["status"]));
}

#[test]
fn guests() {
    assert_snapshot!(Fake::new(networks::guests()).run(&["status"]));
}

#[test]
fn nothing_but_nics() {
    assert_snapshot!(Fake::new(networks::nics(&["enp3s0", "enp4s0"])).run(&["status"]));
}

#[test]
fn the_modules_own_bond_is_no_fault() {
    assert_snapshot!(Fake::new(networks::module_loaded()).run(&["status"]));
}

#[test]
fn nothing_at_all() {
    assert_snapshot!(Fake::new(networks::nics(&[])).run(&["status"]));
}

#[test]
fn one_bond_in_detail() {
    assert_snapshot!(Fake::new(networks::active_backup()).run(&["status", "bond0"]));
}

#[test]
fn a_slave_by_name() {
    assert_snapshot!(Fake::new(networks::lacp()).run(&["status", "enp4s0"]));
}

#[test]
fn a_misspelled_name_gets_a_suggestion() {
    assert_snapshot!(Fake::new(networks::active_backup()).run(&["status", "bnod0"]));
    assert_snapshot!(Fake::new(networks::active_backup()).run(&["status", "wlan17"]));
}

#[test]
fn json() {
    let ran = Fake::new(networks::no_partner()).run(&["status", "--json", "bond0"]);
    assert_snapshot!(ran);
}

#[test]
fn ascii_in_a_narrow_terminal_with_colours() {
    let look = Look { colour: true, unicode: false, width: 72 };
    assert_snapshot!(bowline::show::status::overview(&networks::no_partner(), look));
}

#[test]
fn what_a_driver_calls_itself_can_not_drive_the_terminal() {
    let mut network = networks::nics(&["enp3s0"]);
    let nic = network.links.get_mut(&networks::name("enp3s0")).unwrap();
    nic.facts.as_mut().unwrap().driver = Some("\u{1b}[2Jevil".to_owned());
    let ran = Fake::new(network).run(&["status"]);
    assert_eq!(ran.code, ExitCode::Success);
    assert!(ran.out.contains("evil") && !ran.out.contains('\u{1b}'), "{:?}", ran.out);
}
