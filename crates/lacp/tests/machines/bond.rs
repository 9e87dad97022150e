//! What only a bond does, and what the standard would not.

use lacp::{Config, Link, Linux, PortConfig, Profile, Rate, UnknownPort};
use network::lacp::PortState;

use crate::pair::{Pair, mac, seconds};

fn bond(side: u8) -> Config {
    Config { rate: Rate::Fast, ..Config::linux(mac(side, 0)) }
}

#[test]
fn a_bond_that_is_opened_first_waits_eight_seconds() {
    let mut pair = Pair::new([bond(0), bond(1)], 1);
    pair.open();
    pair.run(seconds(1));
    for _ in 0..2 {
        pair.lay(Link::up(10_000));
    }
    pair.run(seconds(7));
    assert_eq!(pair.port(0, 0).actor().state.0 & 0x30, 0, "collecting and distributing wait for the timer");
    pair.run(seconds(4));
    assert!(pair.is_whole());
}

#[test]
fn collecting_comes_before_distributing_where_they_are_two() {
    let decoupled =
        |side| Config { profile: Profile::Linux(Linux { coupled: false, ..Linux::default() }), ..bond(side) };
    let mut pair = Pair::cabled([decoupled(0), decoupled(1)], 2);
    let mut collected_alone = false;
    for _ in 0..120 {
        pair.run(lacp::tick::TICK);
        let state = pair.port(0, 0).actor().state;
        collected_alone |= state.has(PortState::COLLECTING) && !state.has(PortState::DISTRIBUTING);
    }
    assert!(collected_alone && pair.is_whole());
}

#[test]
fn another_speed_is_another_key_and_another_aggregator() {
    let mut pair = Pair::new([bond(0), bond(1)], 1);
    for speed in [10_000, 1_000, 1_000] {
        pair.lay(Link::up(speed));
    }
    pair.open();
    pair.run(seconds(15));
    let keys = [0, 1, 2].map(|cable| pair.port(0, cable).actor().end.key);
    assert_eq!(keys, [15, 9, 9]);
    assert_eq!(pair.sides[0].usable().count(), 1, "10 Gb/s is more than twice one");
    // It comes back slower.
    pair.plug(0, Link::DOWN);
    pair.plug(0, Link::up(1_000));
    pair.run(seconds(15));
    assert!(pair.is_whole());
}

#[test]
fn half_duplex_takes_no_part() {
    let mut pair = Pair::cabled([bond(0), bond(1)], 2);
    pair.run(seconds(10));
    let half = Link { full_duplex: Some(false), ..Link::up(10_000) };
    pair.plug(1, half);
    pair.run(seconds(10));
    assert_eq!(pair.sides[0].usable().collect::<Vec<_>>(), [pair.port(0, 0).id()]);
}

#[test]
fn the_slave_whose_aggregator_others_are_in_may_go() {
    let mut pair = Pair::cabled([bond(0), bond(1)], 3);
    pair.run(seconds(10));
    let now = pair.now;
    let first = pair.port(0, 0).id();
    pair.cables[0].ends[0] = None;
    pair.sides[0].remove_port(now, first).unwrap();
    assert_eq!(pair.sides[0].port(first).err(), Some(UnknownPort));
    pair.run(seconds(15));
    assert_eq!(pair.sides[0].usable().count(), 2);
    let active = pair.sides[0].active().unwrap();
    assert_ne!(active.id, 1, "the first slave's aggregator went with it");
    // The next one that comes has the number after the last one's.
    let port = PortConfig::slave(mac(0, 9), Link::up(10_000));
    let id = pair.sides[0].add_port(now + seconds(60), &port);
    assert_eq!(pair.sides[0].port(id).unwrap().actor().end.port, 4);
}

/// It is told at once, not by a timer.
#[test]
fn a_slave_that_goes_says_so() {
    let mut pair = Pair::cabled([bond(0), bond(1)], 2);
    pair.run(seconds(10));
    let (now, id) = (pair.now, pair.port(0, 1).id());
    pair.sides[0].remove_port(now, id).unwrap();
    let goodbye = std::iter::from_fn(|| pair.sides[0].poll_transmit()).find(|frame| frame.port == id).unwrap();
    let payload = wire::slow::payload(&goodbye.frame).unwrap();
    let pdu = wire::lacp::Lacpdu::parse(payload, wire::lacp::Checks::Strict).unwrap();
    assert_eq!(pdu.actor.state.0, PortState::ACTIVITY | PortState::SHORT_TIMEOUT);
}

/// A patch cable from a bond to itself: the driver believes for ever what it believed, and says so in its log.
#[test]
fn a_loop_stops_the_timer() {
    let mut pair = Pair::cabled([bond(0), bond(1)], 2);
    pair.run(seconds(10));
    let (now, id) = (pair.now, pair.port(0, 0).id());
    let ours = pair.port(0, 1).actor();
    let pdu = wire::lacp::Lacpdu { actor: ours, partner: ours, collector_max_delay: 0 };
    pair.cables[0].cut = [true, true];
    pair.sides[0].handle_frame(now, id, &wire::slow::frame(mac(0, 2), &pdu.emit())).unwrap();
    assert_eq!(pair.port(0, 0).counters().loopback_rx, 1);
    pair.run(seconds(100));
    assert!(pair.port(0, 0).actor().state.carries_traffic(), "{:#?}", pair.port(0, 0));
}

#[test]
fn a_closed_bond_hears_nothing_and_its_time_stands_still() {
    let mut pair = Pair::cabled([bond(0), bond(1)], 2);
    pair.run(seconds(10));
    let now = pair.now;
    pair.sides[0].close(now);
    let before = pair.sides[0].ports().to_vec();
    pair.run(seconds(30));
    assert_eq!(pair.sides[0].ports(), before);
    assert_eq!(pair.sides[0].next_deadline(), None);
    assert_eq!(pair.sides[1].usable().count(), 1, "the partner is alone");
    let now = pair.now;
    pair.sides[0].open(now);
    pair.run(seconds(15));
    assert!(pair.is_whole());
}

#[test]
fn an_hour_of_a_healthy_lag_is_a_few_thousand_wakings() {
    let mut pair = Pair::cabled([0, 1].map(|side| Config::linux(mac(side, 0))), 2);
    pair.run(seconds(120));
    let mut wakings = 0;
    let end = pair.now + seconds(3600);
    while let Some(next) = pair.sides.iter().filter_map(lacp::Lag::next_deadline).min().filter(|next| *next < end) {
        let step = next - pair.now;
        pair.run(step);
        wakings += 1;
    }
    assert!(wakings < 5_000, "{wakings}");
}
