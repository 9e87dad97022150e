//! A partner that falls silent, hears nothing, or never comes into sync.

use lab::Lab;
use lacp::Rate;

use super::pair::seconds;
use super::scene::{Scene, Tested, host, port, switch};

lab::test!(
    a_partner_falls_silent_and_comes_back,
    a_one_way_link_is_out_of_sync_at_both_ends,
    who_has_no_partner_still_carries_traffic,
    churn_is_judged_after_a_minute,
);

/// How long anything takes to settle with LACPDUs each second, by far.
const SETTLED: u64 = 15;
/// The same where both ends gave their partner up: then they speak each 30 s.
const FOUND_AGAIN: u64 = 45;

fn lag(lab: &Lab) -> Result<Scene, Box<dyn std::error::Error>> {
    let mut scene = Scene::new(lab, host(Rate::Fast), &[switch(1, Rate::Fast)], &[(0, port(1)), (0, port(2))])?;
    scene.stage("coming together", seconds(SETTLED))?;
    assert!(scene.is_whole());
    Ok(scene)
}

fn a_partner_falls_silent_and_comes_back(lab: &mut Lab) -> Tested {
    let mut scene = lag(lab)?;
    scene.cut(0, false, true)?;
    scene.stage("one port's silence", seconds(SETTLED))?;
    scene.cut(1, false, true)?;
    scene.stage("the other port's silence", seconds(SETTLED))?;
    scene.cut(0, false, false)?;
    scene.cut(1, false, false)?;
    scene.stage("its coming back", seconds(FOUND_AGAIN))?;
    assert!(scene.is_whole());
    scene.end()
}

fn a_one_way_link_is_out_of_sync_at_both_ends(lab: &mut Lab) -> Tested {
    for (from_host, from_partner) in [(true, false), (false, true)] {
        let fresh = Lab::new(lab.venue())?;
        let mut scene = lag(&fresh)?;
        scene.cut(1, from_host, from_partner)?;
        scene.stage("a link that works one way", seconds(SETTLED))?;
        assert!(!scene.is_whole());
        scene.cut(1, false, false)?;
        scene.stage("its working both ways", seconds(FOUND_AGAIN))?;
        assert!(scene.is_whole());
        scene.end()?;
    }
    lab.host.enter()?;
    Ok(())
}

fn who_has_no_partner_still_carries_traffic(lab: &mut Lab) -> Tested {
    for (rate, active, other) in [(Rate::Fast, 79, 71), (Rate::Slow, 77, 69)] {
        let fresh = Lab::new(lab.venue())?;
        let mut scene =
            Scene::new(&fresh, host(rate), &[switch(1, rate)], &[(0, port(1)), (0, port(2)), (0, port(3))])?;
        for cable in 0..3 {
            scene.cut(cable, true, true)?;
        }
        // What came before the cut is forgotten by then.
        scene.stage("nobody there", seconds(if rate == Rate::Fast { SETTLED } else { 110 }))?;
        assert_eq!([scene.state(0), scene.state(1), scene.state(2)], [active, other, other]);
        scene.end()?;
    }
    lab.host.enter()?;
    Ok(())
}

fn churn_is_judged_after_a_minute(lab: &mut Lab) -> Tested {
    let mut scene = lag(lab)?;
    scene.cut(1, false, true)?;
    scene.churn = true;
    scene.stage("churn at the port that hears nothing, and none at the other", seconds(80))?;
    scene.end()
}
