//! Ports, LAGs and chassis.

use std::collections::BTreeMap;
use std::time::Duration;

use lacp::{Config, Fallback, Link, PortConfig, Profile, Rate};
use network::bond::MiiStatus;
use network::lacp::PortLacp;
use network::{Mac, PortVlans, Vid};

use crate::aggregation::Aggregation;
use crate::frame::{Frame, Payload, SLOW_PROTOCOLS};
use crate::log::Note;
use crate::phy::Phy;

/// A switch, a stack, or an MLAG pair.
#[derive(Clone, Debug)]
pub struct Switch {
    /// What people call it.
    pub name: String,
    /// Its own address; LACP's system.
    pub mac: Mac,
    /// Its ports.
    pub ports: Vec<SwitchPort>,
    /// Its LAGs.
    pub lags: Vec<Lag>,
    /// How long a silent address is remembered.
    pub ageing: Duration,
    /// How long a port that came up keeps from forwarding (spanning tree: twice the forward delay); 0: an edge port.
    pub forward_delay: Duration,
    pub(super) learned: BTreeMap<(Vid, Mac), Learned>,
    /// It grows whenever anything changes that decides a frame's way.
    pub(crate) version: u64,
    /// What happened since it was last asked.
    pub(crate) notes: Vec<Note>,
}

/// A port of a switch.
#[derive(Clone, Debug)]
pub struct SwitchPort {
    /// Its name.
    pub name: String,
    /// Its transceiver.
    pub phy: Phy,
    /// The VLANs that it carries. Those of a port in a LAG are the LAG's.
    pub vlans: PortVlans,
    /// The LAG that it is in.
    pub lag: Option<usize>,
    /// Megabits a second.
    pub speed: u32,
    /// Which chassis it is on, from 0.
    pub chassis: usize,
    /// When it begins to forward; none: it has no carrier.
    pub(super) forwards_from: Option<Duration>,
}

/// A LAG of a switch.
#[derive(Clone, Debug)]
pub struct Lag {
    /// Its name.
    pub name: String,
    /// How its ports are bundled.
    pub mode: LagMode,
    /// The VLANs that it carries.
    pub vlans: PortVlans,
    pub(super) lacp: Option<Aggregation<usize>>,
}

/// How the ports of a LAG are bundled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LagMode {
    /// Whatever has carrier is in ("mode on"). It speaks no LACP.
    Static,
    /// By LACP.
    Lacp {
        /// Whether it speaks unasked.
        active: bool,
        /// Whether it asks for a PDU each second, not each 30.
        fast: bool,
        /// Whether a port whose other end does not speak LACP forwards by itself.
        individual: bool,
    },
}

/// Where a frame comes from or goes to, as the learning table has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Logical {
    Port(usize),
    Lag(usize),
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Learned {
    pub(super) at: Logical,
    pub(super) seen: Duration,
}

impl Switch {
    /// One without ports. It forgets after 300 s, and its ports forward at once.
    #[must_use]
    pub fn new(name: &str, mac: Mac) -> Self {
        Self {
            name: name.to_owned(),
            mac,
            ports: Vec::new(),
            lags: Vec::new(),
            ageing: Duration::from_secs(300),
            forward_delay: Duration::ZERO,
            learned: BTreeMap::new(),
            version: 0,
            notes: Vec::new(),
        }
    }

    /// Adds a port, up, and gives its number.
    pub fn add_port(&mut self, name: &str, vlans: PortVlans, mut phy: Phy) -> usize {
        phy.set_up(Duration::ZERO, true);
        let name = name.to_owned();
        self.ports.push(SwitchPort { name, phy, vlans, lag: None, speed: 1000, chassis: 0, forwards_from: None });
        self.ports.len() - 1
    }

    /// Puts ports into a new LAG, which carries what the first of them did, and gives its number.
    pub fn bundle(&mut self, now: Duration, name: &str, ports: &[usize], mode: LagMode) -> usize {
        let number = self.lags.len();
        let vlans = ports.first().and_then(|port| self.ports.get(*port)).map(|port| port.vlans.clone());
        let key = u16::try_from(number + 1).unwrap_or(u16::MAX);
        let mut lacp = self.machines(key, mode);
        for port in ports {
            let mac = self.port_mac(*port);
            let Some(it) = self.ports.get_mut(*port) else { continue };
            it.lag = Some(number);
            if let Some(lacp) = &mut lacp {
                let number = u16::try_from(*port + 1).unwrap_or(u16::MAX);
                lacp.join(now, *port, &PortConfig::port(mac, number, link(it)));
            }
        }
        if let Some(lacp) = &mut lacp {
            lacp.open(now);
        }
        self.lags.push(Lag { name: name.to_owned(), mode, vlans: vlans.unwrap_or_default(), lacp });
        self.version += 1;
        number
    }

    fn machines(&self, key: u16, mode: LagMode) -> Option<Aggregation<usize>> {
        let LagMode::Lacp { active, fast, individual } = mode else { return None };
        let rate = if fast { Rate::Fast } else { Rate::Slow };
        let mut config = Config { active, rate, ..Config::switch(self.mac, key) };
        if let Profile::Switch(switch) = &mut config.profile {
            switch.fallback = if individual { Fallback::Individual } else { Fallback::None };
        }
        Some(Aggregation::new(config))
    }

    /// The address that a port sends its LACPDUs from: the switch's, counted up.
    pub(super) fn port_mac(&self, port: usize) -> Mac {
        let [a, b, c, d, e, f] = self.mac.0;
        let low = u32::from_be_bytes([0, d, e, f]).wrapping_add(u32::try_from(port + 1).unwrap_or(0));
        let [_, d, e, f] = low.to_be_bytes();
        Mac([a, b, c, d, e, f])
    }

    /// The port of that name.
    #[must_use]
    pub fn port(&self, name: &str) -> Option<usize> {
        self.ports.iter().position(|port| port.name == name)
    }

    /// How many chassis it has.
    #[must_use]
    pub fn chassis(&self) -> usize {
        self.ports.iter().map(|port| port.chassis + 1).max().unwrap_or(1)
    }

    /// Turns a chassis on or off, with all its ports.
    pub(crate) fn set_power(&mut self, now: Duration, chassis: usize, on: bool) {
        for number in 0..self.ports.len() {
            let port = &mut self.ports[number];
            if port.chassis == chassis && port.phy.set_up(now, on) {
                self.follow(now, number);
            }
        }
        self.version += 1;
    }

    /// The signal at a port came or went.
    pub(crate) fn set_signal(&mut self, now: Duration, port: usize, signal: bool) {
        if self.ports.get_mut(port).is_some_and(|port| port.phy.set_signal(now, signal)) {
            self.follow(now, port);
        }
    }

    /// When anything in it is next due.
    pub(crate) fn deadline(&self, now: Duration) -> Option<Duration> {
        let ports = self.ports.iter().flat_map(|port| [port.phy.deadline(), port.forwards_from.filter(|at| *at > now)]);
        let lags = self.lags.iter().filter_map(|lag| lag.lacp.as_ref()?.deadline());
        ports.flatten().chain(lags).min()
    }

    /// Lets time pass. Gives the ports whose carrier changed.
    pub(crate) fn poll(&mut self, now: Duration) {
        for number in 0..self.ports.len() {
            let port = &mut self.ports[number];
            if port.phy.poll(now) {
                self.follow(now, number);
            } else if port.forwards_from == Some(now) {
                self.version += 1;
                self.note(number, true);
            }
        }
        for lag in 0..self.lags.len() {
            let carried = self.carriers(lag);
            if let Some(lacp) = &mut self.lags[lag].lacp {
                lacp.poll(now);
            }
            self.note_lacp(lag, &carried);
        }
    }

    /// A port's carrier changed: it begins to forward, after its delay, or what was seen there is forgotten.
    fn follow(&mut self, now: Duration, number: usize) {
        let delay = self.forward_delay;
        let port = &mut self.ports[number];
        port.forwards_from = port.phy.has_carrier().then(|| now + delay);
        let (told, forwards) = (link(port), port.forwards_from == Some(now));
        if let Some(lag) = port.lag {
            let carried = self.carriers(lag);
            if let Some(lacp) = &mut self.lags[lag].lacp {
                lacp.set_link(now, &number, told);
            }
            self.note_lacp(lag, &carried);
        }
        if forwards || told.mii == MiiStatus::Down {
            self.note(number, forwards);
        }
        self.version += 1;
        let logical = self.logical(number);
        if !self.members(logical).iter().any(|member| self.ports[*member].phy.has_carrier()) {
            self.learned.retain(|_, learned| learned.at != logical);
        }
    }

    /// What a port is to the learning table: itself, or its LAG. A port that forwards although nobody speaks LACP there is
    /// in no LAG.
    pub(crate) fn logical(&self, port: usize) -> Logical {
        let individual = self
            .lag_of(port)
            .and_then(|lag| lag.lacp.as_ref())
            .is_some_and(|lacp| lacp.distributes(&port) && lacp.port(&port).is_none_or(|port| port.aggregator == 0));
        let lag = self.ports.get(port).and_then(|port| port.lag).filter(|_| !individual);
        lag.map_or(Logical::Port(port), Logical::Lag)
    }

    /// The ports of a port or LAG.
    pub(super) fn members(&self, logical: Logical) -> Vec<usize> {
        match logical {
            Logical::Port(port) => vec![port],
            Logical::Lag(lag) => (0..self.ports.len()).filter(|port| self.ports[*port].lag == Some(lag)).collect(),
        }
    }

    /// Whether a port forwards, as far as its own link and the spanning tree go.
    pub(super) fn forwards(&self, now: Duration, port: usize) -> bool {
        let forwards = |port: &SwitchPort| port.forwards_from.is_some_and(|from| from <= now);
        self.ports.get(port).is_some_and(forwards)
    }

    /// Whether a port takes traffic in.
    pub(super) fn collects(&self, now: Duration, port: usize) -> bool {
        let lacp = self.lag_of(port).and_then(|lag| lag.lacp.as_ref());
        self.forwards(now, port) && lacp.is_none_or(|lacp| lacp.collects(&port))
    }

    /// The ports of a port or LAG that send traffic.
    pub(super) fn senders(&self, now: Duration, to: Logical) -> Vec<usize> {
        let lacp = match to {
            Logical::Lag(lag) => self.lags[lag].lacp.as_ref(),
            Logical::Port(_) => None,
        };
        let ports = lacp.map_or_else(|| self.members(to), Aggregation::usable);
        ports.into_iter().filter(|port| self.logical(*port) == to && self.forwards(now, *port)).collect()
    }

    fn lag_of(&self, port: usize) -> Option<&Lag> {
        self.ports.get(port).and_then(|port| port.lag).and_then(|lag| self.lags.get(lag))
    }

    /// The ports of a LAG that LACP lets carry traffic.
    fn carriers(&self, lag: usize) -> Vec<usize> {
        let Some(lacp) = self.lags.get(lag).and_then(|lag| lag.lacp.as_ref()) else { return Vec::new() };
        self.members(Logical::Lag(lag)).into_iter().filter(|port| lacp.distributes(port)).collect()
    }

    /// LACP may have let ports in or taken them out.
    fn note_lacp(&mut self, lag: usize, before: &[usize]) {
        let after = self.carriers(lag);
        if after == before {
            return;
        }
        self.version += 1;
        for port in self.members(Logical::Lag(lag)) {
            if before.contains(&port) != after.contains(&port) {
                let carries = after.contains(&port);
                let (switch, port) = (self.name.clone(), self.ports[port].name.clone());
                self.notes.push(Note::PortLacp { switch, port, carries });
            }
        }
    }

    fn note(&mut self, port: usize, forwards: bool) {
        let (switch, port) = (self.name.clone(), self.ports[port].name.clone());
        self.notes.push(Note::Port { switch, port, forwards });
    }

    /// A port heard an LACPDU.
    pub(super) fn hear_lacp(&mut self, now: Duration, port: usize, frame: &[u8]) {
        let Some(lag) = self.ports.get(port).and_then(|port| port.lag) else { return };
        let carried = self.carriers(lag);
        if let Some(lacp) = &mut self.lags[lag].lacp {
            lacp.receive(now, &port, frame);
        }
        self.note_lacp(lag, &carried);
    }

    /// What the LAGs' machines want sent.
    pub(crate) fn lacpdus(&mut self) -> Vec<(usize, Frame)> {
        let mut out = Vec::new();
        for lag in 0..self.lags.len() {
            let frames = self.lags[lag].lacp.as_mut().map(Aggregation::sends).unwrap_or_default();
            for (port, bytes) in frames {
                let source = self.port_mac(port);
                let payload = Payload::Lacp(bytes);
                out.push((port, Frame { source, destination: SLOW_PROTOCOLS, tag: None, payload }));
            }
        }
        out
    }

    /// What LACP makes of a port.
    #[must_use]
    pub fn lacp(&self, port: usize) -> Option<PortLacp> {
        self.lag_of(port)?.lacp.as_ref()?.port(&port)
    }
}

/// A port's link, as LACP is told of it: a switch looks at its carrier at once.
fn link(port: &SwitchPort) -> Link {
    if port.phy.has_carrier() { Link::up(port.speed) } else { Link::DOWN }
}
