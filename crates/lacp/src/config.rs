//! What a side is set up as.

use network::Mac;
use network::lacp::{LacpEnd, PortState};

use crate::Link;
use crate::key::SpeedCodes;

/// One side of a LAG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The system: of a bond its MAC or `ad_actor_system`; of an MLAG pair one for both switches.
    pub system: Mac,
    /// Lower wins. Linux's default is 65535, most switches' 32768.
    pub system_priority: u16,
    /// Whether it speaks without being spoken to (`lacp_active`; `mode active`).
    pub active: bool,
    /// How often it wants to hear from its partner (`lacp_rate`).
    pub rate: Rate,
    /// With fewer ports than that it has no carrier.
    pub min_links: u32,
    /// Whose machines these are.
    pub profile: Profile,
}

/// How often a side wants an LACPDU; it gives its partner up after three times that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rate {
    /// Each 30 s.
    #[default]
    Slow,
    /// Each second.
    Fast,
}

impl Rate {
    /// The rate that a state asks for.
    #[must_use]
    pub fn of(state: PortState) -> Self {
        if state.has(PortState::SHORT_TIMEOUT) { Self::Fast } else { Self::Slow }
    }
}

/// Whose machines these are, and what only that kind can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Linux's bonding driver.
    Linux(Linux),
    /// A switch by the standard.
    Switch(Switch),
}

/// What only a bond has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linux {
    /// `ad_user_port_key`, 0 to 1023. It holds for ports that join from then on.
    pub user_key: u16,
    /// `ad_select`.
    pub select: Select,
    /// `coupled_control`: collecting and distributing begin together.
    pub coupled: bool,
    /// Which kernel's speed codes are in the key.
    pub codes: SpeedCodes,
    /// A port that loses its link forgets that its partner was in sync, as the standard has it. Kernels learnt it in 2026
    /// (6.1 between 176 and 192); those before show the state that the port had last, until the link is back.
    pub link_loss_clears_sync: bool,
}

impl Default for Linux {
    /// The driver's defaults, and the kernels that are in use.
    fn default() -> Self {
        let (codes, link_loss_clears_sync) = (SpeedCodes::Classic, false);
        Self { user_key: 0, select: Select::Stable, coupled: true, codes, link_loss_clears_sync }
    }
}

/// Which aggregator of a bond becomes the active one (`ad_select`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Select {
    /// The widest, and then as long as it lives.
    #[default]
    Stable,
    /// The widest, anew with each change.
    Bandwidth,
    /// That with most ports, anew with each change.
    Count,
}

/// What only a switch has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The LAG's key.
    pub key: u16,
    /// How many ports may be active; the others stand by. `None`: all.
    pub max_ports: Option<u16>,
    /// What a port does whose other end does not speak LACP.
    pub fallback: Fallback,
}

/// What a switch does with a port whose other end does not speak LACP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fallback {
    /// It carries nothing (NX-OS `lacp suspend-individual`, Arista's default).
    #[default]
    None,
    /// It forwards by itself, each such port on its own (IOS's default; `no lacp suspend-individual`).
    Individual,
    /// One of them, that with the best priority, stands for the LAG (Arista `lacp fallback static`, Junos `force-up`).
    OnePort,
}

impl Config {
    /// A bond with the driver's defaults: active, slow.
    #[must_use]
    pub fn linux(system: Mac) -> Self {
        let profile = Profile::Linux(Linux::default());
        Self { system, system_priority: 0xffff, active: true, rate: Rate::Slow, min_links: 0, profile }
    }

    /// A port-channel of a switch with usual defaults: active, slow, all ports, no fallback.
    #[must_use]
    pub fn switch(system: Mac, key: u16) -> Self {
        let profile = Profile::Switch(Switch { key, max_ports: None, fallback: Fallback::None });
        Self { system, system_priority: 0x8000, active: true, rate: Rate::Slow, min_links: 0, profile }
    }

    /// The bits of a port's state that are a matter of choice, for ports that may bundle.
    pub(crate) fn chosen(&self) -> PortState {
        let mut state = PortState(PortState::AGGREGATION);
        state.set(PortState::ACTIVITY, self.active);
        state.set(PortState::SHORT_TIMEOUT, self.rate == Rate::Fast);
        state
    }

    /// Whether a port that loses its link forgets that its partner was in sync.
    pub(crate) fn link_loss_clears_sync(&self) -> bool {
        match &self.profile {
            Profile::Linux(linux) => linux.link_loss_clears_sync,
            Profile::Switch(_) => true,
        }
    }

    /// Whether these are the driver's machines.
    pub(crate) fn is_linux(&self) -> bool {
        matches!(self.profile, Profile::Linux(_))
    }
}

/// A port that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortConfig {
    /// The source address of its frames: a slave's permanent MAC.
    pub mac: Mac,
    /// Its number. `None`: one more than the last port's, as Linux counts. The switches of an MLAG pair need numbers of
    /// their own.
    pub number: Option<u16>,
    /// Lower wins. Linux has 255 unless told, most switches 32768.
    pub priority: u16,
    /// Another key than the LAG's (on a switch: a port that is configured wrongly).
    pub key: Option<u16>,
    /// Its link at that moment.
    pub link: Link,
}

impl PortConfig {
    /// A slave of a bond as the driver adds one.
    #[must_use]
    pub fn slave(mac: Mac, link: Link) -> Self {
        Self { mac, number: None, priority: 0xff, key: None, link }
    }

    /// A switch's port.
    #[must_use]
    pub fn port(mac: Mac, number: u16, link: Link) -> Self {
        Self { mac, number: Some(number), priority: 0x8000, key: None, link }
    }
}

/// A system and its ports are compared by these two, lower first (IEEE 802.1AX, 6.3.2).
pub(crate) fn system_rank(end: &LacpEnd) -> (u16, Mac) {
    (end.system_priority, end.system)
}
