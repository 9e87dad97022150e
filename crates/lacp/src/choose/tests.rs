use core::time::Duration;

use network::Mac;
use network::lacp::LacpEnd;
use wire::lacp::Info;

use super::*;
use crate::{Config, Link, Linux, PortConfig, selection};

/// A bond whose ports have these partners (0: none) and speeds; who has the same partner and speed shares an aggregator.
fn bond(select: Select, ports: &[(u8, u32)]) -> Lag {
    let profile = Profile::Linux(Linux { select, ..Linux::default() });
    let mut lag = Lag::new(Config { profile, ..Config::linux(Mac([2, 0, 0, 0, 0, 1])) });
    for (at, (partner, speed)) in ports.iter().enumerate() {
        lag.add_port(Duration::ZERO, &PortConfig::slave(Mac([2, 0, 0, 0, 0, 1]), Link::up(*speed)));
        if *partner > 0 {
            let system = Mac([2, 0, 0, 0, 9, *partner]);
            let end = LacpEnd { system_priority: 1, system, key: 1, port_priority: 1, port: 1 };
            lag.ports[at].partner = Info { end, ..Info::NO_PARTNER };
        }
    }
    (0..ports.len()).for_each(|at| selection::run(&mut lag, at));
    lag
}

fn active(lag: &Lag) -> Vec<u16> {
    lag.aggregators.iter().filter(|aggregator| aggregator.active).map(|aggregator| aggregator.id).collect()
}

#[test]
fn the_order_of_better() {
    for (ports, select, expected) in [
        // The first of equals.
        (&[(0, 10_000), (0, 10_000)][..], Select::Bandwidth, 1),
        // A partner is worth more than bandwidth.
        (&[(0, 100_000), (1, 1_000)], Select::Bandwidth, 2),
        // Bandwidth, not count.
        (&[(1, 10_000), (2, 1_000), (2, 1_000)], Select::Bandwidth, 1),
        (&[(1, 1_000), (2, 1_000), (2, 1_000)], Select::Bandwidth, 2),
        // Count, not bandwidth.
        (&[(1, 10_000), (2, 1_000), (2, 1_000)], Select::Count, 2),
        // Bandwidth where the count is the same.
        (&[(1, 1_000), (2, 10_000)], Select::Count, 2),
        // A speed that the driver does not know counts as none.
        (&[(1, 1_234), (2, 10)], Select::Bandwidth, 2),
    ] {
        assert_eq!(active(&bond(select, ports)), [expected], "{select:?} of {ports:?}");
    }
}

#[test]
fn stable_keeps_what_lives() {
    let ports = [(1, 1_000), (2, 1_000), (2, 1_000)];
    let mut lag = bond(Select::Stable, &ports);
    assert_eq!(active(&lag), [1], "the first came first");
    let first = lag.ports[0].id;
    lag.set_link(Duration::ZERO, first, Link::DOWN).unwrap();
    assert_eq!(active(&lag), [2]);
    lag.set_link(Duration::ZERO, first, Link::up(100_000)).unwrap();
    assert_eq!(active(&lag), [2]);
}

#[test]
fn stable_leaves_one_without_a_partner_for_one_with() {
    assert_eq!(active(&bond(Select::Stable, &[(0, 100_000), (1, 1_000)])), [2]);
}

#[test]
fn bandwidth_and_count_choose_anew() {
    for select in [Select::Bandwidth, Select::Count] {
        let mut lag = bond(select, &[(1, 1_000), (2, 1_000), (2, 1_000)]);
        assert_eq!(active(&lag), [2]);
        let second = lag.ports[1].id;
        lag.set_link(Duration::ZERO, second, Link::DOWN).unwrap();
        // Equal now: the one that is active stays.
        assert_eq!(active(&lag), [2]);
        let third = lag.ports[2].id;
        lag.set_link(Duration::ZERO, third, Link::DOWN).unwrap();
        assert_eq!(active(&lag), [1]);
    }
}

#[test]
fn the_ports_of_the_one_before_are_stopped_and_one_without_a_partner_carries() {
    let mut lag = bond(Select::Stable, &[(0, 1_000), (0, 1_000)]);
    assert_eq!(active(&lag), [1]);
    assert_eq!([lag.ports[0].distributes, lag.ports[1].distributes], [true, false]);
    let first = lag.ports[0].id;
    lag.set_link(Duration::ZERO, first, Link::DOWN).unwrap();
    assert_eq!(active(&lag), [2]);
    assert_eq!([lag.ports[0].distributes, lag.ports[1].distributes], [false, true]);
    assert!(lag.carrier());
}

#[test]
fn nobody_is_active_where_nothing_is_up() {
    let mut lag = bond(Select::Stable, &[(1, 1_000)]);
    let only = lag.ports[0].id;
    lag.set_link(Duration::ZERO, only, Link::DOWN).unwrap();
    assert_eq!(active(&lag), [0; 0]);
    assert!(!lag.carrier());
}

#[test]
fn min_links_counts_the_active_aggregators_ports() {
    let mut lag = bond(Select::Stable, &[(1, 1_000), (1, 1_000), (2, 1_000)]);
    let config = Config { min_links: 3, ..lag.config().clone() };
    lag.reconfigure(Duration::ZERO, config).unwrap();
    assert!(!lag.carrier());
    let config = Config { min_links: 2, ..lag.config().clone() };
    lag.reconfigure(Duration::ZERO, config).unwrap();
    assert!(lag.carrier());
}
