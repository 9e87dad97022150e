//! A port and what the machines remember of it.

use network::Mac;
use network::bond::MiiStatus;
use network::lacp::{Churn, LacpEnd, PortLacp};
use wire::lacp::{Info, Lacpdu};

use crate::key::{self, DUPLEX};
use crate::{Config, PortConfig, Profile, Rate, mux, periodic, receive};

/// A port of a [`crate::Lag`]. Never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortId(pub(crate) u32);

/// A port's link, as the device and the link monitor tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The monitor's verdict. It lags behind `running` by miimon and the delays.
    pub mii: MiiStatus,
    /// The device is up and has carrier.
    pub running: bool,
    /// Megabits a second; `None`: unknown.
    pub speed: Option<u32>,
    /// Full duplex; `None`: unknown.
    pub full_duplex: Option<bool>,
}

impl Link {
    /// No signal.
    pub const DOWN: Self = Self { mii: MiiStatus::Down, running: false, speed: None, full_duplex: None };

    /// Up, at full duplex, in megabits a second.
    #[must_use]
    pub fn up(speed: u32) -> Self {
        Self { mii: MiiStatus::Up, running: true, speed: Some(speed), full_duplex: Some(true) }
    }
}

/// Whether a port is in an aggregator (IEEE 802.1AX, the variable Selected).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// No.
    Unselected,
    /// It waits until there is room.
    Standby,
    /// Yes.
    Selected,
}

/// How often what happened at a port since it was added (`bond_3ad_stats`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// LACPDUs received.
    pub lacpdu_rx: u64,
    /// LACPDUs sent.
    pub lacpdu_tx: u64,
    /// Slow protocols' frames of other subtypes.
    pub unknown_rx: u64,
    /// Frames that are no LACPDU or marker by the profile's checks.
    pub illegal_rx: u64,
    /// Markers received.
    pub marker_rx: u64,
    /// Answers to markers sent.
    pub marker_response_tx: u64,
    /// Answers to markers received.
    pub marker_response_rx: u64,
    /// Markers that were left unanswered, for nobody fetched the answers to those before.
    pub marker_unanswered: u64,
    /// LACPDUs with our own system in them.
    pub loopback_rx: u64,
}

/// The timers, in ticks; 0: not running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timers {
    pub(crate) current_while: u16,
    pub(crate) periodic: u16,
    pub(crate) wait_while: u16,
    pub(crate) transmit: u16,
    pub(crate) actor_churn: u16,
    pub(crate) partner_churn: u16,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    pub(crate) id: PortId,
    pub(crate) mac: Mac,
    pub(crate) link: Link,
    /// The user's part of the key, as Linux has it (`actor_admin_port_key` without speed and duplex), or the whole key.
    pub(crate) admin_key: u16,
    pub(crate) actor: Info,
    pub(crate) partner: Info,
    pub(crate) begin: bool,
    /// `is_enabled`: the monitor says up.
    pub(crate) enabled: bool,
    pub(crate) lacp_enabled: bool,
    pub(crate) matched: bool,
    pub(crate) selection: Selection,
    pub(crate) ready_n: bool,
    pub(crate) ready: bool,
    /// A machine asks churn detection to begin anew (`AD_PORT_CHURNED`).
    pub(crate) churned: bool,
    /// Need to transmit.
    pub(crate) ntt: bool,
    pub(crate) receive: receive::State,
    pub(crate) periodic: periodic::State,
    pub(crate) mux: mux::State,
    pub(crate) actor_churn: Churn,
    pub(crate) partner_churn: Churn,
    pub(crate) actor_churns: u32,
    pub(crate) partner_churns: u32,
    pub(crate) aggregator: Option<u16>,
    /// It may send traffic (`BOND_STATE_ACTIVE`).
    pub(crate) distributes: bool,
    /// It takes traffic in.
    pub(crate) collects: bool,
    pub(crate) timers: Timers,
    pub(crate) counters: Counters,
}

impl Port {
    /// `ad_initialize_port` and `bond_3ad_bind_slave`.
    pub(crate) fn new(id: PortId, number: u16, port: &PortConfig, config: &Config) -> Self {
        let end = LacpEnd {
            system_priority: config.system_priority,
            system: config.system,
            key: 0,
            port_priority: port.priority,
            port: number,
        };
        let admin_key = match &config.profile {
            Profile::Linux(linux) => linux.user_key << key::USER_SHIFT,
            Profile::Switch(switch) => port.key.unwrap_or(switch.key),
        };
        let mut new = Self {
            id,
            mac: port.mac,
            link: port.link,
            admin_key,
            actor: Info { end, state: config.chosen() },
            partner: Info::NO_PARTNER,
            begin: true,
            // Linux holds a slave for enabled until the monitor says otherwise.
            enabled: config.is_linux() || port.link.mii == MiiStatus::Up,
            lacp_enabled: true,
            matched: false,
            selection: Selection::Unselected,
            ready_n: false,
            ready: false,
            churned: false,
            ntt: false,
            receive: receive::State::PortDisabled,
            periodic: periodic::State::NoPeriodic,
            mux: mux::State::Begin,
            actor_churn: Churn::Monitoring,
            partner_churn: Churn::Monitoring,
            actor_churns: 0,
            partner_churns: 0,
            aggregator: None,
            distributes: false,
            collects: false,
            timers: Timers { transmit: crate::tick::TRANSMIT, ..Timers::default() },
            counters: Counters::default(),
        };
        new.update_key(config, false);
        new
    }

    /// Makes the operational key anew from speed and duplex (`ad_update_actor_keys`). `reset`: as if there were none.
    pub(crate) fn update_key(&mut self, config: &Config, reset: bool) {
        let linux = match &config.profile {
            Profile::Switch(_) => return self.switch_key(reset),
            Profile::Linux(linux) => linux,
        };
        let counts = !reset && self.link.mii == MiiStatus::Up;
        let speed = if counts { key::speed_code(self.link.speed.unwrap_or(0), linux.codes) } else { 0 };
        let duplex = counts && self.link.full_duplex == Some(true);
        let old = self.actor.end.key;
        self.actor.end.key = self.admin_key | speed << 1 | u16::from(duplex);
        if old == self.actor.end.key {
            return;
        }
        self.lacp_enabled = duplex;
        let old_speed = (old & 0x3e) >> 1;
        // Another speed begins everything anew.
        self.begin |= !reset && speed != 0 && duplex && old_speed != speed;
    }

    /// A switch's key is what was configured; half duplex has no LACP there either.
    fn switch_key(&mut self, reset: bool) {
        self.actor.end.key = self.admin_key;
        if !reset {
            self.lacp_enabled = self.link.full_duplex != Some(false);
        }
    }

    /// What an LACPDU of it says now.
    pub(crate) fn lacpdu(&self) -> Lacpdu {
        Lacpdu { actor: self.actor, partner: self.partner, collector_max_delay: 0 }
    }

    /// Whether its key says full duplex, which is all that "may bundle" means to Linux.
    pub(crate) fn key_says_full_duplex(&self) -> bool {
        self.actor.end.key & DUPLEX != 0
    }

    /// Whether it may be let carry traffic (`__enable_port`).
    pub(crate) fn link_is_usable(&self) -> bool {
        self.link.mii == MiiStatus::Up && self.link.running
    }

    /// Lets it carry traffic both ways, if its link is up.
    pub(crate) fn enable(&mut self) {
        if self.link_is_usable() {
            (self.distributes, self.collects) = (true, true);
        }
    }

    /// Keeps it from carrying traffic.
    pub(crate) fn disable(&mut self) {
        (self.distributes, self.collects) = (false, false);
    }

    /// Its handle.
    #[must_use]
    pub fn id(&self) -> PortId {
        self.id
    }

    /// The source address of its frames.
    #[must_use]
    pub fn mac(&self) -> Mac {
        self.mac
    }

    /// Its link, as it was told last.
    #[must_use]
    pub fn link(&self) -> Link {
        self.link
    }

    /// Our end, as an LACPDU would tell it now.
    #[must_use]
    pub fn actor(&self) -> Info {
        self.actor
    }

    /// The other end as it was heard last, or [`Info::NO_PARTNER`].
    #[must_use]
    pub fn partner(&self) -> Info {
        self.partner
    }

    /// Whether it is in an aggregator.
    #[must_use]
    pub fn selection(&self) -> Selection {
        self.selection
    }

    /// The number of the aggregator that it is in.
    #[must_use]
    pub fn aggregator(&self) -> Option<u16> {
        self.aggregator
    }

    /// The receive machine's state.
    #[must_use]
    pub fn receive(&self) -> receive::State {
        self.receive
    }

    /// The periodic machine's state.
    #[must_use]
    pub fn periodic(&self) -> periodic::State {
        self.periodic
    }

    /// The mux machine's state.
    #[must_use]
    pub fn mux(&self) -> mux::State {
        self.mux
    }

    /// Whether it may send traffic (`BOND_STATE_ACTIVE`). [`crate::Lag::usable`] says which ports do.
    #[must_use]
    pub fn distributes(&self) -> bool {
        self.distributes
    }

    /// Whether it takes traffic in.
    #[must_use]
    pub fn collects(&self) -> bool {
        self.collects
    }

    /// How often our end and the other end were found churned.
    #[must_use]
    pub fn churn_counts(&self) -> (u32, u32) {
        (self.actor_churns, self.partner_churns)
    }

    /// How often what happened.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// For how long it believes its partner.
    pub(crate) fn rate(&self) -> Rate {
        Rate::of(self.actor.state)
    }

    /// All of it as the driver tells it in netlink and /proc. `aggregator` is 0 where the port is in none: netlink tells
    /// no number then, and /proc `N/A` instead of everything else.
    #[must_use]
    pub fn observed(&self) -> PortLacp {
        PortLacp {
            aggregator: self.aggregator.unwrap_or(0),
            actor_state: self.actor.state,
            partner_state: self.partner.state,
            actor: Some(self.actor.end),
            partner: Some(self.partner.end),
            actor_churn: Some(self.actor_churn),
            partner_churn: Some(self.partner_churn),
        }
    }
}
