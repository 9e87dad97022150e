//! A partner that says anything at any time: a side of a LAG stays in order.

use std::time::Duration;

use lacp::{Config, Fallback, Lag, Link, PortConfig, PortId, Profile, Rate, Selection, Switch};
use network::Mac;
use wire::slow;

/// The most that happens in a run.
const MAX_EVENTS: usize = 512;
/// The most ports.
const MAX_PORTS: usize = 8;

/// The first byte says what the side is; then come events: a byte what, a byte to which port or how much, and for a
/// frame its length and what follows the header.
///
/// # Panics
/// When a rule is broken: two active aggregators, a port in two or in none that it says it is in, a deadline that passed.
pub fn lacp(bytes: &[u8]) {
    let Some((&kind, mut rest)) = bytes.split_first() else { return };
    let mut lag = Lag::new(config(kind));
    let (mut now, mut ports) = (Duration::ZERO, Vec::new());
    for _ in 0..MAX_EVENTS {
        let [what, which, after @ ..] = rest else { break };
        rest = after;
        let port = ports.get(usize::from(*which) % ports.len().max(1)).copied();
        match (what % 8, port) {
            (0, _) if ports.len() < MAX_PORTS => {
                let link = if *which < 200 { Link::up(10_000) } else { Link::DOWN };
                ports.push(lag.add_port(now, &PortConfig::slave(Mac([2, 0, 0, 0, 0, *which]), link)));
            }
            (1, Some(port)) => {
                lag.remove_port(now, port).expect("it is there");
                ports.retain(|other| *other != port);
            }
            (2, Some(port)) => link(&mut lag, now, port, *which),
            (3, _) => lag.open(now),
            (4, _) if *which < 32 => lag.close(now),
            (5 | 6, Some(port)) => rest = frame(&mut lag, now, port, after),
            _ => now += Duration::from_millis(u64::from(*which) * 37),
        }
        lag.handle_timeout(now);
        while lag.poll_transmit().is_some() {}
        examine(&lag, now);
    }
}

fn config(kind: u8) -> Config {
    let mut config = if kind & 1 == 0 {
        Config::linux(Mac([2, 0, 0, 0, 0, 1]))
    } else {
        let fallback = [Fallback::None, Fallback::Individual, Fallback::OnePort][usize::from(kind >> 1) % 3];
        let profile = Profile::Switch(Switch { key: 7, max_ports: (kind & 8 != 0).then_some(2), fallback });
        Config { profile, ..Config::switch(Mac([2, 0, 0, 0, 0, 1]), 7) }
    };
    config.active = kind & 16 == 0;
    config.rate = if kind & 32 == 0 { Rate::Fast } else { Rate::Slow };
    if let Profile::Linux(linux) = &mut config.profile {
        linux.coupled = kind & 64 == 0;
        linux.link_loss_clears_sync = kind & 128 == 0;
    }
    config
}

fn link(lag: &mut Lag, now: Duration, port: PortId, how: u8) {
    let link = match how / 8 % 5 {
        0 => Link::DOWN,
        1 => Link::up(1_000),
        2 => Link { full_duplex: Some(false), ..Link::up(100) },
        3 => Link { running: false, ..Link::up(10_000) },
        _ => Link::up(10_000),
    };
    lag.set_link(now, port, link).expect("it is there");
}

/// A slow protocols' frame with what comes next in it; gives back what is left.
fn frame<'a>(lag: &mut Lag, now: Duration, port: PortId, bytes: &'a [u8]) -> &'a [u8] {
    let Some((&length, after)) = bytes.split_first() else { return bytes };
    let (payload, rest) = after.split_at(usize::from(length).min(after.len()));
    let mut pdu = [0; slow::PDU_LEN];
    let taken = payload.len().min(pdu.len());
    pdu[..taken].copy_from_slice(&payload[..taken]);
    lag.handle_frame(now, port, &slow::frame(Mac([2, 0, 0, 0, 0, 9]), &pdu)).expect("it is there");
    rest
}

fn examine(lag: &Lag, now: Duration) {
    assert!(lag.aggregators().iter().filter(|aggregator| aggregator.active).count() <= 1);
    assert!(lag.next_deadline().is_none_or(|next| next > now));
    for port in lag.ports() {
        let inside = lag.aggregators().iter().filter(|aggregator| aggregator.ports.contains(&port.id()));
        let inside: Vec<u16> = inside.map(|aggregator| aggregator.id).collect();
        assert_eq!(inside, port.aggregator().into_iter().collect::<Vec<_>>());
        assert!(port.selection() != Selection::Selected || port.aggregator().is_some());
    }
    for id in lag.usable() {
        assert!(lag.port(id).is_ok_and(|port| port.link().running));
    }
}
