//! What only a switch does.

use lacp::{Config, Fallback, Link, PortConfig, Profile, Rate, Selection, Switch};
use network::lacp::PortState;

use crate::pair::{Pair, mac, seconds};

fn switch(max_ports: Option<u16>, fallback: Fallback) -> Config {
    let profile = Profile::Switch(Switch { key: 7, max_ports, fallback });
    Config { profile, rate: Rate::Fast, ..Config::switch(mac(1, 0), 7) }
}

fn bond() -> Config {
    Config { rate: Rate::Fast, ..Config::linux(mac(0, 0)) }
}

fn carrying(pair: &Pair, end: usize) -> Vec<usize> {
    (0..pair.cables.len()).filter(|cable| pair.port(end, *cable).actor().state.carries_traffic()).collect()
}

#[test]
fn a_standby_port_takes_over_and_gives_back() {
    let mut pair = Pair::cabled([bond(), switch(Some(2), Fallback::None)], 3);
    pair.run(seconds(10));
    assert_eq!((carrying(&pair, 0), carrying(&pair, 1)), (vec![0, 1], vec![0, 1]));
    assert_eq!(pair.port(1, 2).selection(), Selection::Standby);
    pair.plug(1, Link::DOWN);
    pair.run(seconds(10));
    assert_eq!(pair.sides[1].usable().count(), 2);
    assert!(pair.port(1, 2).actor().state.carries_traffic());
    pair.plug(1, Link::up(10_000));
    pair.run(seconds(10));
    assert_eq!((carrying(&pair, 0), carrying(&pair, 1)), (vec![0, 1], vec![0, 1]));
}

/// The side with the lower system decides, and by its own priorities.
#[test]
fn the_better_system_decides_who_stands_by() {
    for (ours_is_better, carried) in [(true, vec![1]), (false, vec![0])] {
        let system_priority = if ours_is_better { 1 } else { 0xffff };
        let far = Config { system_priority, ..switch(Some(1), Fallback::None) };
        let near = Config { system_priority: 100, ..bond() };
        let mut pair = Pair::new([near, far], 1);
        for (number, priority) in [(1, 200), (2, 100)] {
            let port =
                PortConfig { priority, ..PortConfig::port(mac(1, usize::from(number)), number, Link::up(10_000)) };
            pair.lay_to(1, Link::up(10_000), &port);
        }
        pair.open();
        pair.run(seconds(10));
        assert_eq!(carrying(&pair, 1), carried, "{ours_is_better}");
    }
}

#[test]
fn without_a_partner_the_fallback_decides() {
    for (fallback, forwarding) in [(Fallback::None, 0), (Fallback::Individual, 3), (Fallback::OnePort, 1)] {
        let mut pair = Pair::cabled([bond(), switch(None, fallback)], 3);
        for cable in &mut pair.cables {
            cable.cut = [true, true];
        }
        pair.run(seconds(10));
        assert_eq!(pair.sides[1].usable().count(), forwarding, "{fallback:?}");
        assert_eq!(pair.sides[1].carrier(), forwarding > 0);
        // Somebody speaks LACP after all.
        for cable in &mut pair.cables {
            cable.cut = [false, false];
        }
        // Who gave its partner up sends each 30 s.
        pair.run(seconds(40));
        assert!(pair.is_whole(), "{fallback:?}");
    }
}

#[test]
fn a_port_with_a_wrong_key_stays_out_and_the_others_go_on() {
    let mut pair = Pair::new([bond(), switch(None, Fallback::None)], 1);
    for (number, key) in [(1, None), (2, Some(99)), (3, None)] {
        let port = PortConfig { key, ..PortConfig::port(mac(1, usize::from(number)), number, Link::up(10_000)) };
        pair.lay_to(1, Link::up(10_000), &port);
    }
    pair.open();
    pair.run(seconds(10));
    assert_eq!((carrying(&pair, 0), carrying(&pair, 1)), (vec![0, 2], vec![0, 2]));
    // The host has it in another aggregator, in the dark.
    assert_ne!(pair.port(0, 1).aggregator(), pair.port(0, 0).aggregator());
    assert!(!pair.port(1, 1).actor().state.has(PortState::SYNCHRONIZATION));
}

#[test]
fn two_switches_are_two_systems_and_an_mlag_pair_is_one() {
    for (second, usable) in [(mac(2, 0), 1), (mac(1, 0), 2)] {
        let other = Config { system: second, ..switch(None, Fallback::None) };
        let mut pair = Pair::new([bond(), switch(None, Fallback::None), other], 1);
        for side in [1, 2_u16] {
            let port = PortConfig::port(mac(1, usize::from(side)), side << 14 | 1, Link::up(10_000));
            pair.lay_to(usize::from(side), Link::up(10_000), &port);
        }
        pair.open();
        pair.run(seconds(10));
        assert_eq!(pair.sides[0].usable().count(), usable);
        assert_eq!(pair.sides[0].carrier(), usable > 0);
    }
}

#[test]
fn min_links_keeps_the_lag_down() {
    let far = Config { min_links: 2, ..switch(None, Fallback::None) };
    let mut pair = Pair::cabled([bond(), far], 2);
    pair.run(seconds(10));
    assert!(pair.sides[1].carrier());
    pair.plug(0, Link::DOWN);
    pair.run(seconds(10));
    assert!(!pair.sides[1].carrier());
    assert_eq!(pair.sides[1].usable().count(), 0);
}

#[test]
fn both_ends_passive_say_nothing() {
    let far = Config { active: false, ..switch(None, Fallback::None) };
    let mut pair = Pair::cabled([far.clone(), Config { system: mac(0, 0), ..far }], 2);
    pair.run(seconds(60));
    let sent = |side: usize| pair.sides[side].ports().iter().map(|port| port.counters().lacpdu_tx).sum::<u64>();
    assert_eq!([sent(0), sent(1)], [0, 0]);
}

#[test]
fn a_pdu_with_broken_tlvs_is_refused() {
    let mut pair = Pair::cabled([bond(), switch(None, Fallback::None)], 1);
    pair.run(seconds(10));
    let (now, id, pdu) = (pair.now, pair.port(1, 0).id(), pair.port(0, 0).actor());
    let pdu = wire::lacp::Lacpdu { actor: pdu, partner: pdu, collector_max_delay: 0 };
    let mut frame = wire::slow::frame(mac(0, 1), &pdu.emit());
    frame[14 + 3] = 19;
    pair.sides[1].handle_frame(now, id, &frame).unwrap();
    assert_eq!(pair.port(1, 0).counters().illegal_rx, 1);
    assert!(pair.is_whole());
}
