//! What the kernel announces: the multicast groups of route netlink.

use std::io;
use std::time::{Duration, Instant};

use linux::RawMessage;
use netlink_packet_core::NetlinkBuffer;
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use rustix::net::sockopt::{Timeout, set_socket_recv_buffer_size_force, set_socket_timeout};

/// Why nothing can be said of what the kernel announced.
#[derive(Debug, thiserror::Error)]
pub enum MonitorError {
    /// The socket could not be made or read.
    #[error("can't {doing} the netlink monitor")]
    Socket {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Events were lost for want of room (`ENOBUFS`).
    #[error("the kernel announced more than the monitor has room for")]
    Overrun,
    /// What came is no netlink message.
    #[error("an announcement can't be read")]
    Malformed,
    /// The kernel did not come to rest.
    #[error("the kernel was still announcing changes after {0:?}")]
    Restless(Duration),
}

/// Links, IPv4 addresses, routes and rules, the same of IPv6, and VLANs of bridges (`RTNLGRP_*`). Not neighbours, which
/// come and go with traffic.
const GROUPS: [u32; 9] = [1, 5, 7, 8, 9, 11, 12, 19, 33];
/// How long it must be silent to be at rest: longer than the kernel's own longest delay, which is duplicate address
/// detection. A link that comes up announces its IPv6 address only when nobody answered a probe, which it sends after a
/// random second at most and waits another second for (`addrconf_dad_kick`, `addrconf_dad_work`).
const REST: Duration = Duration::from_millis(2600);
/// It is waited for in so many parts, each begun anew by us: on a machine that stood still for a while, the kernel's timers
/// and ours are over at the same moment, and its work would come too late for a single wait.
const PARTS: u32 = 26;
/// How long it may take to come to rest.
const REST_LIMIT: Duration = Duration::from_secs(30);
const BUFFER: usize = 16 << 20;

/// Hears what the kernel announces in the network namespace that it was opened in.
pub struct Monitor(Socket);

impl Monitor {
    /// Opens one in the calling thread's network namespace. It hears what comes from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn open() -> Result<Self, MonitorError> {
        let failed = |doing| move |source| MonitorError::Socket { doing, source };
        let mut socket = Socket::new(NETLINK_ROUTE).map_err(failed("open"))?;
        set_socket_recv_buffer_size_force(&socket, BUFFER).map_err(|errno| failed("give room to")(errno.into()))?;
        socket.bind(&SocketAddr::new(0, 0)).map_err(failed("bind"))?;
        for group in GROUPS {
            socket.add_membership(group).map_err(failed("subscribe"))?;
        }
        Ok(Self(socket))
    }

    /// The announcements that have come by now, in order.
    ///
    /// # Errors
    /// When some were lost, or can't be read.
    pub fn drain(&mut self) -> Result<Vec<RawMessage>, MonitorError> {
        let mut events = Vec::new();
        while self.receive(Duration::ZERO, &mut events)? {}
        Ok(events)
    }

    /// The announcements of the next datagram, if one comes in that time (which must not be zero); else none.
    ///
    /// # Errors
    /// When some were lost, or can't be read.
    pub fn next_within(&mut self, wait: Duration) -> Result<Vec<RawMessage>, MonitorError> {
        let mut events = Vec::new();
        self.receive(wait, &mut events)?;
        Ok(events)
    }

    /// All announcements until the kernel has been silent for a while: some come from its own timers, after the request
    /// that caused them was answered.
    ///
    /// # Errors
    /// When it does not come to rest, some were lost, or can't be read.
    pub fn settle(&mut self) -> Result<Vec<RawMessage>, MonitorError> {
        let start = Instant::now();
        let (mut events, mut silent) = (Vec::new(), 0);
        while silent < PARTS {
            if !self.receive(REST / PARTS, &mut events)? {
                silent += 1;
                continue;
            }
            silent = 0;
            if start.elapsed() > REST_LIMIT {
                return Err(MonitorError::Restless(REST_LIMIT));
            }
        }
        Ok(events)
    }

    /// Takes one datagram in; `false`: none came in that time.
    fn receive(&mut self, wait: Duration, events: &mut Vec<RawMessage>) -> Result<bool, MonitorError> {
        let failed = |source| MonitorError::Socket { doing: "read", source };
        let flags = if wait.is_zero() { libc::MSG_DONTWAIT } else { 0 };
        set_socket_timeout(&self.0, Timeout::Recv, (!wait.is_zero()).then_some(wait))
            .map_err(|errno| failed(errno.into()))?;
        let mut buffer = Vec::with_capacity(64 << 10);
        match self.0.recv(&mut buffer, flags) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => return Err(MonitorError::Overrun),
            Err(error) => return Err(failed(error)),
        }
        let mut rest = buffer.as_slice();
        while !rest.is_empty() {
            let message = NetlinkBuffer::new_checked(rest).map_err(|_| MonitorError::Malformed)?;
            let message_length = usize::try_from(message.length()).map_err(|_| MonitorError::Malformed)?;
            events.push(RawMessage { kind: message.message_type(), payload: message.payload().to_vec() });
            rest = rest.get(message_length.next_multiple_of(4)..).unwrap_or_default();
        }
        Ok(true)
    }
}
