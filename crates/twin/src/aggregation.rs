//! One side of a LAG with its LACP machines (the crate `lacp`), its ports called by the names that the side has for them.

use std::sync::Arc;
use std::time::Duration;

use lacp::{Config, Lag, Link, PortConfig, PortId};
use network::lacp::{Aggregator, PortLacp};

/// A bond's side, whose ports are called by name, or a switch's, whose ports have numbers.
#[derive(Clone, Debug)]
pub(crate) struct Aggregation<P> {
    lag: Lag,
    ports: Vec<(P, PortId)>,
}

impl<P: Clone + Eq> Aggregation<P> {
    pub(crate) fn new(config: Config) -> Self {
        Self { lag: Lag::new(config), ports: Vec::new() }
    }

    /// Another configuration of the same kind; one of another kind would be another LAG, and changes nothing.
    pub(crate) fn reconfigure(&mut self, now: Duration, config: Config) {
        if *self.lag.config() != config {
            // It can only be refused for being of the other kind, which nobody here asks for.
            let _ = self.lag.reconfigure(now, config);
        }
    }

    pub(crate) fn open(&mut self, now: Duration) {
        self.lag.open(now);
    }

    pub(crate) fn close(&mut self, now: Duration) {
        self.lag.close(now);
    }

    pub(crate) fn join(&mut self, now: Duration, port: P, config: &PortConfig) {
        let id = self.lag.add_port(now, config);
        self.ports.push((port, id));
    }

    pub(crate) fn leave(&mut self, now: Duration, port: &P) {
        if let Some(place) = self.ports.iter().position(|(name, _)| name == port) {
            let (_, id) = self.ports.remove(place);
            // A port of the list is one of the LAG's.
            let _ = self.lag.remove_port(now, id);
        }
    }

    pub(crate) fn set_link(&mut self, now: Duration, port: &P, link: Link) {
        if let Some(id) = self.id(port) {
            // A port of the list is one of the LAG's.
            let _ = self.lag.set_link(now, id, link);
        }
    }

    /// Sets a port's priority, if it is another.
    pub(crate) fn set_priority(&mut self, now: Duration, port: &P, priority: u16) {
        let Some(id) = self.id(port) else { return };
        if self.lag.port(id).is_ok_and(|port| port.actor().end.port_priority != priority) {
            // A port of the list is one of the LAG's.
            let _ = self.lag.set_port_priority(now, id, priority);
        }
    }

    pub(crate) fn receive(&mut self, now: Duration, port: &P, frame: &[u8]) {
        if let Some(id) = self.id(port) {
            // A port of the list is one of the LAG's.
            let _ = self.lag.handle_frame(now, id, frame);
        }
    }

    pub(crate) fn deadline(&self) -> Option<Duration> {
        self.lag.next_deadline()
    }

    pub(crate) fn poll(&mut self, now: Duration) {
        self.lag.handle_timeout(now);
    }

    /// The frames that are to be sent, and by which port.
    pub(crate) fn sends(&mut self) -> Vec<(P, Arc<[u8]>)> {
        let mut out = Vec::new();
        while let Some(transmit) = self.lag.poll_transmit() {
            if let Some((port, _)) = self.ports.iter().find(|(_, id)| *id == transmit.port) {
                out.push((port.clone(), Arc::from(transmit.frame.as_slice())));
            }
        }
        out
    }

    /// Whether a port may send traffic.
    pub(crate) fn distributes(&self, port: &P) -> bool {
        self.id(port).and_then(|id| self.lag.port(id).ok()).is_some_and(lacp::Port::distributes)
    }

    /// Whether a port takes traffic in.
    pub(crate) fn collects(&self, port: &P) -> bool {
        self.id(port).and_then(|id| self.lag.port(id).ok()).is_some_and(lacp::Port::collects)
    }

    /// The ports that traffic is sent through, in the order that the transmit hash counts in.
    pub(crate) fn usable(&self) -> Vec<P> {
        let name = |id: PortId| self.ports.iter().find(|(_, port)| *port == id).map(|(name, _)| name.clone());
        self.lag.usable().filter_map(name).collect()
    }

    pub(crate) fn has_carrier(&self) -> bool {
        self.lag.carrier()
    }

    pub(crate) fn aggregator(&self) -> Option<Aggregator> {
        self.lag.active()
    }

    pub(crate) fn port(&self, port: &P) -> Option<PortLacp> {
        self.id(port).and_then(|id| self.lag.port(id).ok()).map(lacp::Port::observed)
    }

    /// How often our end and the other end were found churned.
    pub(crate) fn churn_counts(&self, port: &P) -> (u32, u32) {
        self.id(port).and_then(|id| self.lag.port(id).ok()).map(lacp::Port::churn_counts).unwrap_or_default()
    }

    /// Our system's priority and address.
    pub(crate) fn system(&self) -> (u16, network::Mac) {
        (self.lag.config().system_priority, self.lag.config().system)
    }

    fn id(&self, port: &P) -> Option<PortId> {
        self.ports.iter().find(|(name, _)| name == port).map(|(_, id)| *id)
    }
}
