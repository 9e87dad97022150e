//! Everything together, in virtual time: hosts, switches, stations, and the cables between them.
//!
//! Time stands still until [`World::run_to`] is called; it goes from one deadline to the next. A frame takes no time: it
//! reaches all that it reaches in the moment that it is sent. What happens is a function of what was built, what was done,
//! and the seed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use chance::Chance;
use network::{Change, IfName, Refusal};

use crate::cable::{Cable, CableState, Port};
use crate::frame::{Data, Frame};
use crate::kernel::{Kernel, NicFacts, Sent};
use crate::log::{Entry, Note};
use crate::station::{FromStation, Station};
use crate::switch::Switch;

/// How many hops the copies of one frame may take together. Beyond that they go round in a loop, and are dropped.
const MAX_HOPS: usize = 4096;
/// How many lines of the log are kept; the run goes on without.
const MAX_LOG: usize = 1 << 20;
/// How often at most one deadline may follow another without time passing.
const MAX_ROUNDS: usize = 10_000;

/// What has deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Entity {
    Host(usize),
    Switch(usize),
}

/// Hosts, switches, stations and cables.
#[derive(Clone, Debug)]
pub struct World {
    /// The hosts.
    pub hosts: Vec<Kernel>,
    /// The switches.
    pub switches: Vec<Switch>,
    /// Stations, guests among them.
    pub stations: Vec<Station>,
    pub(crate) cables: Vec<Cable>,
    plugs: BTreeMap<Port, usize>,
    now: Duration,
    due: BTreeMap<Entity, Duration>,
    queue: BTreeSet<(Duration, Entity)>,
    chance: Chance,
    log: Vec<Entry>,
    pub(crate) delivered: Vec<Data>,
    storms: u64,
    stalls: u64,
    version: u64,
    in_flight: VecDeque<(Port, Frame)>,
}

impl World {
    /// An empty one.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            hosts: Vec::new(),
            switches: Vec::new(),
            stations: Vec::new(),
            cables: Vec::new(),
            plugs: BTreeMap::new(),
            now: Duration::ZERO,
            due: BTreeMap::new(),
            queue: BTreeSet::new(),
            chance: Chance::new(seed),
            log: Vec::new(),
            delivered: Vec::new(),
            storms: 0,
            stalls: 0,
            version: 0,
            in_flight: VecDeque::new(),
        }
    }

    /// The time since it began.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.now
    }

    /// What happened so far.
    #[must_use]
    pub fn log(&self) -> &[Entry] {
        &self.log
    }

    /// How often frames went round in a loop.
    #[must_use]
    pub fn storms(&self) -> u64 {
        self.storms
    }

    /// How often something was due again and again without time passing, and was passed over. Always 0, but for a bug.
    #[must_use]
    pub fn stalls(&self) -> u64 {
        self.stalls
    }

    /// The seed's next number.
    pub fn chance(&mut self) -> &mut Chance {
        &mut self.chance
    }

    /// It is another number whenever anything changed that decides a frame's way.
    #[must_use]
    pub fn version(&self) -> u64 {
        let hosts = self.hosts.iter().map(|host| host.version);
        let switches = self.switches.iter().map(|switch| switch.version);
        let stations = self.stations.iter().map(|station| station.version);
        hosts.chain(switches).chain(stations).fold(self.version, u64::wrapping_add)
    }

    /// Lays a cable, and gives its number. A port that has one already is plugged over.
    pub fn cable(&mut self, first: Port, second: Port) -> usize {
        let number = self.cables.len();
        self.plugs.insert(first.clone(), number);
        self.plugs.insert(second.clone(), number);
        self.cables.push(Cable::new(first, second));
        self.settle_cable(number);
        number
    }

    /// The cable at a port.
    #[must_use]
    pub fn cable_at(&self, port: &Port) -> Option<usize> {
        self.plugs.get(port).copied()
    }

    /// A cable.
    #[must_use]
    pub fn cable_of(&self, number: usize) -> Option<&Cable> {
        self.cables.get(number)
    }

    /// How many cables there are.
    #[must_use]
    pub fn cables(&self) -> usize {
        self.cables.len()
    }

    /// Changes what is wrong with a cable.
    pub fn set_cable(&mut self, number: usize, state: CableState) {
        if let Some(cable) = self.cables.get_mut(number) {
            cable.state = state;
            self.version += 1;
            self.settle_cable(number);
            self.flush();
        }
    }

    /// Swaps the second ends of two cables: each goes where the other went.
    pub fn swap(&mut self, one: usize, other: usize) {
        let (Some(a), Some(b)) = (self.cables.get(one).cloned(), self.cables.get(other).cloned()) else { return };
        self.cables[one].ends[1] = b.ends[1].clone();
        self.cables[other].ends[1] = a.ends[1].clone();
        self.plugs.insert(b.ends[1].clone(), one);
        self.plugs.insert(a.ends[1].clone(), other);
        self.version += 1;
        self.settle_cable(one);
        self.settle_cable(other);
        self.flush();
    }

    /// Turns a chassis of a switch on or off.
    pub fn set_power(&mut self, switch: usize, chassis: usize, on: bool) {
        if let Some(it) = self.switches.get_mut(switch) {
            it.set_power(self.now, chassis, on);
            self.settle(Entity::Switch(switch));
            self.flush();
        }
    }

    /// Makes a change in a host's kernel.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn execute(&mut self, host: usize, change: &Change) -> Result<(), Refusal> {
        let mut out = Vec::new();
        let result = self.hosts[host].execute(self.now, change, &mut out);
        self.sent(host, out);
        self.settle(Entity::Host(host));
        self.flush();
        result
    }

    /// Starts a guest of a host: a station whose NIC is a port of a bridge there. Gives the station's number.
    ///
    /// # Errors
    /// The kernel's refusal: there is no such bridge.
    pub fn start_guest(
        &mut self,
        host: usize,
        port: &IfName,
        bridge: &IfName,
        facts: NicFacts,
        guest: Station,
    ) -> Result<usize, Refusal> {
        self.hosts[host].start_guest(self.now, port, bridge, facts)?;
        self.stations.push(guest);
        let station = self.stations.len() - 1;
        self.cable(Port::Nic { host, name: port.clone() }, Port::Station(station));
        self.settle(Entity::Host(host));
        self.flush();
        Ok(station)
    }

    /// Notes what was done from outside.
    pub fn note(&mut self, note: Note) {
        if self.log.len() < MAX_LOG {
            self.log.push(Entry { at: self.now, note });
        }
    }

    /// When anything is next due.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.queue.first().map(|(at, _)| *at)
    }

    /// Lets time pass until `to`, which must not be before now.
    pub fn run_to(&mut self, to: Duration) {
        let mut rounds = 0;
        while let Some((at, entity)) = self.queue.first().copied().filter(|(at, _)| *at <= to) {
            rounds = if at > self.now { 0 } else { rounds + 1 };
            // A deadline that does not move would be a bug; it must not hang the program.
            if rounds > MAX_ROUNDS {
                self.stalls += 1;
                break;
            }
            self.now = self.now.max(at);
            match entity {
                Entity::Host(host) => {
                    let mut out = Vec::new();
                    self.hosts[host].poll(self.now, &mut out);
                    self.sent(host, out);
                }
                Entity::Switch(switch) => self.switches[switch].poll(self.now),
            }
            self.fetch_lacpdus();
            self.settle(entity);
            self.flush();
        }
        self.now = self.now.max(to);
    }

    /// Sends a packet of a flow from a host's own address.
    pub(crate) fn send_from_host(&mut self, host: usize, data: Data) {
        let mut out = Vec::new();
        self.hosts[host].send(self.now, data, &mut out);
        self.sent(host, out);
        self.flush();
    }

    /// Sends a packet of a flow from a station.
    pub(crate) fn send_from_station(&mut self, station: usize, data: Data) {
        let mut out = Vec::new();
        self.stations[station].send(self.now, data, &mut out);
        self.station_sent(station, out);
        self.flush();
    }

    fn sent(&mut self, host: usize, out: Vec<Sent>) {
        for sent in out {
            match sent {
                Sent::Wire(name, frame) => self.in_flight.push_back((Port::Nic { host, name }, frame)),
                Sent::Delivered(data) => self.delivered.push(data),
            }
        }
    }

    fn station_sent(&mut self, station: usize, out: Vec<FromStation>) {
        for sent in out {
            match sent {
                FromStation::Wire(frame) => self.in_flight.push_back((Port::Station(station), frame)),
                FromStation::Delivered(data) => self.delivered.push(data),
            }
        }
    }

    /// Fetches what the LACP machines of switches want sent.
    fn fetch_lacpdus(&mut self) {
        for (switch, it) in self.switches.iter_mut().enumerate() {
            let frames = it.lacpdus().into_iter();
            self.in_flight.extend(frames.map(|(port, frame)| (Port::Switch { switch, port }, frame)));
        }
    }

    /// Carries all frames to where they go, and what they cause.
    fn flush(&mut self) {
        let mut hops = 0;
        while let Some((from, frame)) = self.in_flight.pop_front() {
            hops += 1;
            if hops > MAX_HOPS {
                self.in_flight.clear();
                self.storms += 1;
                if self.storms == 1 {
                    self.note(Note::Storm);
                }
                break;
            }
            if let Some(to) = self.other_end(&from) {
                self.arrive(to, frame);
            }
        }
        self.gather();
    }

    /// Where a frame comes out that is sent into a port; `None`: it is lost on the way.
    fn other_end(&mut self, from: &Port) -> Option<Port> {
        let cable = self.cables.get(*self.plugs.get(from)?)?;
        let first = cable.ends[0] == *from;
        let to = cable.ends[usize::from(first)].clone();
        let arrives = match cable.state {
            CableState::Whole => true,
            CableState::Pulled | CableState::Silent => false,
            CableState::DeafSecond => !first,
            CableState::DeafFirst => first,
            CableState::Lossy(one_of) => self.chance.below(one_of.into()) != 0 || one_of == 0,
        };
        (arrives && self.sends(from)).then_some(to)
    }

    fn sends(&self, port: &Port) -> bool {
        match port {
            Port::Switch { switch, port } => self.switches[*switch].ports[*port].phy.has_carrier(),
            // The kernel looked already.
            Port::Nic { .. } | Port::Station(_) => true,
        }
    }

    fn arrive(&mut self, to: Port, frame: Frame) {
        match to {
            Port::Nic { host, name } => {
                let mut out = Vec::new();
                self.hosts[host].receive(self.now, &name, frame, &mut out);
                self.sent(host, out);
                self.reschedule(Entity::Host(host));
            }
            Port::Switch { switch, port } => {
                let mut out = Vec::new();
                self.switches[switch].receive(self.now, port, frame, &mut out);
                let out = out.into_iter().map(|(port, frame)| (Port::Switch { switch, port }, frame));
                self.in_flight.extend(out);
                self.reschedule(Entity::Switch(switch));
            }
            Port::Station(station) => {
                let mut out = Vec::new();
                self.stations[station].receive(self.now, &frame, &mut out);
                self.station_sent(station, out);
            }
        }
    }

    /// Takes over what the parts have to tell.
    fn gather(&mut self) {
        let mut notes = Vec::new();
        self.hosts.iter_mut().for_each(|host| notes.append(&mut host.notes));
        self.switches.iter_mut().for_each(|switch| notes.append(&mut switch.notes));
        notes.into_iter().for_each(|note| self.note(note));
    }

    /// Something changed: the other ends of its cables see another signal, and its deadline is another one.
    fn settle(&mut self, entity: Entity) {
        let cables: Vec<usize> =
            self.plugs.iter().filter(|(port, _)| owner(port) == Some(entity)).map(|(_, cable)| *cable).collect();
        for cable in cables {
            self.settle_cable(cable);
        }
        self.reschedule(entity);
    }

    fn settle_cable(&mut self, number: usize) {
        let Some(Cable { ends, state }) = self.cables.get(number).cloned() else { return };
        let plugged = state != CableState::Pulled;
        for (here, there) in [(0, 1), (1, 0)] {
            let signal = plugged && self.is_up(&ends[there]);
            self.set_signal(&ends[here], signal);
        }
    }

    fn is_up(&self, port: &Port) -> bool {
        match port {
            Port::Nic { host, name } => self.hosts[*host].nics.get(name).is_some_and(|nic| nic.phy.is_up()),
            Port::Switch { switch, port } => self.switches[*switch].ports[*port].phy.is_up(),
            Port::Station(_) => true,
        }
    }

    fn set_signal(&mut self, port: &Port, signal: bool) {
        match port {
            Port::Nic { host, name } => {
                let mut out = Vec::new();
                self.hosts[*host].set_signal(self.now, name, signal, &mut out);
                self.sent(*host, out);
            }
            Port::Switch { switch, port } => self.switches[*switch].set_signal(self.now, *port, signal),
            Port::Station(_) => {}
        }
        if let Some(entity) = owner(port) {
            self.reschedule(entity);
        }
    }

    fn reschedule(&mut self, entity: Entity) {
        let due = match entity {
            Entity::Host(host) => self.hosts[host].deadline(self.now),
            Entity::Switch(switch) => self.switches[switch].deadline(self.now),
        };
        if let Some(old) = self.due.remove(&entity) {
            self.queue.remove(&(old, entity));
        }
        if let Some(due) = due {
            self.due.insert(entity, due);
            self.queue.insert((due, entity));
        }
    }
}

fn owner(port: &Port) -> Option<Entity> {
    match port {
        Port::Nic { host, .. } => Some(Entity::Host(*host)),
        Port::Switch { switch, .. } => Some(Entity::Switch(*switch)),
        Port::Station(_) => None,
    }
}
