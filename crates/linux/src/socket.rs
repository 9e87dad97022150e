//! A synchronous netlink socket: a request is sent, its answer is awaited, nothing is dropped in silence.
//!
//! The kernel carries a request out inside of `send`, so its answer is there when `send` returns; the timeout only bounds
//! what should not happen.

use std::io;
use std::time::Duration;

use netlink_packet_core::{
    DecodeError, NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP,
    NetlinkBuffer, NetlinkDeserializable, NetlinkHeader, NetlinkMessage,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket as RawSocket, SocketAddr};
use rustix::net::sockopt::{Timeout, set_socket_timeout};

use crate::layer::{Direct, Kind, Layer};
use crate::{DumpError, KernelError, OpenError, extack};

/// How long the kernel may take to answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often a dump is begun anew because the state changed under it. The kernel goes on by itself after a long plan (links
/// that come up run duplicate address detection, each in its own time), so the later tries wait longer: for 2 s in all.
const DUMP_TRIES: u32 = 40;
/// How many tries follow at once, and by how much each later one waits longer.
const DUMP_TRIES_AT_ONCE: u32 = 4;
const DUMP_PAUSE: Duration = Duration::from_millis(3);
/// How often a receive or a call is begun anew because a signal came or answers were lost (`ENOBUFS`), and how many answers
/// to earlier requests may come before the one that is awaited.
const RECEIVE_TRIES: u32 = 64;
/// The longest datagram: a dump's are 32 KiB, a single link with all its details is less than 1 MiB.
const DATAGRAM: usize = 1 << 20;
/// The longest dump: a million routes are about 100 MiB.
const DUMP: usize = 256 << 20;

/// How many requests were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Those that read: `RTM_GET…`.
    pub reads: u64,
    /// Those that write: `RTM_NEW…`, `RTM_DEL…`, `RTM_SET…`.
    pub writes: u64,
}

impl std::ops::Add for Counters {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { reads: self.reads + other.reads, writes: self.writes + other.writes }
    }
}

/// One message of a dump, as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMessage {
    /// Its type: `RTM_NEWLINK` and the like.
    pub kind: u16,
    /// What follows the netlink header.
    pub payload: Vec<u8>,
}

impl RawMessage {
    /// The message in the terms of `netlink-packet-route`.
    ///
    /// # Errors
    /// When that crate does not understand every attribute of it.
    pub fn decode(&self) -> Result<RouteNetlinkMessage, DecodeError> {
        let mut header = NetlinkHeader::default();
        header.message_type = self.kind;
        RouteNetlinkMessage::deserialize(&header, &self.payload)
    }
}

/// What a dump tells as it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told<'a> {
    /// One message.
    Message {
        /// Its type: `RTM_NEWLINK` and the like.
        kind: u16,
        /// What follows the netlink header.
        payload: &'a [u8],
    },
    /// What was told so far is no consistent whole: forget it, it begins anew.
    Again,
}

/// A `NETLINK_ROUTE` socket. It stays in the network namespace that its thread was in when it was opened.
pub struct Socket {
    inner: RawSocket,
    layer: Box<dyn Layer + Send>,
    sequence: u32,
    buffer: Vec<u8>,
    counters: Counters,
}

impl Socket {
    /// Opens one in the network namespace of the calling thread.
    ///
    /// # Errors
    /// When the system refuses: no netlink (a sandbox), or a kernel older than 4.20 (no strict checking).
    pub fn open() -> Result<Self, OpenError> {
        Self::open_with(Box::new(Direct))
    }

    /// The same with something between it and the kernel.
    ///
    /// # Errors
    /// See [`Socket::open`].
    pub fn open_with(layer: Box<dyn Layer + Send>) -> Result<Self, OpenError> {
        let failed = |doing| move |source| OpenError { doing, source };
        let mut inner = RawSocket::new(NETLINK_ROUTE).map_err(failed("open a netlink socket"))?;
        inner.bind_auto().map_err(failed("bind a netlink socket"))?;
        inner.connect(&SocketAddr::new(0, 0)).map_err(failed("connect a netlink socket"))?;
        // Without it a filter that a dump does not know is ignored, and everything comes.
        inner.set_netlink_get_strict_chk(true).map_err(failed("have the kernel check requests strictly"))?;
        inner.set_ext_ack(true).map_err(failed("have the kernel explain its refusals"))?;
        inner.set_cap_ack(true).map_err(failed("have the kernel keep its answers short"))?;
        set_socket_timeout(&inner, Timeout::Recv, Some(TIMEOUT))
            .map_err(|errno| failed("bound the wait for the kernel")(errno.into()))?;
        Ok(Self { inner, layer, sequence: 0, buffer: Vec::with_capacity(DATAGRAM), counters: Counters::default() })
    }

    /// How many requests were sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// The system's socket, for `ioctl`s in the same network namespace.
    #[must_use]
    pub fn raw(&self) -> &RawSocket {
        &self.inner
    }

    /// Sends a request and waits for the kernel's word on it. Flags beyond `NLM_F_REQUEST` and `NLM_F_ACK` are the
    /// message's own.
    ///
    /// # Errors
    /// The kernel's refusal, or that its answer was lost (`ETIMEDOUT`, `ENOBUFS`).
    pub fn request(&mut self, mut message: NetlinkMessage<RouteNetlinkMessage>) -> Result<(), KernelError> {
        let sent = self.send(&mut message, NLM_F_ACK)?;
        for _ in 0..RECEIVE_TRIES {
            self.receive()?;
            for answer in messages(&self.buffer) {
                let answer = answer.map_err(|_| KernelError::from_errno(libc::EBADMSG))?;
                if answer.sequence_number() == self.sequence && answer.message_type() == NLMSG_ERROR {
                    return extack::error(answer.flags(), answer.payload(), &sent)
                        .unwrap_or(Err(KernelError::from_errno(libc::EBADMSG)));
                }
            }
        }
        Err(KernelError::from_errno(libc::ETIMEDOUT))
    }

    /// Asks for all of something, again while it changes underneath (`NLM_F_DUMP_INTR`) or answers are lost
    /// (`ENOBUFS`).
    ///
    /// # Errors
    /// See [`DumpError`]. After one that is not the kernel's refusal the socket may hold the rest of an answer: the kernel
    /// then says EBUSY to the next dump, and another socket must be opened.
    pub fn dump(&mut self, message: &NetlinkMessage<RouteNetlinkMessage>) -> Result<Vec<RawMessage>, DumpError> {
        let mut found = Vec::new();
        self.dump_each(message, &mut |told| match told {
            Told::Message { kind, payload } => found.push(RawMessage { kind, payload: payload.to_vec() }),
            Told::Again => found.clear(),
        })?;
        Ok(found)
    }

    /// The same, with each message told as it comes.
    ///
    /// # Errors
    /// See [`Socket::dump`].
    pub fn dump_each(
        &mut self,
        message: &NetlinkMessage<RouteNetlinkMessage>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<(), DumpError> {
        for tries in 0..DUMP_TRIES {
            std::thread::sleep(DUMP_PAUSE * tries.saturating_sub(DUMP_TRIES_AT_ONCE));
            if self.dump_once(message.clone(), tell)? {
                return Ok(());
            }
            tell(Told::Again);
        }
        Err(DumpError::Changing { tries: DUMP_TRIES })
    }

    /// `false`: what came is no consistent whole. It is read to its end all the same, for the next dump to begin clean.
    fn dump_once(
        &mut self,
        mut message: NetlinkMessage<RouteNetlinkMessage>,
        tell: &mut dyn FnMut(Told<'_>),
    ) -> Result<bool, DumpError> {
        let sent = self.send(&mut message, NLM_F_DUMP)?;
        let (mut length, mut consistent) = (0, true);
        loop {
            consistent &= !self.receive()?;
            length += self.buffer.len();
            if length > DUMP {
                return Err(DumpError::TooLong { limit: DUMP });
            }
            for answer in messages(&self.buffer) {
                let answer = answer.map_err(DumpError::Malformed)?;
                if answer.sequence_number() != self.sequence {
                    continue;
                }
                consistent &= answer.flags() & NLM_F_DUMP_INTR == 0;
                match answer.message_type() {
                    NLMSG_DONE => {
                        extack::done(answer.flags(), answer.payload(), &sent).map_err(DumpError::Malformed)??;
                        return Ok(consistent);
                    }
                    NLMSG_ERROR => {
                        extack::error(answer.flags(), answer.payload(), &sent).map_err(DumpError::Malformed)??;
                    }
                    NLMSG_NOOP => {}
                    kind => tell(Told::Message { kind, payload: answer.payload() }),
                }
            }
        }
    }

    /// Makes a call of the system that is no request of this socket, by way of what lies between the two; anew when a signal
    /// came first. `work` is given the system's socket, for `ioctl`s in its network namespace.
    ///
    /// # Errors
    /// What the system says.
    pub fn call(&mut self, kind: Kind, mut work: impl FnMut(&RawSocket) -> io::Result<()>) -> io::Result<()> {
        for _ in 0..RECEIVE_TRIES {
            match self.layer.call(kind, &mut || work(&self.inner)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
        Err(io::ErrorKind::Interrupted.into())
    }

    /// Sends a message under the next sequence number, and gives back its bytes.
    fn send(&mut self, message: &mut NetlinkMessage<RouteNetlinkMessage>, flags: u16) -> Result<Vec<u8>, KernelError> {
        self.sequence = self.sequence.wrapping_add(1);
        message.header.sequence_number = self.sequence;
        message.header.flags |= NLM_F_REQUEST | flags;
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        match Kind::of_message(message.header.message_type) {
            Kind::Read => self.counters.reads += 1,
            _ => self.counters.writes += 1,
        }
        self.layer.send(&self.inner, &bytes)?;
        Ok(bytes)
    }

    /// Takes the next datagram of the kernel into the buffer. `true`: some before it were lost.
    fn receive(&mut self) -> Result<bool, io::Error> {
        let mut lost = false;
        for _ in 0..RECEIVE_TRIES {
            self.buffer.clear();
            match self.layer.receive(&self.inner, &mut self.buffer) {
                Ok((length, _)) if length > self.buffer.len() => {
                    return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
                }
                // Any process may send to a netlink socket; the kernel is number 0.
                Ok((_, from)) if from != 0 => {}
                Ok(_) => return Ok(lost),
                Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => lost = true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::from_raw_os_error(libc::ENOBUFS))
    }
}

impl std::fmt::Debug for Socket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Socket").field("counters", &self.counters).finish_non_exhaustive()
    }
}

impl From<io::Error> for DumpError {
    fn from(error: io::Error) -> Self {
        Self::Kernel(error.into())
    }
}

/// The messages in a datagram. Stops after the first one that is cut off.
fn messages(datagram: &[u8]) -> impl Iterator<Item = Result<NetlinkBuffer<&[u8]>, DecodeError>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let message = NetlinkBuffer::new_checked(rest);
        rest = match &message {
            Ok(message) => {
                let length = usize::try_from(message.length()).unwrap_or(usize::MAX);
                rest.get((length.saturating_add(3) & !3)..).unwrap_or_default()
            }
            Err(_) => &[],
        };
        Some(message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arbitrary_datagrams_end_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let payloads: usize = messages(&bytes).flatten().map(|message| message.payload().len()).sum();
            prop_assert!(payloads <= bytes.len());
        }
    }

    #[test]
    fn a_cut_off_message_is_an_error_and_not_the_end() {
        let mut bytes = vec![0; 40];
        bytes[0] = 20;
        bytes[24] = 99;
        let read: Vec<_> = messages(&bytes).map(|message| message.is_ok()).collect();
        assert_eq!(read, [true, false]);
    }
}
