use network::Mac;

use super::*;
use crate::{Link, PortConfig, PortId};

#[test]
fn at_most_each_third_tick_and_only_what_is_to_be_told() {
    let config = Config::linux(Mac([2, 0, 0, 0, 0, 1]));
    let mut port = Port::new(PortId(0), 1, &PortConfig::slave(Mac([2, 0, 0, 0, 0, 1]), Link::up(10_000)), &config);
    let mut sent = Vec::new();
    for tick in 0..12 {
        port.ntt |= tick < 7;
        if run(&mut port, &config) {
            sent.push(tick);
        }
    }
    assert_eq!(sent, [2, 5, 8]);
    port.lacp_enabled = false;
    port.ntt = true;
    assert!((0..6).all(|_| !run(&mut port, &config)));
    assert!(port.ntt, "it is kept until LACP is for the port again");
}

#[test]
fn only_a_switch_is_silent_where_nobody_may_begin() {
    for (config, speaks) in [(Config::linux(Mac::ZERO), true), (Config::switch(Mac::ZERO, 1), false)] {
        let mut port = Port::new(PortId(0), 1, &PortConfig::slave(Mac::ZERO, Link::up(10_000)), &config);
        port.ntt = true;
        assert_eq!((0..3).any(|_| run(&mut port, &config)), speaks);
        assert!(!port.ntt);
    }
}
