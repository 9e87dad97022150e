//! Cables: what joins two ports, and what can go wrong with one.

use network::IfName;
use serde::Serialize;

/// A port that a cable can be plugged into.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Port {
    /// A NIC of a host, or the host's end of a guest's NIC.
    Nic {
        /// The host's number.
        host: usize,
        /// The NIC.
        name: IfName,
    },
    /// A port of a switch.
    Switch {
        /// The switch's number.
        switch: usize,
        /// The port's number there.
        port: usize,
    },
    /// A station's only NIC.
    Station(usize),
}

/// What is wrong with a cable. Only a pulled one takes the signal away; the others are what no link monitor sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CableState {
    /// It carries both ways.
    #[default]
    Whole,
    /// It is out of its sockets.
    Pulled,
    /// What the first end sends is lost.
    DeafSecond,
    /// What the second end sends is lost.
    DeafFirst,
    /// The link stays up, and what either end sends is lost: as when a NIC hangs.
    Silent,
    /// One of so many frames is lost, by chance; 0 is none.
    Lossy(u32),
}

/// A cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cable {
    /// Where its ends are plugged in.
    pub ends: [Port; 2],
    /// What is wrong with it.
    pub state: CableState,
}

impl Cable {
    /// One that carries.
    #[must_use]
    pub fn new(first: Port, second: Port) -> Self {
        Self { ends: [first, second], state: CableState::Whole }
    }
}
