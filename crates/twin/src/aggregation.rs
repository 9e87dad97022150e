//! LACP of a bond. The machines are to come in here; until then no slave of an 802.3ad bond carries traffic.

use std::time::Duration;

use network::lacp::{Aggregator, PortLacp};
use network::{IfName, Mac};

use crate::bond::Joining;

#[derive(Clone, Debug)]
pub(crate) struct Aggregation;

impl Aggregation {
    pub(crate) fn join(&mut self, _now: Duration, _joining: &Joining, _system: Mac, _up: bool) {}
    pub(crate) fn leave(&mut self, _now: Duration, _name: &IfName) {}
    pub(crate) fn open(&mut self, _now: Duration) {}
    pub(crate) fn close(&mut self) {}
    pub(crate) fn link(&mut self, _now: Duration, _name: &IfName, _up: bool) {}
    pub(crate) fn speed(&mut self, _now: Duration, _name: &IfName, _carrier: bool) {}
    pub(crate) fn deadline(&self) -> Option<Duration> {
        None
    }
    pub(crate) fn poll(&mut self, _now: Duration) {}
    pub(crate) fn is_enabled(&self, _name: &IfName) -> bool {
        false
    }
    pub(crate) fn has_carrier(&self) -> bool {
        false
    }
    pub(crate) fn aggregator(&self) -> Option<Aggregator> {
        None
    }
    pub(crate) fn port(&self, _name: &IfName) -> Option<PortLacp> {
        None
    }
}

impl Aggregation {
    pub(crate) fn follow(
        slot: &mut Option<Self>,
        _now: Duration,
        settings: &crate::bond::Settings,
        _options: &network::Options,
        _system: Mac,
    ) {
        *slot = (settings.mode == network::BondMode::Lacp).then_some(Self);
    }
}
