//! Stations: hosts at the other end, with one NIC and no bonds. A gateway, a client, and the guests of the host are such.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use network::Mac;

use crate::frame::{BROADCAST, Data, Frame, Neighbour, Payload};

/// How long a neighbour is believed that nothing was heard of. Linux asks again after 15 to 45 s and a few probes more.
const BELIEVED: Duration = Duration::from_secs(40);
/// How long a neighbour that does not answer is left in peace.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A station.
#[derive(Clone, Debug)]
pub struct Station {
    /// What people call it.
    pub name: String,
    /// Its address on the wire.
    pub mac: Mac,
    /// Its addresses.
    pub addresses: Vec<IpNet>,
    /// Where it sends what is not on its own link.
    pub gateway: Option<IpAddr>,
    neighbours: BTreeMap<IpAddr, Known>,
    asked: BTreeMap<IpAddr, Duration>,
    /// It grows whenever it learns something.
    pub(crate) version: u64,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    mac: Mac,
    heard: Duration,
}

/// What a station lets out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FromStation {
    /// A frame by its NIC.
    Wire(Frame),
    /// A packet of a flow that reached it.
    Delivered(Data),
}

impl Station {
    /// One that knows nobody yet.
    #[must_use]
    pub fn new(name: &str, mac: Mac, addresses: Vec<IpNet>, gateway: Option<IpAddr>) -> Self {
        let (neighbours, asked) = (BTreeMap::new(), BTreeMap::new());
        Self { name: name.to_owned(), mac, addresses, gateway, neighbours, asked, version: 0 }
    }

    fn has(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|net| net.addr() == address)
    }

    /// Whom it sends to for an address: that one itself, or its gateway.
    fn hop(&self, destination: IpAddr) -> Option<IpAddr> {
        let near = self.addresses.iter().any(|net| net.contains(&destination));
        // A router has a leg in every network of the scenario; the flows need no more of it.
        if near { Some(destination) } else { self.gateway.or(Some(destination)) }
    }

    /// A frame came in.
    pub(crate) fn receive(&mut self, now: Duration, frame: &Frame, out: &mut Vec<FromStation>) {
        let mine = frame.destination == self.mac || frame.destination.is_multicast();
        if !mine || frame.tag.is_some() {
            return;
        }
        match &frame.payload {
            Payload::Data(data) if self.has(data.destination) => {
                if let Some(known) = self.neighbours.get_mut(&data.source).filter(|known| known.mac == frame.source) {
                    known.heard = now;
                }
                out.push(FromStation::Delivered(*data));
            }
            Payload::Neighbour(said) => self.hear(now, said, out),
            Payload::Data(_) | Payload::Lacp(_) => {}
        }
    }

    fn hear(&mut self, now: Duration, said: &Neighbour, out: &mut Vec<FromStation>) {
        let asks_us = said.asks && self.has(said.target);
        let wanted = self.asked.remove(&said.sender).is_some();
        if asks_us || wanted || self.neighbours.contains_key(&said.sender) {
            let known = Known { mac: said.sender_mac, heard: now };
            let old = self.neighbours.insert(said.sender, known);
            self.version += u64::from(old.is_none_or(|old| old.mac != known.mac));
        }
        if asks_us && said.sender != said.target {
            let answer = Neighbour { asks: false, sender: said.target, sender_mac: self.mac, target: said.sender };
            out.push(FromStation::Wire(Frame::neighbour(self.mac, said.sender_mac, answer)));
        }
    }

    /// Sends a packet of a flow.
    pub(crate) fn send(&mut self, now: Duration, mut data: Data, out: &mut Vec<FromStation>) {
        let of_family = |net: &&IpNet| net.addr().is_ipv4() == data.destination.is_ipv4();
        let near = self.addresses.iter().find(|net| net.contains(&data.destination));
        let Some(source) = near.or_else(|| self.addresses.iter().find(of_family)).map(IpNet::addr) else { return };
        let Some(hop) = self.hop(data.destination) else { return };
        data.source = source;
        let known = self.neighbours.get(&hop).copied();
        if known.is_none_or(|known| now > known.heard + BELIEVED) && !self.was_asked(now, hop) {
            self.asked.insert(hop, now);
            self.version += 1;
            let question = Neighbour { asks: true, sender: source, sender_mac: self.mac, target: hop };
            out.push(FromStation::Wire(Frame::neighbour(self.mac, BROADCAST, question)));
        }
        if let Some(known) = known {
            let payload = Payload::Data(data);
            out.push(FromStation::Wire(Frame { source: self.mac, destination: known.mac, tag: None, payload }));
        }
    }

    fn was_asked(&self, now: Duration, hop: IpAddr) -> bool {
        self.asked.get(&hop).is_some_and(|asked| now < *asked + ASK_AGAIN)
    }
}
