//! What can fail: every cable, every NIC, every switch.

use network::IfName;
use serde::Serialize;
use twin::{CableState, Topology, Twin, topology};

/// Something that fails and comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fault {
    /// A NIC's cable is pulled: the link goes down at both ends.
    Cable {
        /// Whose.
        nic: IfName,
    },
    /// A NIC hangs: its link stays up, and nothing comes through.
    Nic {
        /// Which.
        nic: IfName,
    },
    /// A switch, or one of its chassis, loses power.
    Switch {
        /// Which.
        switch: String,
        /// Which of its chassis, from 0.
        chassis: usize,
    },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Cable { nic } => write!(f, "the cable of {nic} is pulled"),
            Self::Nic { nic } => write!(f, "{nic} hangs, its link stays up"),
            Self::Switch { switch, chassis: 0 } => write!(f, "{switch} loses power"),
            Self::Switch { switch, chassis } => write!(f, "{switch} loses chassis {}", chassis + 1),
        }
    }
}

impl Fault {
    /// Lets it happen, or puts it right.
    pub fn set(&self, twin: &mut Twin, broken: bool) {
        match self {
            Self::Cable { nic } => {
                topology::plug(twin, nic, if broken { CableState::Pulled } else { CableState::Whole });
            }
            Self::Nic { nic } => {
                topology::plug(twin, nic, if broken { CableState::Silent } else { CableState::Whole });
            }
            Self::Switch { switch, chassis } => {
                if let Some(number) = twin.world.switches.iter().position(|it| it.name == *switch) {
                    twin.world.set_power(number, *chassis, !broken);
                }
            }
        }
    }
}

/// Every fault of a topology, in its order: cables, NICs, switches.
#[must_use]
pub fn faults(topology: &Topology) -> Vec<Fault> {
    let nics = || topology.nics.iter().filter(|nic| nic.cable.is_some()).map(|nic| nic.name.clone());
    let switches = topology.switches.iter().flat_map(|switch| {
        let chassis = switch.ports.iter().map(|port| port.chassis + 1).max().unwrap_or(1);
        (0..chassis).map(|chassis| Fault::Switch { switch: switch.name.clone(), chassis })
    });
    nics().map(|nic| Fault::Cable { nic }).chain(nics().map(|nic| Fault::Nic { nic })).chain(switches).collect()
}
