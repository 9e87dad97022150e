//! Who sends a frame, and who may take one in (`bond_xmit_*`, `bond_handle_frame`, `bond_should_deliver_exact_match`).

use std::time::Duration;

use network::{BondMode, IfName};

use super::{Bonding, Settings, Slave};
use crate::frame::Frame;
use crate::hash;

impl Bonding {
    /// The slaves that send this frame: none, one, or in broadcast mode all that can.
    pub(crate) fn senders(&mut self, now: Duration, settings: &Settings, frame: &Frame) -> Vec<IfName> {
        let usable: Vec<&Slave> = self.slaves.iter().filter(|slave| slave.can_send()).collect();
        let active = self.active.as_ref().and_then(|active| self.slave(active)).filter(|slave| slave.carrier);
        let pick = |number: u64| {
            let count = u64::try_from(usable.len()).unwrap_or(u64::MAX);
            number.checked_rem(count).and_then(|place| usable.get(usize::try_from(place).ok()?)).copied()
        };
        let chosen = match settings.mode {
            BondMode::ActiveBackup => active.into_iter().collect(),
            BondMode::Broadcast => usable,
            BondMode::BalanceRr => pick(self.turn / u64::from(settings.packets_per_slave)).into_iter().collect(),
            BondMode::BalanceXor => pick(u64::from(hash::transmit(settings.hash, frame))).into_iter().collect(),
            BondMode::Lacp => return self.lacp_sender(settings, frame),
            // By load, which the twin has none of: each destination has its slave, broadcasts go out by the active one.
            BondMode::BalanceTlb | BondMode::BalanceAlb if frame.destination.is_multicast() => {
                active.into_iter().collect()
            }
            BondMode::BalanceTlb | BondMode::BalanceAlb => {
                pick(u64::from(frame.destination.0[5])).into_iter().collect()
            }
        };
        let chosen: Vec<IfName> = chosen.into_iter().map(|slave| slave.name.clone()).collect();
        if settings.mode == BondMode::BalanceRr {
            self.turn = self.turn.wrapping_add(1);
        }
        for name in &chosen {
            if let Some(slave) = self.slave_mut(name) {
                slave.last_tx = now;
            }
        }
        chosen
    }

    fn lacp_sender(&self, settings: &Settings, frame: &Frame) -> Vec<IfName> {
        let usable = self.aggregation.as_ref().map(crate::aggregation::Aggregation::usable).unwrap_or_default();
        let hash = usize::try_from(hash::transmit(settings.hash, frame)).unwrap_or(0);
        hash.checked_rem(usable.len()).and_then(|place| usable.get(place)).into_iter().cloned().collect()
    }

    /// Whether taking turns makes each frame's way another one, so that no two need fare alike.
    pub(crate) fn takes_turns(&self, settings: &Settings) -> bool {
        settings.mode == BondMode::BalanceRr && self.slaves.iter().filter(|slave| slave.can_send()).count() > 1
    }

    /// Whether the bond takes in a frame that a slave received.
    pub(crate) fn accepts(&self, settings: &Settings, slave: &IfName, frame: &Frame) -> bool {
        let Some(slave) = self.slave(slave) else { return false };
        let inactive = match settings.mode {
            BondMode::BalanceTlb | BondMode::BalanceAlb => self.active.as_ref() != Some(&slave.name),
            _ => slave.backup,
        };
        let unicast_in_alb = settings.mode == BondMode::BalanceAlb && !frame.destination.is_multicast();
        !inactive || settings.all_slaves_active || unicast_in_alb
    }
}
