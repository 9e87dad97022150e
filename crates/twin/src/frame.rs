//! What travels: Ethernet frames, as far as the twin looks into them.

use std::net::IpAddr;
use std::sync::Arc;

use network::{Mac, Vid};

/// An Ethernet frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Whose it is.
    pub source: Mac,
    /// Whose it shall be.
    pub destination: Mac,
    /// The 802.1Q tag on the wire. Frames with two are not modelled: a device that would add the second drops the frame.
    pub tag: Option<Vid>,
    /// What it holds.
    pub payload: Payload,
}

/// What a frame holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A packet of a flow.
    Data(Data),
    /// ARP, or neighbour discovery, which does the same for IPv6.
    Neighbour(Neighbour),
    /// An LACPDU: the bytes of the whole frame.
    Lacp(Arc<[u8]>),
}

/// A packet of a flow: UDP, with ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Data {
    /// The flow's number.
    pub flow: u32,
    /// Which way.
    pub way: Way,
    /// From which address.
    pub source: IpAddr,
    /// To which.
    pub destination: IpAddr,
    /// The source port.
    pub source_port: u16,
    /// The destination port.
    pub destination_port: u16,
}

/// A direction of a flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// From the flow's first end: out of the host.
    Out,
    /// Back to it: into the host.
    In,
}

impl Way {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Out, Self::In];
}

/// A question for an address, or word of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    /// Whether it asks; else it tells.
    pub asks: bool,
    /// Who sends it.
    pub sender: IpAddr,
    /// Where that one is.
    pub sender_mac: Mac,
    /// About whom. The sender itself: an announcement (gratuitous).
    pub target: IpAddr,
}

/// To everybody.
pub const BROADCAST: Mac = Mac([0xff; 6]);
/// Where LACPDUs go. No bridge forwards it.
pub const SLOW_PROTOCOLS: Mac = wire::slow::GROUP;

impl Frame {
    /// A question or an announcement for everybody.
    #[must_use]
    pub fn neighbour(source: Mac, destination: Mac, neighbour: Neighbour) -> Self {
        Self { source, destination, tag: None, payload: Payload::Neighbour(neighbour) }
    }

    /// The ethertype behind the tag, for the transmit hash.
    #[must_use]
    pub fn ethertype(&self) -> u16 {
        match &self.payload {
            Payload::Data(data) if data.destination.is_ipv6() => 0x86dd,
            Payload::Neighbour(neighbour) if neighbour.target.is_ipv6() => 0x86dd,
            Payload::Data(_) => 0x0800,
            Payload::Neighbour(_) => 0x0806,
            Payload::Lacp(_) => 0x8809,
        }
    }
}
