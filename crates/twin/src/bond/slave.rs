//! What the driver keeps of a slave (`struct slave`).

use std::time::Duration;

use network::bond::MiiStatus;
use network::{IfName, Mac};

/// A slave.
#[derive(Clone, Debug)]
pub(crate) struct Slave {
    pub(crate) name: IfName,
    /// The monitor's verdict.
    pub(crate) link: MiiStatus,
    /// How many ticks of updelay or downdelay are left.
    pub(crate) delay: u32,
    /// How often its link failed.
    pub(crate) failures: u32,
    /// It is kept out (`BOND_STATE_BACKUP`).
    pub(crate) backup: bool,
    /// The address that it gets back.
    pub(crate) original_mac: Mac,
    /// What its NIC says now.
    pub(crate) carrier: bool,
    /// Megabits a second.
    pub(crate) speed: u32,
    pub(crate) full_duplex: bool,
    /// Who is preferred where the primary is not to be had; higher wins.
    pub(crate) prio: i64,
    /// When its link came up last, for the ARP monitor's grace.
    pub(crate) last_link_up: Duration,
    /// When it took in what counts for the ARP monitor; `None`: never.
    pub(crate) last_rx: Option<Duration>,
    /// When it sent last.
    pub(crate) last_tx: Duration,
    /// Whether LACP let it carry traffic when that was told last.
    pub(crate) noted: bool,
}

impl Slave {
    /// Whether a frame may leave by it (`bond_slave_can_tx`).
    pub(crate) fn can_send(&self) -> bool {
        self.carrier && self.link == MiiStatus::Up && !self.backup
    }
}
