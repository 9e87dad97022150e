//! What is wrong with a scenario, and where.

use std::fmt;
use std::path::PathBuf;

/// What is wrong with a scenario, at its place.
#[derive(Debug, thiserror::Error)]
pub struct ScenarioError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What.
    #[source]
    pub wrong: Wrong,
}

/// `home.toml:3:9`; what is wrong comes after it as the cause.
impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// It is no TOML, or holds a key or a kind of value that does not belong there.
    #[error("{0}")]
    Syntax(String),
    /// Not a name for an interface.
    #[error(transparent)]
    Name(#[from] network::name::IfNameError),
    /// Not a MAC address.
    #[error(transparent)]
    Mac(#[from] network::mac::MacError),
    /// Not a time.
    #[error("`{0}` is no time: a number with ms, s or min, as in 100ms")]
    Time(String),
    /// Not an address.
    #[error("`{0}` is no address with a prefix length, as in 192.168.1.10/24")]
    Address(String),
    /// Not a list of VLANs.
    #[error("`{0}` is no list of VLANs: numbers and ranges from 1 to 4094, as in 1,10-20")]
    Vlans(String),
    /// A port that is said to be two things.
    #[error("a port is an access port, or a trunk with its native VLAN, not both")]
    BothKinds,
    /// Not the place of a plug.
    #[error("`{0}` is no port of a switch: write it as switch:port")]
    Plug(String),
    /// A switch that is not there.
    #[error("there is no switch `{0}`")]
    NoSwitch(String),
    /// A port of a LAG that no cable leads to and no list names.
    #[error("switch `{switch}` has no port `{port}`")]
    NoPort {
        /// The switch.
        switch: String,
        /// The port.
        port: String,
    },
    /// Two cables in one port.
    #[error("{0} has a cable already")]
    Taken(String),
    /// A station that is not there.
    #[error("there is no station `{0}`")]
    NoStation(String),
    /// A NIC that is not there.
    #[error("the host has no NIC `{0}`")]
    NoNic(String),
    /// A port that is in two LAGs.
    #[error("port `{0}` is in another LAG already")]
    TwoLags(String),
    /// An event that says nothing, or several things.
    #[error("an event does one thing: pull, plug, silence, power-off or power-on")]
    NotOneThing,
    /// An event before the one that stands before it.
    #[error("events stand in the order of their times")]
    OutOfOrder,
    /// More than the twin is made for.
    #[error("a scenario has at most {0} of these")]
    TooMany(usize),
}
