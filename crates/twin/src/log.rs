//! What happened, when: the run's log. Same scenario, same seed, same bytes.

use std::fmt;
use std::time::Duration;

use network::IfName;
use serde::Serialize;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Note {
    /// A NIC got its carrier, or lost it.
    Carrier {
        /// Whose.
        host: String,
        /// Which.
        link: IfName,
        /// Whether it has it now.
        carrier: bool,
    },
    /// A bond uses another slave.
    Active {
        /// Whose.
        host: String,
        /// Which.
        bond: IfName,
        /// The slave; none: nothing is to be had.
        slave: Option<IfName>,
    },
    /// What LACP makes of a slave changed.
    Lacp {
        /// Whose.
        host: String,
        /// Which.
        link: IfName,
        /// Whether it collects and distributes.
        carries: bool,
    },
    /// What LACP makes of a switch's port changed.
    PortLacp {
        /// Whose.
        switch: String,
        /// Which.
        port: String,
        /// Whether it collects and distributes.
        carries: bool,
    },
    /// A port of a switch forwards, or does not any more.
    Port {
        /// Whose.
        switch: String,
        /// Which.
        port: String,
        /// Whether it does.
        forwards: bool,
    },
    /// The host was told to change.
    Change {
        /// Who.
        host: String,
        /// What.
        change: String,
    },
    /// Something was done to the network from outside.
    Done {
        /// What, in a few words.
        what: String,
    },
    /// Frames went round and round: there is a loop.
    Storm,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Carrier { host, link, carrier: true } => write!(f, "{host}: {link} has carrier"),
            Self::Carrier { host, link, carrier: false } => write!(f, "{host}: {link} lost carrier"),
            Self::Active { host, bond, slave: Some(slave) } => write!(f, "{host}: {bond} uses {slave}"),
            Self::Active { host, bond, slave: None } => write!(f, "{host}: {bond} has no slave to use"),
            Self::Lacp { host, link, carries: true } => write!(f, "{host}: LACP lets {link} carry traffic"),
            Self::Lacp { host, link, carries: false } => write!(f, "{host}: LACP takes {link} out"),
            Self::PortLacp { switch, port, carries: true } => {
                write!(f, "{switch}: LACP lets port {port} carry traffic")
            }
            Self::PortLacp { switch, port, carries: false } => write!(f, "{switch}: LACP takes port {port} out"),
            Self::Port { switch, port, forwards: true } => write!(f, "{switch}: port {port} forwards"),
            Self::Port { switch, port, forwards: false } => write!(f, "{switch}: port {port} forwards nothing"),
            Self::Change { host, change } => write!(f, "{host}: {change}"),
            Self::Done { what } => f.write_str(what),
            Self::Storm => f.write_str("frames go round in a loop"),
        }
    }
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Since the run began.
    #[serde(serialize_with = "millis")]
    pub at: Duration,
    /// What happened.
    #[serde(flatten)]
    pub note: Note,
}

fn millis<S: serde::Serializer>(at: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(at.as_secs_f64() * 1000.0)
}

/// `     12.345 pve1: bond0 uses enp4s0`, in seconds.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>7}.{:03} {}", self.at.as_secs(), self.at.subsec_millis(), self.note)
    }
}
