//! Worked examples: the state bytes that people see in /proc/net/bonding, and when.

use lacp::{Config, Link, Rate};
use network::lacp::Churn;

use crate::pair::{Pair, mac, seconds};

fn bonds(rate: Rate) -> [Config; 2] {
    [0, 1].map(|side| Config { rate, ..Config::linux(mac(side, 0)) })
}

#[test]
fn healthy_is_61_slow_and_63_fast() {
    for (rate, healthy) in [(Rate::Slow, 61), (Rate::Fast, 63)] {
        let mut pair = Pair::cabled(bonds(rate), 2);
        pair.run(seconds(10));
        for (side, cable) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            assert_eq!(pair.state(side, cable), healthy, "side {side}, cable {cable}: {:#?}", pair.port(side, cable));
        }
        assert!(pair.is_whole());
    }
}

#[test]
fn with_no_partner_the_active_aggregators_port_shows_77_or_79_and_the_others_69_or_71() {
    for (rate, active, other) in [(Rate::Slow, 77, 69), (Rate::Fast, 79, 71)] {
        let mut pair = Pair::cabled(bonds(rate), 3);
        for cable in &mut pair.cables {
            cable.ends[1] = None;
        }
        pair.run(seconds(10));
        let states = [0, 1, 2].map(|cable| pair.state(0, cable));
        assert_eq!(states, [active, other, other], "{:#?}", pair.sides[0]);
        // All the same, it carries traffic, through that one port, and says that it has carrier.
        assert_eq!(pair.sides[0].usable().collect::<Vec<_>>(), [pair.port(0, 0).id()]);
        assert!(pair.sides[0].carrier());
        assert!(pair.sides[0].active().is_some_and(|active| active.partner_mac.is_zero()));
    }
}

#[test]
fn a_link_is_used_two_to_three_and_a_half_seconds_after_it_came_up() {
    let mut pair = Pair::cabled(bonds(Rate::Slow), 2);
    pair.run(seconds(20));
    pair.plug(1, Link::DOWN);
    pair.run(seconds(5));
    assert_eq!(pair.sides[0].usable().count(), 1);
    pair.plug(1, Link::up(10_000));
    let start = pair.now;
    while pair.sides[0].usable().count() < 2 {
        pair.run(lacp::tick::TICK);
        assert!(pair.now - start < seconds(10), "it never is: {:#?}", pair.port(0, 1));
    }
    let took = pair.now - start;
    assert!(took >= seconds(2) && took.as_millis() <= 3500, "{took:?}");
}

/// Both ends need fast: each side's patience is its own, and its pace is the other's wish.
#[test]
fn a_silent_failure_is_noticed_after_3_or_90_seconds() {
    for (rate, patience) in [(Rate::Fast, 3), (Rate::Slow, 90)] {
        let mut pair = Pair::cabled(bonds(rate), 2);
        pair.run(seconds(120));
        pair.cables[0].cut = [true, true];
        let cut = pair.now;
        while pair.sides[0].usable().count() > 1 {
            pair.run(lacp::tick::TICK);
            assert!(pair.now - cut < seconds(100), "never");
        }
        let took = (pair.now - cut).as_secs_f64();
        let limit = f64::from(patience);
        // The last PDU came at most a period before the cut.
        assert!(took <= limit + 0.3 && took >= limit * 2.0 / 3.0 - 0.3, "{rate:?}: {took} s");
    }
}

#[test]
fn churn_is_judged_after_a_minute() {
    let mut pair = Pair::cabled(bonds(Rate::Fast), 2);
    pair.run(seconds(50));
    assert_eq!(pair.port(0, 0).observed().actor_churn, Some(Churn::Monitoring));
    pair.run(seconds(20));
    let observed = pair.port(0, 0).observed();
    assert_eq!((observed.actor_churn, observed.partner_churn), (Some(Churn::None), Some(Churn::None)));
    // Nobody at the other end: the port beside the active aggregator is out of sync, and so is the partner.
    pair.cables[1].cut = [true, true];
    pair.run(seconds(70));
    let observed = pair.port(0, 1).observed();
    assert_eq!((observed.actor_churn, observed.partner_churn), (Some(Churn::Churned), Some(Churn::Churned)));
    assert_eq!(pair.port(0, 1).churn_counts(), (1, 1));
}
