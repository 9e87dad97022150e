//! One side of a LAG, and what may happen to it.

use core::time::Duration;

use network::bond::MiiStatus;
use network::lacp::PortState;
use wire::lacp::{Checks, Lacpdu};
use wire::marker::{Kind, Marker};
use wire::slow::{self, Subtype};

use crate::outbox::{Outbox, Transmit};
use crate::quiet::{Before, Quiet};
use crate::{
    Aggregator, Config, Link, Port, PortConfig, PortId, Profile, choose, churn, detach, mux, periodic, receive,
    selection, tick, transmit,
};

/// One side of a LAG: a bond in mode 802.3ad, or a port-channel of a switch.
///
/// It does nothing until it is [opened](Self::open). Whatever it is told at a time, it first does what was due until then.
#[derive(Clone, Debug)]
pub struct Lag {
    pub(crate) config: Config,
    /// In the order in which they were added.
    pub(crate) ports: Vec<Port>,
    pub(crate) aggregators: Vec<Aggregator>,
    /// In ticks; 0: off.
    pub(crate) select_timer: u16,
    pub(crate) carrier: bool,
    outbox: Outbox,
    quiet: Quiet,
    /// When the next tick is; `None`: closed.
    next_tick: Option<Duration>,
    next_port: u32,
    next_aggregator: u16,
}

/// A port that is not there, or not any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such port")]
pub struct UnknownPort;

/// A side that runs one kind's machines can't be told to run another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a bond stays a bond, and a switch a switch")]
pub struct OtherProfile;

impl Lag {
    /// One without ports, closed.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let aggregators = if config.is_linux() { Vec::new() } else { vec![Aggregator::new(1, None)] };
        Self {
            config,
            ports: Vec::new(),
            aggregators,
            select_timer: 0,
            carrier: false,
            outbox: Outbox::default(),
            quiet: Quiet::unknown(),
            next_tick: None,
            next_port: 0,
            next_aggregator: 0,
        }
    }

    /// Opens it (`bond_open`): the first tick is at once, and it hears from now on.
    pub fn open(&mut self, now: Duration) {
        self.catch_up(now);
        if self.next_tick.is_none() {
            self.next_tick = Some(now);
            if self.config.is_linux() {
                self.select_timer = tick::SELECT_OPEN;
            }
        }
    }

    /// Closes it (`bond_close`): time stands still for it, and it hears nothing.
    pub fn close(&mut self, now: Duration) {
        self.catch_up(now);
        self.next_tick = None;
    }

    /// Adds a port (`bond_3ad_bind_slave`).
    pub fn add_port(&mut self, now: Duration, port: &PortConfig) -> PortId {
        self.catch_up(now);
        if self.config.is_linux() && self.ports.is_empty() {
            self.next_aggregator = 0;
            self.select_timer = tick::SELECT_FIRST;
        }
        let id = PortId(self.next_port);
        self.next_port += 1;
        let last = self.ports.last().map_or(0, |port| port.actor.end.port);
        let number = port.number.unwrap_or(last.wrapping_add(1));
        self.ports.push(Port::new(id, number, port, &self.config));
        if self.config.is_linux() {
            self.next_aggregator += 1;
            self.aggregators.push(Aggregator::new(self.next_aggregator, Some(id)));
        }
        self.set_carrier();
        id
    }

    /// Takes a port out (`bond_3ad_unbind_slave`). A bond tells the partner so, even when it is closed.
    ///
    /// # Errors
    /// When there is no such port.
    pub fn remove_port(&mut self, now: Duration, id: PortId) -> Result<(), UnknownPort> {
        self.catch_up(now);
        let at = self.at(id)?;
        detach::run(self, at);
        self.ports.remove(at);
        self.set_carrier();
        Ok(())
    }

    /// A port's link is another (`bond_slave_netdev_event`, and `bond_3ad_handle_link_change` where the monitor's verdict
    /// is up or down). First the device is looked at, then the verdict.
    ///
    /// # Errors
    /// When there is no such port.
    pub fn set_link(&mut self, now: Duration, id: PortId, link: Link) -> Result<(), UnknownPort> {
        self.catch_up(now);
        let at = self.at(id)?;
        let port = &mut self.ports[at];
        let old = port.link;
        port.link = Link { mii: old.mii, ..link };
        // A verdict that is pending was given because of what the device says now.
        if matches!(link.mii, MiiStatus::GoingDown | MiiStatus::GoingBack) {
            port.link.mii = link.mii;
        }
        if (old.speed, old.full_duplex, old.running) != (link.speed, link.full_duplex, link.running) {
            port.update_key(&self.config, false);
        }
        port.link.mii = link.mii;
        if old.mii == link.mii || !matches!(link.mii, MiiStatus::Up | MiiStatus::Down) {
            self.set_carrier();
            return Ok(());
        }
        port.enabled = link.mii == MiiStatus::Up;
        // A link that comes up carries nothing until the mux machine says so, but it may collect what it did.
        port.distributes = false;
        port.collects &= port.enabled;
        port.update_key(&self.config, !port.enabled);
        choose::run(self);
        Ok(())
    }

    /// Another priority for a port (`actor_port_prio`); the partner is told.
    ///
    /// # Errors
    /// When there is no such port.
    pub fn set_port_priority(&mut self, now: Duration, id: PortId, priority: u16) -> Result<(), UnknownPort> {
        self.catch_up(now);
        let at = self.at(id)?;
        self.ports[at].actor.end.port_priority = priority;
        self.ports.iter_mut().for_each(|port| port.ntt = true);
        Ok(())
    }

    /// Another configuration. A bond's user key holds for ports that join from then on; all else holds at once. Only the
    /// system is told to the partner at once, as the driver does it.
    ///
    /// # Errors
    /// When it is another kind's; then nothing changes.
    pub fn reconfigure(&mut self, now: Duration, config: Config) -> Result<(), OtherProfile> {
        self.catch_up(now);
        if self.config.is_linux() != config.is_linux() {
            return Err(OtherProfile);
        }
        let renamed = (self.config.system, self.config.system_priority) != (config.system, config.system_priority);
        for port in &mut self.ports {
            (port.actor.end.system, port.actor.end.system_priority) = (config.system, config.system_priority);
            port.actor.state.set(PortState::ACTIVITY, config.active);
            port.actor.state.set(PortState::SHORT_TIMEOUT, config.rate == crate::Rate::Fast);
            port.ntt |= renamed;
            if let (Profile::Switch(old), Profile::Switch(new)) = (&self.config.profile, &config.profile)
                && old.key != new.key
                && port.admin_key == old.key
            {
                (port.admin_key, port.actor.end.key, port.ntt) = (new.key, new.key, true);
                port.selection = crate::Selection::Unselected;
            }
        }
        self.config = config;
        self.set_carrier();
        Ok(())
    }

    /// A frame came in through a port. What is no slow protocols' frame is none of its business.
    ///
    /// # Errors
    /// When there is no such port.
    pub fn handle_frame(&mut self, now: Duration, id: PortId, frame: &[u8]) -> Result<(), UnknownPort> {
        self.catch_up_only(now);
        let at = self.at(id)?;
        let Some(payload) = slow::payload(frame).filter(|_| self.next_tick.is_some()) else { return Ok(()) };
        match Subtype::of(payload) {
            _ if self.config.is_linux() && payload.len() < slow::PDU_LEN => self.ports[at].counters.illegal_rx += 1,
            Some(Subtype::Lacp) => self.lacpdu(at, payload),
            Some(Subtype::Marker) => self.marker(at, payload),
            Some(Subtype::Other(_)) | None => self.ports[at].counters.unknown_rx += 1,
        }
        Ok(())
    }

    fn lacpdu(&mut self, at: usize, payload: &[u8]) {
        let checks = if self.config.is_linux() { Checks::Linux } else { Checks::Strict };
        let port = &mut self.ports[at];
        let Ok(pdu) = Lacpdu::parse(payload, checks) else {
            port.counters.illegal_rx += 1;
            return;
        };
        self.quiet = Quiet::unknown();
        port.counters.lacpdu_rx += 1;
        if receive::run(port, &self.config, Some(&pdu)) == receive::Outcome::Loopback {
            port.counters.loopback_rx += 1;
        }
    }

    fn marker(&mut self, at: usize, payload: &[u8]) {
        let port = &mut self.ports[at];
        match Marker::parse(payload) {
            Ok(marker) if marker.kind() == Kind::Information => {
                port.counters.marker_rx += 1;
                let frame = slow::frame(port.mac, &marker.response().emit());
                if self.outbox.answer(Transmit { port: port.id, frame }) {
                    port.counters.marker_response_tx += 1;
                } else {
                    port.counters.marker_unanswered += 1;
                }
            }
            Ok(_) => port.counters.marker_response_rx += 1,
            Err(_) => port.counters.illegal_rx += 1,
        }
    }

    /// Time has come to `now`: does what is due. What it costs is what happens in between, not how long it is.
    pub fn handle_timeout(&mut self, now: Duration) {
        self.catch_up_only(now);
    }

    /// When it wants to be woken; `None`: only by something that happens.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let ticks = self.quiet.left().filter(|_| !self.ports.is_empty())?;
        Some(self.next_tick? + tick::TICK * u32::try_from(ticks).unwrap_or(u32::MAX))
    }

    /// The next frame to be sent, until there is none. A bond's LACPDU that nobody fetches is overtaken by the next.
    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.outbox.pop()
    }

    /// Does what was due, and expects the next tick to be another than the last.
    fn catch_up(&mut self, now: Duration) {
        self.catch_up_only(now);
        self.quiet = Quiet::unknown();
    }

    fn catch_up_only(&mut self, now: Duration) {
        while let Some(next) = self.next_tick.filter(|next| *next <= now) {
            let due = (now - next).as_millis() / tick::TICK.as_millis() + 1;
            // More than the 32 bits hold are some hundred years, and are done piece by piece.
            let due = u32::try_from(due).unwrap_or(u32::MAX);
            let quiet = if self.ports.is_empty() { None } else { self.quiet.left() };
            let passed = quiet.map_or(due, |left| due.min(u32::try_from(left).unwrap_or(u32::MAX)));
            if passed > 0 {
                let mut quiet = std::mem::take(&mut self.quiet);
                quiet.pass(u64::from(passed), self);
                self.quiet = quiet;
            } else {
                self.tick();
            }
            self.next_tick = Some(next + tick::TICK * passed.max(1));
        }
    }

    /// A tick, in the driver's order (`bond_3ad_state_machine_handler`).
    fn tick(&mut self) {
        let before = Before::look(self);
        if self.select_timer > 0 {
            self.select_timer -= 1;
            if self.select_timer == 0 {
                choose::run(self);
            }
        }
        for at in 0..self.ports.len() {
            // Without a PDU there is no loopback.
            receive::run(&mut self.ports[at], &self.config, None);
            periodic::run(&mut self.ports[at]);
            selection::run(self, at);
            mux::run(self, at);
            if transmit::run(&mut self.ports[at], &self.config) {
                self.send(at);
            }
            churn::run(&mut self.ports[at], &self.config);
            self.ports[at].begin = false;
        }
        if !self.config.is_linux() {
            self.set_carrier();
        }
        self.quiet = Quiet::after(before, self);
    }

    /// Sends an LACPDU through a port.
    pub(crate) fn send(&mut self, at: usize) {
        let port = &mut self.ports[at];
        port.counters.lacpdu_tx += 1;
        let frame = slow::frame(port.mac, &port.lacpdu().emit());
        self.outbox.lacpdu(Transmit { port: port.id, frame });
    }

    /// The carrier of the whole (`bond_3ad_set_carrier`; a switch's LAG needs a port that forwards).
    pub(crate) fn set_carrier(&mut self) {
        self.carrier = if self.config.is_linux() {
            let active = self.aggregators.iter().find(|aggregator| aggregator.active);
            active.is_some_and(|active| choose::ports_up(self, active) >= self.config.min_links)
        } else {
            let up = self.ports.iter().filter(|port| port.distributes && port.link_is_usable()).count();
            up > 0 && u32::try_from(up).is_ok_and(|up| up >= self.config.min_links)
        };
    }

    fn at(&self, id: PortId) -> Result<usize, UnknownPort> {
        self.ports.iter().position(|port| port.id == id).ok_or(UnknownPort)
    }

    /// The aggregator that a port is in.
    pub(crate) fn aggregator_of(&self, at: usize) -> Option<&Aggregator> {
        let id = self.ports[at].aggregator?;
        self.aggregators.iter().find(|aggregator| aggregator.id == id)
    }

    /// What it is set up as.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether it is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.next_tick.is_some()
    }

    /// Its ports, in the order in which they were added.
    #[must_use]
    pub fn ports(&self) -> &[Port] {
        &self.ports
    }

    /// A port.
    ///
    /// # Errors
    /// When there is no such port.
    pub fn port(&self, id: PortId) -> Result<&Port, UnknownPort> {
        Ok(&self.ports[self.at(id)?])
    }

    /// Its aggregators: of a bond one a slave, in that order; of a switch one.
    #[must_use]
    pub fn aggregators(&self) -> &[Aggregator] {
        &self.aggregators
    }

    /// The active aggregator as the driver tells it (`__bond_3ad_get_active_agg_info`).
    #[must_use]
    pub fn active(&self) -> Option<network::lacp::Aggregator> {
        let active = (0..self.ports.len()).find_map(|at| self.aggregator_of(at).filter(|found| found.active))?;
        Some(network::lacp::Aggregator {
            id: active.id,
            ports: u16::try_from(choose::ports_up(self, active)).unwrap_or(u16::MAX),
            actor_key: active.actor_key,
            partner_key: active.partner_key,
            partner_mac: active.partner_system,
        })
    }

    /// Whether it has carrier. As the driver, a bond looks when it chooses an aggregator, and when ports come and go.
    #[must_use]
    pub fn carrier(&self) -> bool {
        self.carrier
    }

    /// The ports that traffic is sent through, in the order that the transmit hash counts in (`bond_update_slave_arr`). A
    /// switch's LAG without carrier has none.
    pub fn usable(&self) -> impl Iterator<Item = PortId> {
        let linux = self.config.is_linux();
        let active = self.active().map(|active| active.id);
        let takes_part = move |port: &&Port| {
            if linux { active.is_some() && port.aggregator == active } else { self.carrier }
        };
        let usable = |port: &&Port| port.distributes && port.link_is_usable();
        self.ports.iter().filter(takes_part).filter(usable).map(|port| port.id)
    }
}
