//! Aggregators: what ports bundle in.

use network::Mac;
use wire::lacp::Info;

use crate::PortId;

/// An aggregator. A bond has one a slave, most of them free; a switch has one for the LAG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aggregator {
    /// Its number, from 1 on.
    pub id: u16,
    /// The slave that it came with and goes with.
    pub owner: Option<PortId>,
    /// The operational key of its ports.
    pub actor_key: u16,
    /// The partner's system; zero without a partner.
    pub partner_system: Mac,
    /// The partner's system priority.
    pub partner_system_priority: u16,
    /// The partner's operational key.
    pub partner_key: u16,
    /// Its port may not bundle: to Linux, half duplex and nothing else.
    pub individual: bool,
    /// It carries the traffic.
    pub active: bool,
    /// Its ports, the last that joined first: Linux takes the first one's speed for that of all.
    pub ports: Vec<PortId>,
}

impl Aggregator {
    pub(crate) fn new(id: u16, owner: Option<PortId>) -> Self {
        Self {
            id,
            owner,
            actor_key: 0,
            partner_system: Mac::ZERO,
            partner_system_priority: 0,
            partner_key: 0,
            individual: false,
            active: false,
            ports: Vec::new(),
        }
    }

    /// Whether anybody answers at the other end (`__agg_has_partner`).
    #[must_use]
    pub fn has_partner(&self) -> bool {
        !self.partner_system.is_zero()
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.ports.is_empty()
    }

    /// Frees it (`ad_clear_agg`).
    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.id, self.owner);
    }

    /// Makes it the aggregator of one port.
    pub(crate) fn found(&mut self, port: PortId, key: u16, individual: bool, partner: &Info) {
        self.individual = individual;
        self.actor_key = key;
        self.partner_system = partner.end.system;
        self.partner_system_priority = partner.end.system_priority;
        self.partner_key = partner.end.key;
        self.ports = vec![port];
    }

    /// Whether a port with that key and partner belongs in it.
    pub(crate) fn suits(&self, key: u16, partner: &Info) -> bool {
        self.actor_key == key
            && self.partner_system == partner.end.system
            && self.partner_system_priority == partner.end.system_priority
            && self.partner_key == partner.end.key
    }

    /// Takes everything from another one, its ports too.
    pub(crate) fn take_over(&mut self, from: &Self) {
        *self = Self { id: self.id, owner: self.owner, ..from.clone() };
    }
}
