//! Sides, and cables between them, which may lose, delay and reorder frames, each way by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use ::chance::Chance;
use lacp::{Config, Lag, Link, Port, PortConfig, PortId, Selection};
use network::Mac;
use network::lacp::PortState;

/// A cable.
#[derive(Clone, Debug)]
pub(crate) struct Cable {
    /// The side and the port at each end; `None`: it ends at nobody.
    pub(crate) ends: [Option<(usize, PortId)>; 2],
    /// Whether frames that leave that end get lost.
    pub(crate) cut: [bool; 2],
    /// How many of 256 frames get lost.
    pub(crate) loss: u8,
    /// The most that a frame takes beyond 10 µs, in milliseconds: frames may overtake each other.
    pub(crate) jitter: u8,
}

/// A host and whom it is cabled to.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) now: Duration,
    /// The first is the near one: cables begin there.
    pub(crate) sides: Vec<Lag>,
    pub(crate) cables: Vec<Cable>,
    flying: BTreeMap<(Duration, u64), (usize, PortId, Vec<u8>)>,
    count: u64,
    chance: Chance,
}

/// The least that a frame takes.
const FLIGHT: Duration = Duration::from_micros(10);

pub(crate) fn mac(side: u8, port: usize) -> Mac {
    Mac([2, 0, 0, 0, side, u8::try_from(port).expect("few ports")])
}

impl Pair {
    pub(crate) fn new(sides: impl IntoIterator<Item = Config>, seed: u64) -> Self {
        let sides = sides.into_iter().map(Lag::new).collect();
        let (cables, flying) = (Vec::new(), BTreeMap::new());
        Self { now: Duration::ZERO, sides, cables, flying, count: 0, chance: Chance::new(seed) }
    }

    /// Two sides with that many cables at 10 Gb/s, opened.
    pub(crate) fn cabled(sides: [Config; 2], cables: usize) -> Self {
        let mut pair = Self::new(sides, 1);
        for _ in 0..cables {
            pair.lay(Link::up(10_000));
        }
        pair.open();
        pair
    }

    pub(crate) fn open(&mut self) {
        let now = self.now;
        self.sides.iter_mut().for_each(|side| side.open(now));
    }

    /// Lays a cable between a new port of each of the first two sides.
    pub(crate) fn lay(&mut self, link: Link) -> usize {
        let n = self.cables.len();
        let far = PortConfig::slave(mac(1, n + 1), link);
        self.lay_to(1, link, &far)
    }

    /// Lays a cable between a new port of the first side and that of another.
    pub(crate) fn lay_to(&mut self, side: usize, link: Link, far: &PortConfig) -> usize {
        let (now, n) = (self.now, self.cables.len());
        let near = self.sides[0].add_port(now, &PortConfig::slave(mac(0, n + 1), link));
        let far = self.sides[side].add_port(now, far);
        self.cables.push(Cable { ends: [Some((0, near)), Some((side, far))], cut: [false; 2], loss: 0, jitter: 0 });
        n
    }

    /// The port at that end of a cable.
    pub(crate) fn port(&self, end: usize, cable: usize) -> &Port {
        let (side, id) = self.cables[cable].ends[end].expect("it has a port there");
        self.sides[side].port(id).expect("it is there")
    }

    pub(crate) fn state(&self, end: usize, cable: usize) -> u8 {
        self.port(end, cable).actor().state.0
    }

    /// Pulls or plugs a cable: both ends see it at once, monitors included.
    pub(crate) fn plug(&mut self, cable: usize, link: Link) {
        let now = self.now;
        for (side, id) in self.cables[cable].ends.into_iter().flatten() {
            self.sides[side].set_link(now, id, link).expect("it is there");
        }
        self.fetch();
    }

    /// Lets time pass.
    pub(crate) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        self.fetch();
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.now = next;
            if let Some(first) = self.flying.first_entry().filter(|first| first.key().0 <= next) {
                let (side, port, frame) = first.remove();
                // A port that was taken out meanwhile hears nothing.
                let _ = self.sides[side].handle_frame(next, port, &frame);
            }
            self.sides.iter_mut().for_each(|side| side.handle_timeout(next));
            self.fetch();
            self.examine();
        }
        self.now = end;
        self.sides.iter_mut().for_each(|side| side.handle_timeout(end));
        self.fetch();
    }

    fn next(&self) -> Option<Duration> {
        let flying = self.flying.keys().next().map(|key| key.0);
        self.sides.iter().filter_map(Lag::next_deadline).chain(flying).min()
    }

    fn draw(&mut self) -> u8 {
        self.chance.draw().to_le_bytes()[0]
    }

    /// Sends what waits to be sent.
    fn fetch(&mut self) {
        for side in 0..self.sides.len() {
            while let Some(frame) = self.sides[side].poll_transmit() {
                let from = Some((side, frame.port));
                let found = self.cables.iter().find_map(|cable| {
                    let end = cable.ends.iter().position(|end| *end == from)?;
                    Some((cable.clone(), end))
                });
                let Some((cable, end)) = found else { continue };
                let (lost, late) = (self.draw() < cable.loss, self.draw());
                let Some((far, to)) = cable.ends[1 - end].filter(|_| !cable.cut[end] && !lost) else { continue };
                let runs = |side: &Lag, id| side.port(id).is_ok_and(|port| port.link().running);
                if runs(&self.sides[far], to) && runs(&self.sides[side], frame.port) {
                    let late = Duration::from_millis(u64::from(late) * u64::from(cable.jitter) / 255);
                    self.count += 1;
                    self.flying.insert((self.now + FLIGHT + late, self.count), (far, to, frame.frame.to_vec()));
                }
            }
        }
    }

    /// What must hold at any time.
    pub(crate) fn examine(&self) {
        for side in &self.sides {
            let active = side.aggregators().iter().filter(|aggregator| aggregator.active).count();
            assert!(active <= 1, "{active} active aggregators: {side:#?}");
            for port in side.ports() {
                let (state, selection) = (port.actor().state, port.selection());
                let member =
                    side.aggregators().iter().filter(|aggregator| aggregator.ports.contains(&port.id())).count();
                assert_eq!(member, usize::from(port.aggregator().is_some()), "{port:#?}");
                if selection == Selection::Selected {
                    assert!(port.aggregator().is_some(), "{port:#?}");
                }
                let carries = state.has(PortState::COLLECTING) || state.has(PortState::DISTRIBUTING);
                // The machine that clears the bits runs once a tick, behind a PDU that unselects.
                if carries && side.next_deadline().is_none_or(|next| next > self.now + lacp::tick::TICK) {
                    assert_eq!(selection, Selection::Selected, "{port:#?}");
                    assert!(state.has(PortState::SYNCHRONIZATION), "{port:#?}");
                }
            }
            for id in side.usable() {
                let port = side.port(id).expect("it is one of its ports");
                assert!(port.link().running && port.distributes(), "{port:#?}");
            }
        }
    }

    /// Whether all ports of both sides are in one aggregator each and carry traffic.
    pub(crate) fn is_whole(&self) -> bool {
        self.sides.iter().all(|side| {
            side.carrier()
                && side.usable().count() == side.ports().len()
                && side.ports().iter().all(|port| port.actor().state.carries_traffic())
        })
    }
}

pub(crate) fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
