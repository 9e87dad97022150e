//! What is played, as data: each piece can be left out by itself.

use std::fmt;

use network::{BondMode, Opt, Value};
use twin::{CableState, LagMode};

/// What a seed means.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Where the twin's chance begins.
    pub seed: u64,
    /// The NICs, cabled in order to their switches.
    pub nics: Vec<Nic>,
    /// The switches: how many, in a row.
    pub switches: usize,
    /// Seconds until a port of a switch forwards.
    pub forward_delay: u8,
    /// What the switches bundle.
    pub lags: Vec<Lag>,
    /// What the host boots with.
    pub boot: Layout,
    /// The guests that run from then on.
    pub guests: Vec<Guest>,
    /// What is done, in this order.
    pub acts: Vec<Act>,
}

/// A NIC and its cable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nic {
    /// The switch that its cable leads to; `None`: it has none.
    pub switch: Option<usize>,
    /// Megabits a second.
    pub speed: u32,
    /// Milliseconds until a lost signal is noticed.
    pub detect: u16,
    /// Milliseconds from a signal to a link.
    pub negotiate: u16,
}

/// Ports of a switch that are bundled, by the NICs that are cabled to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lag {
    /// The switch.
    pub switch: usize,
    /// The NICs.
    pub nics: Vec<usize>,
    /// How.
    pub mode: LagMode,
}

/// A guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guest {
    /// The number of its bridge: `vmbr1`.
    pub bridge: usize,
    /// Its VLAN, on a bridge that filters.
    pub vlan: Option<u16>,
}

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Ways out of the host, over NICs of their own.
    pub uplinks: Vec<Uplink>,
}

/// A way out of the host: a NIC or a bond, and what stands on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Uplink {
    /// The networks that its addresses are of; it keeps them, whatever else is changed.
    pub network: usize,
    /// Its NICs, by number; without a bond, the first alone counts.
    pub nics: Vec<usize>,
    /// The bond over them.
    pub bond: Option<Bonding>,
    /// The bridge over that.
    pub bridge: Option<Bridging>,
    /// Whether there is an address without a tag.
    pub addressed: bool,
    /// Whether there is an IPv6 address too.
    pub v6: bool,
    /// VLAN devices with an address each.
    pub vlans: Vec<u16>,
    /// Another MTU than the kernel's.
    pub mtu: Option<u16>,
}

/// A bond.
#[derive(Clone, Debug, PartialEq)]
pub struct Bonding {
    /// Its number: `bond1`.
    pub number: usize,
    /// Its mode.
    pub mode: BondMode,
    /// Its options, but for the mode, in the order of the lines.
    pub options: Vec<(Opt, Value)>,
}

/// A bridge.
#[derive(Clone, Debug, PartialEq)]
pub struct Bridging {
    /// Its number: `vmbr1`.
    pub number: usize,
    /// Whether it filters by VLAN.
    pub aware: bool,
    /// Its port is this VLAN's device, not the uplink itself.
    pub tag: Option<u16>,
    /// Its options.
    pub options: Vec<(Opt, Value)>,
}

/// What is done to the host.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A file is applied.
    Apply {
        /// What it says.
        file: Layout,
        /// Whether each step is left alone for some seconds, so that what it does can be told from what the next one does.
        slowly: bool,
    },
    /// A file is applied, and a step of it refused; then it is applied once more.
    Refused {
        /// What it says.
        file: Layout,
        /// Which step, of as many as there are.
        step: u32,
        /// What does not depend on it is done all the same.
        go_on: bool,
    },
    /// A file is applied up to some step, and that is taken back.
    Back {
        /// What it says.
        file: Layout,
        /// So many steps, of as many as there are.
        steps: u32,
        /// By each step's inverse; else by what differs from the snapshot.
        by_inverse: bool,
    },
    /// A file is applied in a guarded transaction.
    Guarded {
        /// What it says.
        file: Layout,
        /// It is confirmed; else it expires.
        confirmed: bool,
        /// What befalls the first process, and whom finds what it left behind: an accident each, at an action.
        accidents: Vec<(u32, Accident)>,
    },
    /// Something breaks, and is put right after a while.
    Fault {
        /// What.
        fault: Fault,
        /// For how many milliseconds.
        held: u32,
    },
}

/// What breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The cable of a NIC.
    Cable(usize, CableState),
    /// The cable of a NIC, time and again.
    Flap(usize),
    /// A switch loses its power.
    Switch(usize),
}

/// What befalls an action of a guarded transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accident {
    /// It is refused.
    Refused,
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it.
    DiesAfter,
    /// The process dies, and a line of the journal is only half written.
    Torn,
    /// The power goes before it.
    PowerBefore,
    /// The power goes after it.
    PowerAfter,
}

impl Accident {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Refused, Self::DiesBefore, Self::DiesAfter, Self::Torn, Self::PowerBefore, Self::PowerAfter];
}

impl Uplink {
    /// The name of what carries its frames: the bond's, or the NIC's. Empty without a NIC.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.bond {
            Some(bond) => format!("bond{}", bond.number),
            None => self.nics.first().map(|nic| nic_name(*nic)).unwrap_or_default(),
        }
    }

    /// The NICs that it takes.
    #[must_use]
    pub fn taken(&self) -> &[usize] {
        if self.bond.is_some() { &self.nics } else { self.nics.get(..1).unwrap_or_default() }
    }
}

impl Layout {
    /// The NICs that nobody takes, of so many.
    #[must_use]
    pub fn free(&self, nics: usize) -> Vec<usize> {
        (0..nics).filter(|nic| !self.uplinks.iter().any(|uplink| uplink.taken().contains(nic))).collect()
    }

    /// Whether a bond takes turns packet by packet: no packet fares as the last one then, and each has to be sent.
    #[must_use]
    pub fn takes_turns(&self) -> bool {
        let turns = |bond: &Bonding| bond.mode == BondMode::BalanceRr;
        self.uplinks.iter().filter_map(|uplink| uplink.bond.as_ref()).any(turns)
    }
}

impl Act {
    /// The file that it is about.
    #[must_use]
    pub fn file(&self) -> Option<&Layout> {
        match self {
            Self::Apply { file, .. }
            | Self::Refused { file, .. }
            | Self::Back { file, .. }
            | Self::Guarded { file, .. } => Some(file),
            Self::Fault { .. } => None,
        }
    }

    /// The same, to be changed.
    pub fn file_mut(&mut self) -> Option<&mut Layout> {
        match self {
            Self::Apply { file, .. }
            | Self::Refused { file, .. }
            | Self::Back { file, .. }
            | Self::Guarded { file, .. } => Some(file),
            Self::Fault { .. } => None,
        }
    }
}

/// A NIC's name, by its number.
#[must_use]
pub fn nic_name(number: usize) -> String {
    format!("enp{}s0", number + 1)
}

/// A line for people.
impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apply { slowly: false, .. } => f.write_str("apply"),
            Self::Apply { slowly: true, .. } => f.write_str("apply, each step by itself"),
            Self::Refused { step, go_on, .. } => {
                let how = if *go_on { "go on with what does not depend on it" } else { "stop there" };
                write!(f, "apply, step {step} (of as many as there are) being refused: {how}; then apply again")
            }
            Self::Back { steps, by_inverse, .. } => {
                let how = if *by_inverse { "by the inverses" } else { "by what differs from the snapshot" };
                write!(f, "apply {steps} steps (of as many as there are), and take them back {how}")
            }
            Self::Guarded { confirmed, accidents, .. } => {
                let end = if *confirmed { "confirmed" } else { "left to expire" };
                write!(f, "apply, guarded, {end}, with accidents at actions {accidents:?}")
            }
            Self::Fault { fault, held } => write!(f, "{fault:?} breaks for {held} ms"),
        }
    }
}
