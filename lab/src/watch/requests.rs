//! What the kernel is told: every netlink request of a network namespace, seen by a netlink monitor device (nlmon).

use std::time::Duration;

use linux::packet::EVERY_PROTOCOL;
use linux::{PacketError, PacketSocket};
use netlink_packet_core::{NLM_F_REQUEST, NetlinkBuffer};
use network::IfName;

use crate::net::{Links, NetError};

/// Room for what comes before anyone reads.
const BUFFER: usize = 64 << 20;

/// Why nothing can be said of what the kernel was told.
#[derive(Debug, thiserror::Error)]
pub enum RequestsError {
    /// The monitor device could not be made.
    #[error(transparent)]
    Net(#[from] NetError),
    /// It could not be listened to.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// Some were lost for want of room.
    #[error("{0} netlink messages were lost, so nothing is proven")]
    Lost(u32),
}

/// One request that the kernel received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its type: `RTM_NEWLINK` and the like (`nlmsg_type`).
    pub kind: u16,
    /// `NLM_F_*`.
    pub flags: u16,
}

impl Request {
    /// Whether it only reads (`RTM_GET…`): message types come in fours, new, delete, get, set (linux/rtnetlink.h).
    #[must_use]
    pub fn is_read(self) -> bool {
        self.kind & 3 == 2
    }
}

/// Sees the netlink requests that reach the kernel in one network namespace.
#[derive(Debug)]
pub struct Requests(PacketSocket);

impl Requests {
    /// Puts a monitor device named `nlmon0` into the calling thread's network namespace and listens to it.
    ///
    /// # Errors
    /// When the kernel has no nlmon, or the name is taken.
    pub fn watch() -> Result<Self, RequestsError> {
        let name = IfName::new("nlmon0").map_err(NetError::from)?;
        let mut links = Links::open()?;
        links.nlmon(&name)?;
        let requests = Self(PacketSocket::open(links.index(&name)?, EVERY_PROTOCOL)?);
        requests.0.make_room(BUFFER)?;
        requests.drain()?;
        Ok(requests)
    }

    /// The requests that were sent while `work` ran, in order.
    ///
    /// # Errors
    /// When some may have been missed.
    pub fn during<T>(&self, work: impl FnOnce() -> T) -> Result<(T, Vec<Request>), RequestsError> {
        self.drain()?;
        self.0.lost()?;
        let value = work();
        // The device sees a request inside of the `send` that brings it: by now all are here.
        let requests = self.drain()?;
        match self.0.lost()? {
            0 => Ok((value, requests)),
            lost => Err(RequestsError::Lost(lost)),
        }
    }

    fn drain(&self) -> Result<Vec<Request>, RequestsError> {
        let mut requests = Vec::new();
        while let Some(datagram) = self.0.receive(Duration::ZERO)? {
            requests.extend(messages(&datagram));
        }
        Ok(requests)
    }
}

/// The requests in a datagram. It may hold an answer instead: those lack the flag.
fn messages(datagram: &[u8]) -> Vec<Request> {
    let (mut rest, mut out) = (datagram, Vec::new());
    while let Ok(message) = NetlinkBuffer::new_checked(rest) {
        if message.flags() & NLM_F_REQUEST != 0 && message.message_type() >= libc::RTM_NEWLINK {
            out.push(Request { kind: message.message_type(), flags: message.flags() });
        }
        let length = usize::try_from(message.length()).unwrap_or(usize::MAX);
        rest = rest.get(length.checked_next_multiple_of(4).unwrap_or(usize::MAX)..).unwrap_or_default();
    }
    out
}
