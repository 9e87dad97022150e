use core::time::Duration;

use network::Mac;
use network::lacp::LacpEnd;
use wire::lacp::Info;

use super::*;
use crate::{Config, Link, PortConfig, mux};

const PARTNER: Mac = Mac([2, 0, 0, 0, 0, 9]);

fn bond(links: &[Link]) -> Lag {
    let mut lag = Lag::new(Config::linux(Mac([2, 0, 0, 0, 0, 1])));
    for link in links {
        lag.add_port(Duration::ZERO, &PortConfig::slave(Mac([2, 0, 0, 0, 0, 1]), *link));
    }
    lag
}

fn heard(lag: &mut Lag, at: usize, system: Mac, key: u16) {
    let end = LacpEnd { system_priority: 0x8000, system, key, port_priority: 255, port: 1 };
    lag.ports[at].partner = Info { end, state: PortState(0x3d) };
    lag.ports[at].selection = Selection::Unselected;
}

fn aggregators(lag: &Lag) -> Vec<Option<u16>> {
    lag.ports.iter().map(|port| port.aggregator).collect()
}

#[test]
fn ports_with_one_partner_and_key_share_an_aggregator() {
    // The last has a partner of its own, the fourth another speed, the third another LAG at the partner.
    let ten = Link::up(10_000);
    let mut lag = bond(&[ten, ten, ten, Link::up(1_000), ten]);
    for (at, key) in [(0, 7), (1, 7), (2, 8), (3, 7)] {
        heard(&mut lag, at, PARTNER, key);
    }
    heard(&mut lag, 4, Mac([2, 0, 0, 0, 0, 8]), 7);
    (0..5).for_each(|at| run(&mut lag, at));
    assert_eq!(aggregators(&lag), [Some(1), Some(1), Some(2), Some(3), Some(4)]);
    assert_eq!(lag.aggregators[0].ports, [lag.ports[1].id, lag.ports[0].id], "the last that joined is the first");
    assert!(lag.ports.iter().all(|port| port.selection == Selection::Selected));
}

#[test]
fn ports_without_a_partner_never_share_one() {
    let mut lag = bond(&[Link::up(10_000); 3]);
    (0..3).for_each(|at| run(&mut lag, at));
    assert_eq!(aggregators(&lag), [Some(1), Some(2), Some(3)]);
}

#[test]
fn a_port_that_finds_its_partner_leaves_a_free_aggregator_behind() {
    let mut lag = bond(&[Link::up(10_000); 2]);
    (0..2).for_each(|at| run(&mut lag, at));
    heard(&mut lag, 0, PARTNER, 7);
    run(&mut lag, 0);
    heard(&mut lag, 1, PARTNER, 7);
    run(&mut lag, 1);
    assert_eq!(aggregators(&lag), [Some(1), Some(1)]);
    assert!(lag.aggregators[1].is_free() && lag.aggregators[1].actor_key == 0);
}

/// The half duplex port is the first of its kind and founds; a second one may not join it.
#[test]
fn half_duplex_is_individual() {
    let half = Link { full_duplex: Some(false), ..Link::up(100) };
    let mut lag = bond(&[half, half]);
    for at in [0, 1] {
        heard(&mut lag, at, PARTNER, 7);
        run(&mut lag, at);
    }
    assert_eq!(aggregators(&lag), [Some(1), Some(2)]);
    assert!(lag.aggregators[0].individual);
}

#[test]
fn who_joins_late_is_not_ready_for_the_others() {
    let mut lag = bond(&[Link::up(10_000); 2]);
    for at in [0, 1] {
        heard(&mut lag, at, PARTNER, 7);
    }
    run(&mut lag, 0);
    lag.ports[0].ready_n = true;
    mux::settle_ready(&mut lag, 0);
    assert!(lag.ports[0].ready);
    run(&mut lag, 1);
    assert!(!lag.ports[0].ready && !lag.ports[1].ready);
}
