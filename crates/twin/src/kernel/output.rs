//! A frame's way down the stack (`dev_queue_xmit`): out of VLAN devices, bonds and bridges to a port of the machine.

use std::time::Duration;

use network::{IfName, Kind};

use super::Kernel;
use super::state::Sent;
use crate::frame::Frame;

impl Kernel {
    /// Sends a frame by a device. What is down or has no carrier drops it, as the driver would.
    pub(super) fn output(&mut self, now: Duration, device: &IfName, frame: Frame, out: &mut Vec<Sent>) {
        self.output_at(now, device, frame, out, 0);
    }

    pub(super) fn output_at(
        &mut self,
        now: Duration,
        device: &IfName,
        mut frame: Frame,
        out: &mut Vec<Sent>,
        depth: usize,
    ) {
        // Devices on each other are no more than there are, and none is below itself.
        if depth > self.model.links.len() || !self.is_running(device) {
            return;
        }
        match self.model.link(device).map(|link| link.kind.clone()) {
            Some(Kind::Vlan(vlan)) if frame.tag.is_none() => {
                frame.tag = Some(vlan.vid);
                self.output_at(now, &vlan.lower, frame, out, depth + 1);
            }
            Some(Kind::Bond(_)) => {
                let Some(bond) = self.bonds.get_mut(device) else { return };
                let senders = bond.driver.senders(now, &bond.settings, &frame);
                let (active, balances) = (bond.driver.active.clone(), bond.settings.balances_load());
                for sender in senders {
                    let mut frame = frame.clone();
                    // So that the switch does not learn the bond's address where nothing is taken in (`bond_do_alb_xmit`).
                    if balances && active.as_ref() != Some(&sender) {
                        frame.source = self.mac(&sender);
                    }
                    self.output_at(now, &sender, frame, out, depth + 1);
                }
            }
            Some(Kind::Bridge(_)) => self.bridge_output(now, device, frame, out, depth + 1),
            Some(_) if self.nics.contains_key(device) => out.push(Sent::Wire(device.clone(), frame)),
            _ => {}
        }
    }
}
