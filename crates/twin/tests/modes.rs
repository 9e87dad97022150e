//! What single options make of a failure: the ARP monitor, delays, `primary_reselect`, `fail_over_mac`, STP at the switch.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

mod common;

use std::time::Duration;

use common::{MS, apply, host, name, traffic};
use network::Host;
use twin::{CableState, Twin, Way};

const NOW: Duration = Duration::ZERO;

fn file(options: &str) -> String {
    format!(
        "auto bond0\niface bond0 inet static\n\taddress 192.168.1.10/24\n\tbond-slaves enp3s0 enp4s0\n\
         \tbond-mode active-backup\n{options}"
    )
}

fn active(twin: &mut Twin) -> Option<String> {
    let network = twin.observe().unwrap();
    let state = network.link(&name("bond0")).unwrap().bond().unwrap().state.clone();
    state.and_then(|state| state.active_slave).map(|slave| slave.to_string())
}

fn run(twin: &mut Twin, millis: u64) {
    let to = twin.world.now() + Duration::from_millis(millis);
    twin.world.run_to(to);
}

#[test]
fn the_arp_monitor_sees_what_miimon_can_not() {
    let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
    apply(&mut twin, &file("\tbond-arp-interval 100\n\tbond-arp-ip-target 192.168.1.1\n"));
    run(&mut twin, 5000);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"), "{:?}", twin.world.log());
    twin.world.set_cable(0, CableState::Silent);
    run(&mut twin, 250);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"), "two and a half intervals are not over");
    run(&mut twin, 150);
    assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"), "{:?}", twin.world.log());
    // Nobody hears anything: no slave is used, and each in turn asks.
    twin.world.set_cable(1, CableState::Silent);
    run(&mut twin, 2000);
    assert_eq!(active(&mut twin), None);
    twin.world.set_cable(1, CableState::Whole);
    run(&mut twin, 2000);
    assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"), "{:?}", twin.world.log());
}

#[test]
fn delays_are_waited_for_but_not_without_another_slave() {
    let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
    let options = "\tbond-miimon 100\n\tbond-primary enp3s0\n\tbond-updelay 1000\n\tbond-downdelay 500\n";
    apply(&mut twin, &file(options));
    run(&mut twin, 5000);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"));
    twin.world.set_cable(0, CableState::Pulled);
    run(&mut twin, 450);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"), "downdelay runs");
    run(&mut twin, 250);
    assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"));
    twin.world.set_cable(0, CableState::Whole);
    run(&mut twin, 950);
    assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"), "updelay runs");
    run(&mut twin, 250);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"));
    // Without any slave, the first that has a link is taken at once.
    (0..2).for_each(|cable| twin.world.set_cable(cable, CableState::Pulled));
    run(&mut twin, 2000);
    assert_eq!(active(&mut twin), None);
    twin.world.set_cable(1, CableState::Whole);
    run(&mut twin, 101);
    assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"));
}

#[test]
fn whose_address_the_bond_has_is_an_option() {
    for (options, follows) in [("", false), ("\tbond-fail-over-mac active\n", true)] {
        let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
        apply(&mut twin, &file(&format!("\tbond-miimon 100\n{options}")));
        run(&mut twin, 1000);
        let mac = |twin: &mut Twin| twin.observe().unwrap().link(&name("bond0")).unwrap().mac;
        let before = mac(&mut twin);
        twin.world.set_cable(0, CableState::Pulled);
        run(&mut twin, 200);
        assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"));
        assert_eq!(mac(&mut twin) != before, follows, "{options}");
    }
}

#[test]
fn addresses_that_follow_are_swapped_there_and_back() {
    let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
    apply(&mut twin, &file("\tbond-miimon 100\n\tbond-primary enp3s0\n\tbond-fail-over-mac follow\n"));
    run(&mut twin, 1000);
    let macs = |twin: &mut Twin| {
        let network = twin.observe().unwrap();
        ["enp3s0", "enp4s0"].map(|slave| network.link(&name(slave)).unwrap().mac.unwrap().0[5])
    };
    assert_eq!(macs(&mut twin), [1, 2]);
    twin.world.set_cable(0, CableState::Pulled);
    run(&mut twin, 200);
    assert_eq!((active(&mut twin).as_deref(), macs(&mut twin)), (Some("enp4s0"), [2, 1]));
    twin.world.set_cable(0, CableState::Whole);
    run(&mut twin, 200);
    assert_eq!((active(&mut twin).as_deref(), macs(&mut twin)), (Some("enp3s0"), [1, 2]));
    // Nobody is left, and who comes first takes the bond's address from who had it.
    (0..2).for_each(|cable| twin.world.set_cable(cable, CableState::Pulled));
    run(&mut twin, 200);
    twin.world.set_cable(1, CableState::Whole);
    run(&mut twin, 200);
    assert_eq!((active(&mut twin).as_deref(), macs(&mut twin)), (Some("enp4s0"), [2, 1]));
}

#[test]
fn a_backup_is_well_that_hears_what_the_active_slave_asks() {
    for validate in ["none", "active", "backup", "all", "filter", "filter_backup"] {
        let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
        let options = "\tbond-arp-interval 100\n\tbond-arp-ip-target 192.168.1.1\n\tbond-primary enp3s0\n";
        apply(&mut twin, &file(&format!("{options}\tbond-arp-validate {validate}\n")));
        run(&mut twin, 5000);
        let network = twin.observe().unwrap();
        let failed = network.link(&name("enp4s0")).unwrap().bond_port.as_ref().unwrap().state.as_ref().unwrap();
        assert_eq!((failed.failures, failed.mii), (0, network::bond::MiiStatus::Up), "{validate}");
    }
}

#[test]
fn a_switch_port_that_waits_for_the_spanning_tree_costs_that_long() {
    let mut twin = host(&["enp3s0"], NOW, NOW);
    twin.world.switches[0].forward_delay = Duration::from_secs(30);
    let file = "auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tbridge-ports enp3s0\n\
                \tbridge-stp off\n\tbridge-fd 0\n";
    apply(&mut twin, file);
    twin.world.run_to(Duration::from_secs(40));
    let mut traffic = traffic(&mut twin);
    traffic.run_to(&mut twin.world, Duration::from_secs(50));
    let begin = twin.world.now();
    twin.world.set_cable(0, CableState::Pulled);
    twin.world.set_cable(0, CableState::Whole);
    traffic.run_to(&mut twin.world, begin + Duration::from_secs(60));
    let outage = traffic.meter(1, Way::In).longest(begin, twin.world.now());
    assert!(outage.abs_diff(Duration::from_secs(30)) <= 2 * MS, "{outage:?}");
}
