//! Ports, LAGs and chassis.

use std::collections::BTreeMap;
use std::time::Duration;

use network::{Mac, PortVlans, Vid};

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
        self.ports.push(SwitchPort { name, phy, vlans, lag: None, chassis: 0, forwards_from: None });
        self.ports.len() - 1
    }

    /// Puts ports into a new LAG, which carries what the first of them did.
    pub fn bundle(&mut self, name: &str, ports: &[usize], mode: LagMode) -> usize {
        let number = self.lags.len();
        let vlans = ports.first().and_then(|port| self.ports.get(*port)).map(|port| port.vlans.clone());
        self.lags.push(Lag { name: name.to_owned(), mode, vlans: vlans.unwrap_or_default() });
        for port in ports {
            if let Some(port) = self.ports.get_mut(*port) {
                port.lag = Some(number);
            }
        }
        self.version += 1;
        number
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
        ports.flatten().min()
    }

    /// Lets time pass. Gives the ports whose carrier changed.
    pub(crate) fn poll(&mut self, now: Duration) {
        for number in 0..self.ports.len() {
            let port = &mut self.ports[number];
            if port.phy.poll(now) {
                self.follow(now, number);
            } else if port.forwards_from == Some(now) {
                self.version += 1;
            }
        }
    }

    /// A port's carrier changed: it begins to forward, after its delay, or what was seen there is forgotten.
    fn follow(&mut self, now: Duration, number: usize) {
        let delay = self.forward_delay;
        let port = &mut self.ports[number];
        port.forwards_from = port.phy.has_carrier().then(|| now + delay);
        self.version += 1;
        let logical = self.logical(number);
        if !self.members(logical).iter().any(|member| self.ports[*member].phy.has_carrier()) {
            self.learned.retain(|_, learned| learned.at != logical);
        }
    }

    /// What a port is to the learning table.
    pub(crate) fn logical(&self, port: usize) -> Logical {
        self.ports.get(port).and_then(|port| port.lag).map_or(Logical::Port(port), Logical::Lag)
    }

    /// The ports of a port or LAG.
    pub(super) fn members(&self, logical: Logical) -> Vec<usize> {
        match logical {
            Logical::Port(port) => vec![port],
            Logical::Lag(lag) => (0..self.ports.len()).filter(|port| self.ports[*port].lag == Some(lag)).collect(),
        }
    }

    /// Whether frames pass a port now, both ways.
    pub(crate) fn passes(&self, now: Duration, port: usize) -> bool {
        let forwards = |port: &SwitchPort| port.forwards_from.is_some_and(|from| from <= now);
        self.ports.get(port).is_some_and(forwards) && self.is_bundled(port)
    }

    /// Whether a port that is in a LAG is in it now.
    fn is_bundled(&self, port: usize) -> bool {
        let lag = self.ports.get(port).and_then(|port| port.lag).and_then(|lag| self.lags.get(lag));
        lag.is_none_or(|lag| lag.mode == LagMode::Static)
    }
}
