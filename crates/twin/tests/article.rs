//! The article's host on the twin: what a pulled cable costs, to the millisecond.

mod common;

use common::{MS, apply, host, name, traffic};
use network::Host;
use network::bond::MiiStatus;
use twin::{CableState, Way};

const ACTIVE_BACKUP: &str = include_str!("../../../examples/active-backup/interfaces");

fn active(twin: &mut twin::Twin) -> Option<String> {
    let network = twin.observe().unwrap();
    let state = network.link(&name("bond0")).unwrap().bond().unwrap().state.clone();
    state.and_then(|state| state.active_slave).map(|slave| slave.to_string())
}

#[test]
fn active_backup_fails_over_at_the_monitors_tick_and_comes_back() {
    let mut twin = host(&["enp3s0", "enp4s0"], 0 * MS, 0 * MS);
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
            assert!(outage > 0 * MS && outage <= 101 * MS, "flow {flow} {way:?}: {outage:?}");
        }
    }

    twin.world.set_cable(0, CableState::Whole);
    traffic.run_to(&mut twin.world, 3000 * MS);
    assert_eq!(active(&mut twin).as_deref(), Some("enp3s0"), "the primary is back");
    assert!(traffic.all_arrive());
}
