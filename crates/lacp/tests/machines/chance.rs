//! Whatever happens, no rule is broken; and once all is well, the LAG comes together.

use std::time::Duration;

use lacp::{Config, Fallback, Lag, Link, Linux, Profile, Rate, Select, Switch};
use proptest::prelude::*;

use crate::pair::{Pair, mac, seconds};

/// What may happen.
#[derive(Clone, Copy, Debug)]
enum Event {
    Wait(u16),
    Pull(usize),
    Plug(usize),
    Cut(usize, bool, bool),
    Noise(usize, u8, u8),
    Close(usize),
    Open(usize),
    Rate(usize, bool),
    Renamed(usize, u16),
    Markers(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let cable = 0..4_usize;
    prop_oneof![
        6 => (1..4000_u16).prop_map(Event::Wait),
        2 => cable.clone().prop_map(Event::Pull),
        2 => cable.clone().prop_map(Event::Plug),
        2 => (cable.clone(), any::<bool>(), any::<bool>()).prop_map(|(cable, out, into)| Event::Cut(cable, out, into)),
        2 => (cable.clone(), 0..200_u8, any::<u8>()).prop_map(|(cable, loss, jitter)| Event::Noise(cable, loss, jitter)),
        1 => (0..2_usize).prop_map(Event::Close),
        1 => (0..2_usize).prop_map(Event::Open),
        1 => (0..2_usize, any::<bool>()).prop_map(|(side, fast)| Event::Rate(side, fast)),
        1 => (0..2_usize, 1..9_u16).prop_map(|(side, priority)| Event::Renamed(side, priority)),
        1 => cable.prop_map(Event::Markers),
    ]
}

fn side(number: u8) -> impl Strategy<Value = Config> {
    let select = prop::sample::select(vec![Select::Stable, Select::Bandwidth, Select::Count]);
    let linux = (select, any::<bool>(), any::<bool>()).prop_map(|(select, coupled, link_loss_clears_sync)| {
        Profile::Linux(Linux { select, coupled, link_loss_clears_sync, ..Linux::default() })
    });
    let fallback = prop::sample::select(vec![Fallback::None, Fallback::Individual, Fallback::OnePort]);
    let switch = (prop::option::of(1..5_u16), fallback)
        .prop_map(|(max_ports, fallback)| Profile::Switch(Switch { key: 7, max_ports, fallback }));
    (prop_oneof![linux, switch], any::<bool>(), any::<bool>(), 0..3_u32).prop_map(
        move |(profile, fast, active, min_links)| Config {
            profile,
            rate: if fast { Rate::Fast } else { Rate::Slow },
            active,
            min_links,
            ..Config::linux(mac(number, 0))
        },
    )
}

fn happen(pair: &mut Pair, event: Event) {
    let now = pair.now;
    match event {
        Event::Wait(ticks) => pair.run(Duration::from_millis(u64::from(ticks) * 10)),
        Event::Pull(cable) => pair.plug(cable, Link::DOWN),
        Event::Plug(cable) => pair.plug(cable, Link::up(10_000)),
        Event::Cut(cable, out, into) => pair.cables[cable].cut = [out, into],
        Event::Noise(cable, loss, jitter) => (pair.cables[cable].loss, pair.cables[cable].jitter) = (loss, jitter),
        Event::Close(side) => pair.sides[side].close(now),
        Event::Open(side) => pair.sides[side].open(now),
        Event::Rate(side, fast) => {
            let rate = if fast { Rate::Fast } else { Rate::Slow };
            let config = Config { rate, ..pair.sides[side].config().clone() };
            pair.sides[side].reconfigure(now, config).expect("the kind is the same");
        }
        Event::Renamed(side, system_priority) => {
            let config = Config { system_priority, ..pair.sides[side].config().clone() };
            pair.sides[side].reconfigure(now, config).expect("the kind is the same");
        }
        Event::Markers(cable) => {
            let marker = wire::marker::Marker::information(1, mac(0, 0), 1);
            let frame = wire::slow::frame(mac(0, 0), &marker.emit());
            let id = pair.port(1, cable).id();
            for _ in 0..20 {
                pair.sides[1].handle_frame(now, id, &frame).expect("it is there");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_rule_is_broken_and_what_is_healthy_comes_together(
        near in side(0),
        far in side(1),
        seed in any::<u64>(),
        events in prop::collection::vec(event(), 0..40),
    ) {
        let may_begin = near.active || far.active;
        let mut pair = Pair::new([near, far], seed);
        for _ in 0..4 {
            pair.lay(Link::up(10_000));
        }
        pair.open();
        events.iter().for_each(|event| happen(&mut pair, *event));
        // All is well again.
        for cable in 0..4 {
            happen(&mut pair, Event::Plug(cable));
            happen(&mut pair, Event::Cut(cable, false, false));
            happen(&mut pair, Event::Noise(cable, 0, 0));
        }
        (0..2).for_each(|side| happen(&mut pair, Event::Open(side)));
        // The slowest: 90 s until a silent partner is given up, 30 s until it speaks, and some more.
        pair.run(seconds(300));
        if may_begin {
            let wanted = expected(&pair);
            for side in &pair.sides {
                let carrying = side.ports().iter().filter(|port| port.actor().state.carries_traffic()).count();
                prop_assert_eq!(carrying, wanted, "{:#?}", side);
            }
        }
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Ticks in which nothing happens are passed over; a side that is woken for each of them does the same.
    #[test]
    fn passing_over_quiet_ticks_changes_nothing(
        near in side(0),
        far in side(1),
        events in prop::collection::vec(event(), 0..25),
    ) {
        let mut lazy = Pair::new([near, far], 1);
        for _ in 0..4 {
            lazy.lay(Link::up(10_000));
        }
        lazy.open();
        let mut eager = lazy.clone();
        for event in events {
            happen(&mut lazy, event);
            if let Event::Wait(ticks) = event {
                let end = eager.now + Duration::from_millis(u64::from(ticks) * 10);
                while eager.now < end {
                    // Nothing happens, and the side expects that something may have.
                    for side in 0..2 {
                        let config = eager.sides[side].config().clone();
                        let now = eager.now;
                        eager.sides[side].reconfigure(now, config).expect("the kind is the same");
                    }
                    let step = Duration::from_millis(10).min(end - eager.now);
                    eager.run(step);
                }
            } else {
                happen(&mut eager, event);
            }
            for (lazy, eager) in lazy.sides.iter().zip(&eager.sides) {
                prop_assert_eq!(lazy.ports(), eager.ports());
                prop_assert_eq!(lazy.aggregators(), eager.aggregators());
                prop_assert_eq!(lazy.carrier(), eager.carrier());
            }
        }
    }
}

/// How many of the four ports carry traffic when all is well: as many as each switch lets be active.
fn expected(pair: &Pair) -> usize {
    let limit = |side: &Lag| match &side.config().profile {
        Profile::Switch(Switch { max_ports: Some(max), .. }) => usize::from(*max),
        _ => 4,
    };
    pair.sides.iter().map(limit).min().unwrap_or(4).min(4)
}
