//! What happens in a scenario, and when.

use std::time::Duration;

use network::IfName;

use crate::{CableState, Note, Twin, topology};

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When, since the host had booted and settled.
    pub at: Duration,
    /// What.
    pub action: Action,
}

/// What happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// A NIC's cable is in another state.
    Cable {
        /// Whose.
        nic: IfName,
        /// Which state.
        state: CableState,
    },
    /// A switch is turned on or off.
    Power {
        /// Its number.
        switch: usize,
        /// On.
        on: bool,
    },
}

impl Event {
    /// Lets it happen now.
    pub fn happen(&self, twin: &mut Twin) {
        let what = match &self.action {
            Action::Cable { nic, state: CableState::Pulled } => format!("the cable of {nic} is pulled"),
            Action::Cable { nic, state: CableState::Whole } => format!("the cable of {nic} is plugged in"),
            Action::Cable { nic, .. } => format!("{nic} hangs, its link stays up"),
            Action::Power { on: true, .. } => "a switch is turned on".to_owned(),
            Action::Power { on: false, .. } => "a switch loses power".to_owned(),
        };
        twin.world.note(Note::Done { what });
        match &self.action {
            Action::Cable { nic, state } => topology::plug(twin, nic, *state),
            Action::Power { switch, on } => twin.world.set_power(*switch, 0, *on),
        }
    }
}
