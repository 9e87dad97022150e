//! A host of the world, behind the port that all verbs know.

use std::time::Duration;

use network::{Change, Host, IfName, Network, ObserveError, Refusal};

use crate::World;

/// How long the kernel takes for a change: about what a netlink message takes on a real one.
pub const CHANGE_TAKES: Duration = Duration::from_millis(1);

/// One host of a world.
#[derive(Clone, Debug)]
pub struct Twin {
    /// The world around it.
    pub world: World,
    /// Its number there.
    pub host: usize,
}

impl Twin {
    /// What `/proc/net/bonding/<bond>` says; `None`: it is no bond.
    #[must_use]
    pub fn proc_bonding(&self, bond: &IfName) -> Option<String> {
        self.world.hosts[self.host].proc_bonding(bond)
    }
}

impl Host for Twin {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        Ok(self.world.hosts[self.host].observe())
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        let result = self.world.execute(self.host, change);
        let then = self.world.now() + CHANGE_TAKES;
        self.world.run_to(then);
        result
    }
}
