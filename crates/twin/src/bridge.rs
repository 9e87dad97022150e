//! What runs behind a Linux bridge: who was seen where, and which port forwards (`net/bridge/br_fdb.c`, `br_stp_timer.c`).

use std::collections::BTreeMap;
use std::time::Duration;

use network::bridge::StpState;
use network::option::bridge;
use network::{IfName, Mac, Options, Vid};

/// The most addresses that a bridge learns; the oldest give way. Far beyond what a scenario holds.
const MAX_LEARNED: usize = 1 << 16;

/// What runs behind a bridge.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bridging {
    learned: BTreeMap<(Option<Vid>, Mac), Learned>,
    ports: BTreeMap<IfName, PortState>,
    /// Its address was chosen by an administrator: it stays whatever ports come and go (`NET_ADDR_SET`).
    pub(crate) pinned: bool,
}

#[derive(Clone, Debug)]
struct Learned {
    port: IfName,
    seen: Duration,
}

#[derive(Clone, Copy, Debug)]
struct PortState {
    state: StpState,
    /// When the next state comes.
    due: Option<Duration>,
}

/// A duration that the kernel keeps in hundredths of a second.
fn hundredths(options: &Options, option: network::Opt) -> Duration {
    Duration::from_millis(10 * u64::try_from(options.number(option).unwrap_or(0)).unwrap_or(0))
}

impl Bridging {
    /// One without ports. `pinned`: it was made with an address.
    pub(crate) fn new(pinned: bool) -> Self {
        Self { pinned, ..Self::default() }
    }

    /// Whether a port is live: up and with carrier. Says whether anything changed.
    ///
    /// Without STP a port forwards at once, whatever the forward delay (`br_make_forwarding`); with it, after listening
    /// and learning.
    pub(crate) fn set_live(&mut self, now: Duration, options: &Options, port: &IfName, live: bool) -> bool {
        let was = self.ports.get(port).map_or(StpState::Disabled, |port| port.state);
        if live == (was != StpState::Disabled) {
            return false;
        }
        let stp = options.number(bridge::STP_STATE) == Some(1);
        let delay = hundredths(options, bridge::FORWARD_DELAY);
        let state = match (live, stp && !delay.is_zero()) {
            (false, _) => PortState { state: StpState::Disabled, due: None },
            (true, false) => PortState { state: StpState::Forwarding, due: None },
            (true, true) => PortState { state: StpState::Listening, due: Some(now + delay) },
        };
        self.ports.insert(port.clone(), state);
        if !live {
            self.forget(port);
        }
        true
    }

    /// Who is a port no more is forgotten, with all that was seen there.
    pub(crate) fn keep(&mut self, ports: &[IfName]) {
        let gone: Vec<IfName> = self.ports.keys().filter(|port| !ports.contains(port)).cloned().collect();
        for port in gone {
            self.ports.remove(&port);
            self.forget(&port);
        }
    }

    /// A port's state.
    pub(crate) fn state(&self, port: &IfName) -> StpState {
        self.ports.get(port).map_or(StpState::Disabled, |port| port.state)
    }

    /// Whether any port is live: that is a bridge's carrier.
    pub(crate) fn has_carrier(&self) -> bool {
        self.ports.values().any(|port| port.state == StpState::Forwarding)
    }

    /// When a port's next state comes.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.ports.values().filter_map(|port| port.due).min()
    }

    /// Lets time pass. Says whether anything changed.
    pub(crate) fn poll(&mut self, now: Duration, options: &Options) -> bool {
        let delay = hundredths(options, bridge::FORWARD_DELAY);
        let mut changed = false;
        for port in self.ports.values_mut().filter(|port| port.due.is_some_and(|due| due <= now)) {
            *port = match port.state {
                StpState::Listening => PortState { state: StpState::Learning, due: Some(now + delay) },
                _ => PortState { state: StpState::Forwarding, due: None },
            };
            changed = true;
        }
        changed
    }

    /// A frame of `mac` came in at a port. Says whether that is news.
    pub(crate) fn learn(&mut self, now: Duration, vid: Option<Vid>, mac: Mac, port: &IfName) -> bool {
        if mac.is_multicast() || !matches!(self.state(port), StpState::Learning | StpState::Forwarding) {
            return false;
        }
        if let Some(learned) = self.learned.get_mut(&(vid, mac)) {
            learned.seen = now;
            if learned.port == *port {
                return false;
            }
            learned.port = port.clone();
            return true;
        }
        if self.learned.len() >= MAX_LEARNED
            && let Some(oldest) = self.learned.iter().min_by_key(|(_, learned)| learned.seen).map(|(key, _)| *key)
        {
            self.learned.remove(&oldest);
        }
        self.learned.insert((vid, mac), Learned { port: port.clone(), seen: now });
        true
    }

    /// Where `mac` was seen last, if that is not too long ago.
    pub(crate) fn find(&self, now: Duration, options: &Options, vid: Option<Vid>, mac: Mac) -> Option<&IfName> {
        let ageing = hundredths(options, bridge::AGEING_TIME);
        self.learned.get(&(vid, mac)).filter(|learned| now < learned.seen + ageing).map(|learned| &learned.port)
    }

    fn forget(&mut self, port: &IfName) {
        self.learned.retain(|_, learned| learned.port != *port);
    }
}
