//! Flows, and what an outage does to them.
//!
//! Each flow sends a packet each millisecond, both ways. A packet that does not arrive in its millisecond is lost. Nobody
//! counts an hour's packets one by one: as long as nothing changes, packets fare as the last one did, and time may pass to the
//! next deadline. Where no two packets need fare alike (a bond that takes turns, a lossy cable) each is sent.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use serde::Serialize;

use crate::cable::CableState;
use crate::frame::{Data, Way};
use crate::kernel::Kernel;
use crate::{Station, World};

/// The pace of a flow.
pub const PACE: Duration = Duration::from_millis(1);
/// At least so often a packet is really sent: neighbours and learned addresses stay fresh by them.
const REFRESH: Duration = Duration::from_secs(1);
/// How many outages of a flow are kept apart; more count into the last.
const MAX_OUTAGES: usize = 10_000;

/// Where a flow begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// An address of a host itself.
    Host(usize),
    /// A station, or a guest.
    Station(usize),
}

/// A flow between two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    /// Whose it is: "the host", "guest 100".
    pub name: String,
    /// The end in or on the host.
    pub near: End,
    /// The address of that end, where it may be without one for a while; else it is asked each time.
    pub address: Option<IpNet>,
    /// The other one.
    pub far: End,
}

/// A time during which a flow lost all that it sent one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Outage {
    /// When its first packet was lost.
    #[serde(serialize_with = "millis")]
    pub from: Duration,
    /// When one arrived again; `None`: not yet.
    #[serde(serialize_with = "maybe_millis")]
    pub until: Option<Duration>,
}

fn millis<S: serde::Serializer>(at: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u128(at.as_millis())
}

fn maybe_millis<S: serde::Serializer>(at: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    at.map(|at| at.as_millis()).serialize(serializer)
}

/// What became of a flow's packets one way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// How many were sent.
    pub sent: u64,
    /// How many of them were lost.
    pub lost: u64,
    /// How many arrived more than once.
    pub doubled: u64,
    /// When all were lost.
    pub outages: Vec<Outage>,
}

impl Meter {
    fn count(&mut self, now: Duration, arrivals: usize, times: u64) {
        self.sent += times;
        let room = self.outages.len() < MAX_OUTAGES;
        match (arrivals, self.outages.last_mut().filter(|outage| outage.until.is_none())) {
            (0, None) if room => self.outages.push(Outage { from: now, until: None }),
            (1.., Some(outage)) => outage.until = Some(now),
            _ => {}
        }
        self.lost += if arrivals == 0 { times } else { 0 };
        self.doubled += if arrivals > 1 { times } else { 0 };
    }

    /// The longest time without an arrival, within a span of the run that ends at `end`.
    #[must_use]
    pub fn longest(&self, begin: Duration, end: Duration) -> Duration {
        let lengths = self.outages.iter().map(|outage| {
            let until = outage.until.unwrap_or(end).min(end);
            until.saturating_sub(outage.from.max(begin))
        });
        lengths.max().unwrap_or_default()
    }
}

/// Flows and their meters.
#[derive(Clone, Debug, Default)]
pub struct Traffic {
    /// The flows.
    pub flows: Vec<Flow>,
    meters: Vec<[Meter; 2]>,
    arrivals: Vec<[usize; 2]>,
    next: Duration,
}

impl Traffic {
    /// Flows that begin at `now`.
    #[must_use]
    pub fn new(flows: Vec<Flow>, now: Duration) -> Self {
        let meters = flows.iter().map(|_| Default::default()).collect();
        let arrivals = vec![[0; 2]; flows.len()];
        Self { flows, meters, arrivals, next: whole(now) }
    }

    /// Adds a flow.
    pub fn add(&mut self, flow: Flow) {
        self.flows.push(flow);
        self.meters.push(Default::default());
        self.arrivals.push([0; 2]);
    }

    /// What became of a flow one way.
    #[must_use]
    pub fn meter(&self, flow: usize, way: Way) -> &Meter {
        &self.meters[flow][index(way)]
    }

    /// Whether the last packets of all flows arrived, both ways.
    #[must_use]
    pub fn all_arrive(&self) -> bool {
        self.arrivals.iter().flatten().all(|arrivals| *arrivals > 0)
    }

    /// Lets the world's time pass until `to`, with traffic.
    pub fn run_to(&mut self, world: &mut World, to: Duration) {
        while self.next <= to {
            // What is due between two packets happens there.
            world.run_to(self.next);
            let (before, arrived) = (world.version(), self.arrivals.clone());
            self.round(world);
            let settled = world.version() == before && self.arrivals == arrived && !any_differs(world);
            self.next += PACE;
            if settled {
                self.skip(world, to);
            }
        }
        world.run_to(to);
    }

    /// Sends a packet of each flow, both ways.
    fn round(&mut self, world: &mut World) {
        self.arrivals = vec![[0; 2]; self.flows.len()];
        world.delivered.clear();
        for number in 0..self.flows.len() {
            for way in Way::BOTH {
                self.send(world, number, way);
            }
        }
        for data in world.delivered.drain(..) {
            if let Some(arrivals) = usize::try_from(data.flow).ok().and_then(|flow| self.arrivals.get_mut(flow)) {
                arrivals[index(data.way)] += 1;
            }
        }
        self.count(1);
    }

    /// Passes over the packets that fare as the last ones did: up to the next deadline, and for a second at most.
    fn skip(&mut self, world: &World, to: Duration) {
        let last = self.next - PACE;
        let until = world.next_deadline().unwrap_or(to).min(last + REFRESH).min(to);
        let ahead = until.saturating_sub(self.next).as_millis();
        let packets = u64::try_from(ahead).unwrap_or(0);
        if packets > 0 {
            self.count(packets);
            self.next += PACE * u32::try_from(packets).unwrap_or(0);
        }
    }

    fn count(&mut self, times: u64) {
        for (meters, arrivals) in self.meters.iter_mut().zip(&self.arrivals) {
            for way in Way::BOTH {
                meters[index(way)].count(self.next, arrivals[index(way)], times);
            }
        }
    }

    fn send(&self, world: &mut World, number: usize, way: Way) {
        let flow = &self.flows[number];
        let from = if way == Way::Out { flow.near } else { flow.far };
        let small = u16::try_from(number % 1000).unwrap_or(0);
        let ports = [50_000 + small, 9];
        let ports = if way == Way::Out { ports } else { [ports[1], ports[0]] };
        let near = flow.address.map_or_else(|| of(world, flow.near), |address| vec![address]);
        let far = of(world, flow.far);
        let (mine, theirs) = if way == Way::Out { (near, far) } else { (far, near) };
        let Some((source, destination)) = addresses(&mine, &theirs) else { return };
        let flow = u32::try_from(number).unwrap_or(u32::MAX);
        let data = Data { flow, way, source, destination, source_port: ports[0], destination_port: ports[1] };
        match from {
            End::Host(host) => world.send_from_host(host, data),
            End::Station(station) => world.send_from_station(station, data),
        }
    }
}

/// From which address to which a flow goes: of one family, of one network where there is such.
fn addresses(mine: &[IpNet], theirs: &[IpNet]) -> Option<(IpAddr, IpAddr)> {
    let near = |a: &&IpNet| theirs.iter().any(|b| a.contains(&b.addr()));
    let source = mine.iter().find(near).or(mine.first())?;
    let destination = theirs.iter().find(|net| source.contains(&net.addr()));
    let destination = destination.or_else(|| theirs.iter().find(|net| net.addr().is_ipv4() == source.addr().is_ipv4()));
    Some((source.addr(), destination?.addr()))
}

fn of(world: &World, end: End) -> Vec<IpNet> {
    match end {
        End::Host(host) => world.hosts.get(host).map(Kernel::own_addresses).unwrap_or_default(),
        End::Station(station) => {
            world.stations.get(station).map(|it: &Station| it.addresses.clone()).unwrap_or_default()
        }
    }
}

/// Whether anything about the world makes one packet fare otherwise than the next.
fn any_differs(world: &World) -> bool {
    let lossy = |cable: &crate::cable::Cable| matches!(cable.state, CableState::Lossy(_));
    world.cables.iter().any(lossy) || world.hosts.iter().any(Kernel::takes_turns)
}

fn index(way: Way) -> usize {
    match way {
        Way::Out => 0,
        Way::In => 1,
    }
}

/// The first whole millisecond from then on.
fn whole(now: Duration) -> Duration {
    let millis = now.as_nanos().div_ceil(PACE.as_nanos());
    PACE * u32::try_from(millis).unwrap_or(u32::MAX)
}
