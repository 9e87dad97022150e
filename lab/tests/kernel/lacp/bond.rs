//! A healthy LAG in all combinations, and what changes it live.

use lab::Lab;
use lacp::{Config, Linux, PortConfig, Profile, Rate};
use network::option::bond;
use network::{Mac, Value};

use super::pair::{mac, seconds};
use super::scene::{Scene, Tested, host, port, switch};

lab::test!(
    fast_and_slow_at_either_end,
    active_and_passive_at_either_end,
    our_machines_as_linux_are_a_partner_too,
    another_system_is_told_at_once,
    a_slave_that_is_released_says_so,
    collecting_and_distributing_may_be_two_states,
    the_users_key_is_part_of_the_key,
);

/// How long a LAG takes to come together, by far.
const TOGETHER: u64 = 12;

fn two_ports() -> [(usize, PortConfig); 2] {
    [(0, port(11)), (0, port(12))]
}

fn fast_and_slow_at_either_end(lab: &mut Lab) -> Tested {
    for (near, far, healthy) in
        [(Rate::Fast, Rate::Fast, 63), (Rate::Fast, Rate::Slow, 63), (Rate::Slow, Rate::Slow, 61)]
    {
        let fresh = Lab::new(lab.venue())?;
        let mut scene = Scene::new(&fresh, host(near), &[switch(1, far)], &two_ports())?;
        scene.stage("coming together", seconds(TOGETHER))?;
        assert!(scene.is_whole());
        assert_eq!([scene.state(0), scene.state(1)], [healthy; 2]);
        scene.end()?;
    }
    lab.host.enter()?;
    Ok(())
}

fn active_and_passive_at_either_end(lab: &mut Lab) -> Tested {
    for (near, far, whole) in [(true, false, true), (false, true, true), (false, false, false)] {
        let fresh = Lab::new(lab.venue())?;
        let near = Config { active: near, ..host(Rate::Fast) };
        let far = Config { active: far, ..switch(1, Rate::Fast) };
        let mut scene = Scene::new(&fresh, near, &[far], &two_ports())?;
        scene.stage("coming together", seconds(TOGETHER))?;
        assert_eq!(scene.is_whole(), whole);
        scene.end()?;
    }
    lab.host.enter()?;
    Ok(())
}

/// The other way round: the kernel plays the switch, our machines the host.
fn our_machines_as_linux_are_a_partner_too(lab: &mut Lab) -> Tested {
    let ours = Config { rate: Rate::Fast, ..Config::linux(mac(1, 1)) };
    let slave = || (0, PortConfig::slave(Mac::ZERO, lacp::Link::up(10_000)));
    let mut scene = Scene::new(lab, host(Rate::Fast), &[ours], &[slave(), slave(), slave()])?;
    scene.stage("coming together", seconds(TOGETHER))?;
    assert!(scene.is_whole());
    scene.plug(1, false)?;
    scene.stage("a pulled cable", seconds(TOGETHER))?;
    scene.plug(1, true)?;
    scene.stage("its coming back", seconds(TOGETHER))?;
    assert!(scene.is_whole());
    // One after another: who gives up first decides which aggregator it gets.
    for cable in 0..3 {
        scene.cut(cable, true, true)?;
        scene.stage("one more port's silence", seconds(TOGETHER))?;
    }
    assert!(!scene.is_whole());
    scene.end()
}

fn another_system_is_told_at_once(lab: &mut Lab) -> Tested {
    let mut scene = Scene::new(lab, host(Rate::Fast), &[switch(1, Rate::Fast)], &two_ports())?;
    scene.stage("coming together", seconds(TOGETHER))?;
    scene.set(lab, (bond::AD_ACTOR_SYS_PRIO, Value::Number(100)), |config| config.system_priority = 100)?;
    scene.stage("another priority", seconds(TOGETHER))?;
    let system = Mac([2, 0, 0, 0, 7, 7]);
    scene.set(lab, (bond::AD_ACTOR_SYSTEM, Value::Mac(system)), move |config| config.system = system)?;
    scene.stage("another system", seconds(TOGETHER))?;
    assert!(scene.is_whole());
    scene.reconfigure(0, |config| config.system_priority = 1)?;
    scene.stage("another priority of the partner", seconds(TOGETHER))?;
    assert!(scene.is_whole());
    scene.end()
}

fn a_slave_that_is_released_says_so(lab: &mut Lab) -> Tested {
    let mut scene =
        Scene::new(lab, host(Rate::Slow), &[switch(1, Rate::Slow)], &[(0, port(1)), (0, port(2)), (0, port(3))])?;
    scene.stage("coming together", seconds(TOGETHER))?;
    scene.release_last(lab)?;
    scene.stage("going on with two", seconds(TOGETHER))?;
    scene.end()
}

/// The switch collects and distributes at once, and so the bond distributes as soon as it hears of it.
fn collecting_and_distributing_may_be_two_states(lab: &mut Lab) -> Tested {
    let profile = Profile::Linux(Linux { coupled: false, ..Linux::default() });
    let near = Config { profile, ..host(Rate::Fast) };
    let mut scene = Scene::new(lab, near, &[switch(1, Rate::Fast)], &two_ports())?;
    scene.stage("coming together", seconds(TOGETHER))?;
    assert!(scene.is_whole());
    scene.cut(1, false, true)?;
    scene.stage("one port's silence", seconds(TOGETHER))?;
    scene.end()
}

fn the_users_key_is_part_of_the_key(lab: &mut Lab) -> Tested {
    let profile = Profile::Linux(Linux { user_key: 5, ..Linux::default() });
    let near = Config { profile, ..host(Rate::Fast) };
    let mut scene = Scene::new(lab, near, &[switch(1, Rate::Fast)], &two_ports())?;
    scene.stage("coming together", seconds(TOGETHER))?;
    assert_eq!(scene.pair.port(0, 0).actor().end.key, 5 << 6 | 15);
    scene.end()
}
