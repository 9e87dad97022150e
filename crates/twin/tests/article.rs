//! The article's host on the twin: what a pulled cable costs, to the millisecond.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

mod common;

use std::time::Duration;

use common::{MS, apply, host, name, traffic};
use network::Host;
use network::bond::MiiStatus;
use network::lacp::PortLacp;
use twin::{CableState, LagMode, Way};

const NOW: Duration = Duration::ZERO;
const ACTIVE_BACKUP: &str = include_str!("../../../examples/active-backup/interfaces");

fn active(twin: &mut twin::Twin) -> Option<String> {
    let network = twin.observe().unwrap();
    let state = network.link(&name("bond0")).unwrap().bond().unwrap().state.clone();
    state.and_then(|state| state.active_slave).map(|slave| slave.to_string())
}

#[test]
fn active_backup_fails_over_at_the_monitors_tick_and_comes_back() {
    let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
    apply(&mut twin, ACTIVE_BACKUP);
    let mut traffic = traffic(&mut twin);
    traffic.run_to(&mut twin.world, 1000 * MS);
    assert!(traffic.all_arrive(), "{:#?}", twin.world.log());
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"));

    let pulled = twin.world.now() + MS / 2;
    twin.world.run_to(pulled);
    twin.world.set_cable(0, CableState::Pulled);
    traffic.run_to(&mut twin.world, 2000 * MS);
    assert_eq!(active(&mut twin).as_deref(), Some("enp4s0"));
    assert!(traffic.all_arrive());
    let slave = twin.observe().unwrap().link(&name("enp3s0")).unwrap().bond_port.clone().unwrap().state.unwrap();
    assert_eq!((slave.mii, slave.failures), (MiiStatus::Down, 1));
    for flow in 0..2 {
        for way in Way::BOTH {
            let outage = traffic.meter(flow, way).longest(pulled, 2000 * MS);
            assert!(outage > NOW && outage <= 101 * MS, "flow {flow} {way:?}: {outage:?}");
        }
    }

    twin.world.set_cable(0, CableState::Whole);
    traffic.run_to(&mut twin.world, 3000 * MS);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"), "the primary is back");
    assert!(traffic.all_arrive());
}

const LACP: &str = include_str!("../../../examples/lacp/interfaces");
const FAST: LagMode = LagMode::Lacp { active: true, fast: true, individual: false };

fn carrying(twin: &mut twin::Twin) -> usize {
    let network = twin.observe().unwrap();
    let slaves = network.links.values().filter_map(|link| link.bond_port.as_ref()?.state.as_ref());
    let carries = |lacp: &PortLacp| lacp.actor_state.carries_traffic() && lacp.partner_state.carries_traffic();
    slaves.filter(|slave| slave.active && slave.lacp.as_ref().is_some_and(carries)).count()
}

#[test]
fn lacp_bundles_with_the_switch_and_loses_next_to_nothing_with_a_cable() {
    let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
    twin.world.switches[0].bundle(NOW, "lag1", &[0, 1], FAST);
    apply(&mut twin, LACP);
    let mut traffic = traffic(&mut twin);
    traffic.run_to(&mut twin.world, 10_000 * MS);
    assert!(traffic.all_arrive(), "{:#?}", twin.world.log());
    assert_eq!(carrying(&mut twin), 2);
    for cable in 0..2 {
        let begin = twin.world.now();
        twin.world.set_cable(cable, CableState::Pulled);
        traffic.run_to(&mut twin.world, begin + 5000 * MS);
        assert_eq!(carrying(&mut twin), 1);
        let back = twin.world.now();
        twin.world.set_cable(cable, CableState::Whole);
        traffic.run_to(&mut twin.world, begin + 15_000 * MS);
        assert_eq!(carrying(&mut twin), 2);
        for flow in 0..2 {
            for way in Way::BOTH {
                let meter = traffic.meter(flow, way);
                let (gone, returned) = (meter.longest(begin, back), meter.longest(back, twin.world.now()));
                assert!(gone <= MS, "cable {cable}, flow {flow} {way:?}: {gone:?}");
                // The two ends let a port in at ticks of their own: one may send for a tick what the other does not take yet.
                assert!(returned <= 200 * MS, "cable {cable}, flow {flow} {way:?}: {returned:?}");
            }
        }
    }
}

#[test]
fn without_lacp_at_the_switch_one_slave_carries_on_and_says_so() {
    let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
    apply(&mut twin, LACP);
    twin.world.run_to(10_000 * MS);
    let network = twin.observe().unwrap();
    let states: Vec<u8> = ["enp3s0", "enp4s0"]
        .map(|slave| {
            let port = network.link(&name(slave)).unwrap().bond_port.clone().unwrap();
            port.state.unwrap().lacp.unwrap().actor_state.0
        })
        .to_vec();
    // As spec says of the driver: the active aggregator's port 79, the others 71, at the fast rate.
    assert_eq!(states, [79, 71]);
}

#[test]
fn an_hour_of_lacp_is_the_same_bytes_each_time() {
    let run = || {
        let mut twin = host(&["enp3s0", "enp4s0"], NOW, NOW);
        twin.world.switches[0].bundle(NOW, "lag1", &[0, 1], FAST);
        apply(&mut twin, LACP);
        let mut traffic = traffic(&mut twin);
        traffic.run_to(&mut twin.world, Duration::from_secs(3600));
        let meter = traffic.meter(1, Way::In);
        assert!(meter.sent > 3_599_900 && meter.lost < 5000, "{meter:?}");
        twin.world.log().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(run(), run());
}
