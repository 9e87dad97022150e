//! LACPDUs of a bond's slaves: out by each, in by each.

use std::time::Duration;

use network::IfName;

use super::Kernel;
use super::state::Sent;
use crate::frame::{Frame, Payload, SLOW_PROTOCOLS};
use crate::log::Note;

impl Kernel {
    /// A slave heard an LACPDU.
    pub(super) fn lacpdu(&mut self, now: Duration, name: &IfName, slave: &IfName, frame: &[u8], out: &mut Vec<Sent>) {
        let Some(bond) = self.bonds.get_mut(name) else { return };
        if bond.driver.hear_lacp(now, &bond.settings, slave, frame) {
            self.version += 1;
            self.refresh(now);
        }
        self.send_lacpdus(name, out);
    }

    /// Sends what the machines want sent, and tells what became of their slaves.
    pub(super) fn send_lacpdus(&mut self, name: &IfName, out: &mut Vec<Sent>) {
        let Some(bond) = self.bonds.get_mut(name) else { return };
        let frames = bond.driver.aggregation.as_mut().map(crate::aggregation::Aggregation::sends).unwrap_or_default();
        let news = bond.driver.lacp_news();
        self.version += u64::from(!news.is_empty());
        for (link, carries) in news {
            self.notes.push(Note::Lacp { host: self.name.clone(), link, carries });
        }
        for (slave, bytes) in frames {
            if let Some(nic) = self.nics.get(&slave).filter(|nic| nic.phy.has_carrier()) {
                let source = nic.facts.mac;
                let frame = Frame { source, destination: SLOW_PROTOCOLS, tag: None, payload: Payload::Lacp(bytes) };
                out.push(Sent::Wire(slave, frame));
            }
        }
    }
}
