//! MAC learning, VLANs, flooding, and which port of a LAG sends.

use std::time::Duration;

use network::{Mac, PortVlans, Vid};

use super::Switch;
use super::state::{Learned, Logical};
use crate::frame::{Frame, Payload};
use crate::hash;

/// The most addresses that a switch learns; the oldest give way.
const MAX_LEARNED: usize = 1 << 16;
/// layer2+3, which most switches have unless told otherwise.
const HASH: i64 = 2;

impl Switch {
    /// A frame came in at a port; `out` gets the ports that send it on.
    pub(crate) fn receive(&mut self, now: Duration, port: usize, mut frame: Frame, out: &mut Vec<(usize, Frame)>) {
        if let Payload::Lacp(bytes) = &frame.payload {
            return self.hear_lacp(now, port, bytes);
        }
        if !self.collects(now, port) {
            return;
        }
        let from = self.logical(port);
        let vlans = self.vlans(from);
        let Some(vid) = frame.tag.take().or(vlans.pvid) else { return };
        if !vlans.members.contains(vid) {
            return;
        }
        self.learn(now, vid, frame.source, from);
        let known = self.learned.get(&(vid, frame.destination));
        let known = known.filter(|learned| now < learned.seen + self.ageing && !frame.destination.is_multicast());
        match known.map(|learned| learned.at) {
            Some(to) if to == from => {}
            Some(to) => self.send(now, to, vid, &frame, out),
            None => {
                let mut all: Vec<Logical> = (0..self.ports.len()).map(|port| self.logical(port)).collect();
                all.sort_unstable();
                all.dedup();
                all.into_iter().filter(|to| *to != from).for_each(|to| self.send(now, to, vid, &frame, out));
            }
        }
    }

    fn vlans(&self, logical: Logical) -> PortVlans {
        match logical {
            Logical::Port(port) => match self.ports[port].lag {
                Some(lag) => self.lags[lag].vlans.clone(),
                None => self.ports[port].vlans.clone(),
            },
            Logical::Lag(lag) => self.lags[lag].vlans.clone(),
        }
    }

    fn send(&self, now: Duration, to: Logical, vid: Vid, frame: &Frame, out: &mut Vec<(usize, Frame)>) {
        let vlans = self.vlans(to);
        if !vlans.members.contains(vid) {
            return;
        }
        let ports = self.senders(now, to);
        let hash = usize::try_from(hash::transmit(HASH, frame)).unwrap_or(0);
        if let Some(port) = hash.checked_rem(ports.len()).and_then(|place| ports.get(place)) {
            let tag = (!vlans.untagged.contains(vid)).then_some(vid);
            out.push((*port, Frame { tag, ..frame.clone() }));
        }
    }

    fn learn(&mut self, now: Duration, vid: Vid, mac: Mac, at: Logical) {
        if mac.is_multicast() {
            return;
        }
        if let Some(learned) = self.learned.get_mut(&(vid, mac)) {
            self.version += u64::from(learned.at != at);
            *learned = Learned { at, seen: now };
            return;
        }
        if self.learned.len() >= MAX_LEARNED
            && let Some(oldest) = self.learned.iter().min_by_key(|(_, learned)| learned.seen).map(|(key, _)| *key)
        {
            self.learned.remove(&oldest);
        }
        self.learned.insert((vid, mac), Learned { at, seen: now });
        self.version += 1;
    }
}
