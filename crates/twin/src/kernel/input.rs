//! A frame's way up the stack (`__netif_receive_skb_core`): VLAN devices first, then whoever the device belongs to.

use std::time::Duration;

use network::{IfName, Kind, Link};

use super::Kernel;
use super::state::Sent;
use crate::frame::{Frame, Payload};

/// How many devices a frame passes at most on its way up: bond, bridge, VLAN devices on each other.
const MAX_STOREYS: usize = 32;

impl Kernel {
    /// A frame came in at a port of the machine.
    pub(crate) fn receive(&mut self, now: Duration, port: &IfName, frame: Frame, out: &mut Vec<Sent>) {
        if self.is_running(port) {
            self.input(now, port.clone(), frame, out);
        }
    }

    pub(super) fn input(&mut self, now: Duration, mut device: IfName, mut frame: Frame, out: &mut Vec<Sent>) {
        for _ in 0..MAX_STOREYS {
            if !self.is_up(&device) {
                return;
            }
            if let Some(rider) = self.vlan_device(&device, &frame) {
                (device, frame.tag) = (rider, None);
                continue;
            }
            let master = self.model.link(&device).and_then(|link| link.master.clone());
            let kind = master.as_ref().and_then(|master| self.model.link(master)).map(|link| &link.kind);
            match (master, kind) {
                (Some(bond), Some(Kind::Bond(_))) => {
                    if !self.bond_takes(now, &bond, &device, &frame, out) {
                        return;
                    }
                    device = bond;
                }
                (Some(bridge), Some(Kind::Bridge(_))) => return self.bridge_input(now, &bridge, &device, frame, out),
                _ => return self.local(now, &device, &frame, out),
            }
        }
    }

    /// The VLAN device that the frame's tag leads to.
    fn vlan_device(&self, device: &IfName, frame: &Frame) -> Option<IfName> {
        let tag = frame.tag?;
        let leads = |link: &&Link| link.vlan().is_some_and(|vlan| vlan.vid == tag) && link.up == Some(true);
        self.model.riders(device).find(leads).map(|link| link.name.clone())
    }

    /// Whether a bond takes in what a slave received. LACPDUs end here.
    fn bond_takes(&mut self, now: Duration, name: &IfName, slave: &IfName, frame: &Frame, out: &mut Vec<Sent>) -> bool {
        if !self.is_up(name) {
            return false;
        }
        if let Payload::Lacp(bytes) = &frame.payload {
            self.lacpdu(now, name, slave, bytes, out);
            return false;
        }
        let Some(bond) = self.bonds.get_mut(name) else { return false };
        let probe = if let Payload::Neighbour(neighbour) = &frame.payload { Some(neighbour) } else { None };
        bond.driver.heard(now, &bond.settings, slave, probe);
        bond.driver.accepts(&bond.settings, slave, frame)
    }
}
