//! What may be wrong at the switch, and several switches.

use lab::Lab;
use lacp::{Config, PortConfig, Profile, Rate, Select, Switch};
use network::Value;
use network::option::bond;

use super::pair::{mac, seconds};
use super::scene::{Scene, Tested, host, port, switch};

lab::test!(
    a_port_in_another_lag_is_in_another_aggregator,
    a_port_with_a_wrong_key_is_kept_out,
    two_switches_are_two_aggregators_and_an_mlag_pair_is_one,
    what_is_more_than_wanted_stands_by,
    the_aggregator_is_chosen_by_the_policy,
    min_links_takes_the_carrier,
);

const SETTLED: u64 = 15;

fn with_key(config: Config, key: u16) -> Config {
    Config { profile: Profile::Switch(Switch { key, max_ports: None, fallback: lacp::Fallback::None }), ..config }
}

fn a_port_in_another_lag_is_in_another_aggregator(lab: &mut Lab) -> Tested {
    let lags = [switch(1, Rate::Fast), with_key(switch(1, Rate::Fast), 8)];
    let mut scene = Scene::new(lab, host(Rate::Fast), &lags, &[(0, port(1)), (0, port(2)), (1, port(3))])?;
    scene.stage("two aggregators", seconds(SETTLED))?;
    assert_eq!(scene.pair.sides[0].usable().count(), 2);
    // The one that is in use goes, and the other takes over.
    scene.plug(0, false)?;
    scene.plug(1, false)?;
    scene.stage("the other LAG's turn", seconds(SETTLED))?;
    assert_eq!(scene.pair.sides[0].usable().count(), 1);
    scene.plug(0, true)?;
    scene.plug(1, true)?;
    scene.stage("stable's keeping what it has", seconds(SETTLED))?;
    assert_eq!(scene.pair.sides[0].usable().count(), 1);
    scene.end()
}

fn a_port_with_a_wrong_key_is_kept_out(lab: &mut Lab) -> Tested {
    let wrong = PortConfig { key: Some(99), ..port(2) };
    let mut scene = Scene::new(lab, host(Rate::Fast), &[switch(1, Rate::Fast)], &[(0, port(1)), (0, wrong)])?;
    scene.stage("one port's being left out", seconds(SETTLED))?;
    assert!(!scene.is_whole());
    assert_eq!(scene.pair.sides[0].usable().count(), 1);
    scene.end()
}

fn two_switches_are_two_aggregators_and_an_mlag_pair_is_one(lab: &mut Lab) -> Tested {
    for (second, together) in [(switch(2, Rate::Fast), false), (switch(1, Rate::Fast), true)] {
        let fresh = Lab::new(lab.venue())?;
        let cables = [(0, port(1)), (1, port(0x4001))];
        let mut scene = Scene::new(&fresh, host(Rate::Fast), &[switch(1, Rate::Fast), second], &cables)?;
        scene.stage("coming together with two switches", seconds(SETTLED))?;
        assert_eq!(scene.pair.sides[0].usable().count(), if together { 2 } else { 1 });
        scene.plug(0, false)?;
        scene.stage("the first switch's going", seconds(SETTLED))?;
        assert_eq!(scene.pair.sides[0].usable().count(), 1);
        scene.end()?;
    }
    lab.host.enter()?;
    Ok(())
}

fn what_is_more_than_wanted_stands_by(lab: &mut Lab) -> Tested {
    let limited = Switch { key: 7, max_ports: Some(2), fallback: lacp::Fallback::None };
    let limited = Config { profile: Profile::Switch(limited), ..switch(1, Rate::Fast) };
    let mut scene = Scene::new(lab, host(Rate::Fast), &[limited], &[(0, port(1)), (0, port(2)), (0, port(3))])?;
    scene.stage("two of three", seconds(SETTLED))?;
    let carrying = |scene: &Scene| {
        let carries = |cable: &usize| scene.pair.port(0, *cable).actor().state.carries_traffic();
        (0..3).filter(carries).collect::<Vec<_>>()
    };
    assert_eq!(carrying(&scene), [0, 1]);
    scene.plug(0, false)?;
    scene.stage("the third's turn", seconds(SETTLED))?;
    // A slave without a link shows what it had last: look at the others.
    assert_eq!(scene.pair.sides[1].usable().count(), 2);
    scene.plug(0, true)?;
    scene.stage("the first's coming back", seconds(SETTLED))?;
    assert_eq!(carrying(&scene), [0, 1]);
    scene.end()
}

fn the_aggregator_is_chosen_by_the_policy(lab: &mut Lab) -> Tested {
    for (select, number) in [(Select::Bandwidth, 1), (Select::Count, 2)] {
        let fresh = Lab::new(lab.venue())?;
        let mut near = host(Rate::Fast);
        if let Profile::Linux(linux) = &mut near.profile {
            linux.select = select;
        }
        let cables = [(0, port(1)), (1, port(2)), (1, port(3))];
        let mut scene = Scene::new(&fresh, near, &[switch(1, Rate::Fast), switch(2, Rate::Fast)], &cables)?;
        scene.stage("the wider one's being chosen", seconds(SETTLED))?;
        assert_eq!(scene.pair.sides[0].usable().count(), 2, "ad_select {number}");
        scene.plug(1, false)?;
        scene.plug(2, false)?;
        scene.stage("the narrow one's turn", seconds(SETTLED))?;
        scene.plug(1, true)?;
        scene.plug(2, true)?;
        scene.stage("the wider one's coming back", seconds(SETTLED))?;
        assert_eq!(scene.pair.sides[0].usable().count(), 2, "ad_select {number}");
        scene.end()?;
    }
    lab.host.enter()?;
    Ok(())
}

fn min_links_takes_the_carrier(lab: &mut Lab) -> Tested {
    let near = Config { min_links: 2, ..Config { rate: Rate::Fast, ..Config::linux(mac(0, 1)) } };
    let mut scene = Scene::new(lab, near, &[switch(1, Rate::Fast)], &[(0, port(1)), (0, port(2))])?;
    scene.stage("coming together", seconds(SETTLED))?;
    assert!(scene.pair.sides[0].carrier());
    scene.plug(1, false)?;
    scene.stage("too few", seconds(SETTLED))?;
    assert!(!scene.pair.sides[0].carrier());
    scene.set(lab, (bond::MIN_LINKS, Value::Number(1)), |config| config.min_links = 1)?;
    scene.stage("enough", seconds(SETTLED))?;
    assert!(scene.pair.sides[0].carrier());
    scene.end()
}
