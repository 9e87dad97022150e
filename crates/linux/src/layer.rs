//! What lies between the host and the system: nothing, or faults that a test puts there.
//!
//! Netlink datagrams pass here, and all else by which something is changed or a driver is asked: the files of /proc/sys,
//! ethtool's `ioctl`s, the DHCP client.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use netlink_packet_core::NLMSG_ERROR;
use netlink_sys::Socket as RawSocket;

/// What the system is asked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A netlink message that reads.
    Read,
    /// A netlink message that writes.
    Write,
    /// A file below /proc/sys that is written.
    Sysctl,
    /// An `ioctl(SIOCETHTOOL)`.
    Ethtool,
    /// A DHCP client that is started or stopped.
    Dhcp,
}

impl Kind {
    /// Of a netlink message type. They come in fours: new, delete, get, set (include/uapi/linux/rtnetlink.h).
    #[must_use]
    pub fn of_message(kind: u16) -> Self {
        if kind & 3 == 2 { Self::Read } else { Self::Write }
    }
}

/// Carries datagrams between a [`crate::Socket`] and the kernel, and makes the calls beside them.
pub trait Layer {
    /// Sends a request.
    ///
    /// # Errors
    /// What the system says.
    fn send(&mut self, socket: &RawSocket, request: &[u8]) -> io::Result<()>;

    /// Takes the next datagram into the empty buffer, as much as it has room for. Gives the datagram's true length, and
    /// the number of who sent it: the kernel's is 0.
    ///
    /// # Errors
    /// What the system says.
    fn receive(&mut self, socket: &RawSocket, buffer: &mut Vec<u8>) -> io::Result<(usize, u32)>;

    /// Makes a call that is no netlink message: `work` makes it.
    ///
    /// # Errors
    /// What the system says.
    fn call(&mut self, kind: Kind, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()>;
}

/// Nothing in between.
#[derive(Clone, Copy, Debug, Default)]
pub struct Direct;

impl Layer for Direct {
    fn send(&mut self, socket: &RawSocket, request: &[u8]) -> io::Result<()> {
        socket.send(request, 0).map(drop)
    }

    fn receive(&mut self, socket: &RawSocket, buffer: &mut Vec<u8>) -> io::Result<(usize, u32)> {
        // MSG_TRUNC gives the true length of a datagram that does not fit.
        let (length, from) = socket.recv_from(buffer, libc::MSG_TRUNC)?;
        Ok((length, from.port_number()))
    }

    fn call(&mut self, _kind: Kind, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        work()
    }
}

/// What befalls one request, or one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The kernel never sees it, and seems to refuse it with this error number.
    Refused(i32),
    /// It is sent this much later.
    Delayed(Duration),
    /// A signal comes while its answer is awaited, or before a call has begun (`EINTR`).
    Interrupted,
    /// The kernel carries it out, and its answer is lost.
    Unanswered,
}

/// What has come by a [`Faulty`] layer, for the test that put it there.
#[derive(Debug, Default)]
pub struct Tally(Mutex<Vec<Kind>>);

impl Tally {
    /// The kind of each request and call, in order.
    #[must_use]
    pub fn seen(&self) -> Vec<Kind> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Lets one request or call of many fail: for tests that let each of them fail in turn.
#[derive(Debug)]
pub struct Faulty {
    fault: Fault,
    at: u64,
    tally: Arc<Tally>,
    /// What is to be received next in place of what the kernel says.
    pending: Option<Pending>,
}

#[derive(Debug)]
enum Pending {
    Answer(Vec<u8>),
    Signal,
    Silence,
}

impl Faulty {
    /// Lets number `at`, from 0, fail; `tally` counts them all.
    #[must_use]
    pub fn new(fault: Fault, at: u64, tally: Arc<Tally>) -> Self {
        Self { fault, at, tally, pending: None }
    }

    /// Counts one more, and gives what befalls it.
    fn next(&self, kind: Kind) -> Option<Fault> {
        let mut seen = self.tally.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.push(kind);
        (seen.len() as u64 == self.at.saturating_add(1)).then_some(self.fault)
    }
}

impl Layer for Faulty {
    fn send(&mut self, socket: &RawSocket, request: &[u8]) -> io::Result<()> {
        self.pending = None;
        match self.next(kind_of(request)) {
            None => {}
            Some(Fault::Refused(errno)) => {
                self.pending = Some(Pending::Answer(refusal(request, errno)));
                return Ok(());
            }
            Some(Fault::Delayed(time)) => std::thread::sleep(time),
            Some(Fault::Interrupted) => self.pending = Some(Pending::Signal),
            Some(Fault::Unanswered) => self.pending = Some(Pending::Silence),
        }
        Direct.send(socket, request)
    }

    fn receive(&mut self, socket: &RawSocket, buffer: &mut Vec<u8>) -> io::Result<(usize, u32)> {
        match self.pending.take() {
            None => Direct.receive(socket, buffer),
            Some(Pending::Answer(answer)) => {
                buffer.extend_from_slice(&answer);
                Ok((answer.len(), 0))
            }
            Some(Pending::Signal) => Err(io::ErrorKind::Interrupted.into()),
            Some(Pending::Silence) => {
                // The kernel has answered already. As after SO_RCVTIMEO, so that a test need not wait for that.
                Direct.receive(socket, buffer)?;
                Err(io::Error::from_raw_os_error(libc::EAGAIN))
            }
        }
    }

    fn call(&mut self, kind: Kind, work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        match self.next(kind) {
            None => work(),
            Some(Fault::Refused(errno)) => Err(io::Error::from_raw_os_error(errno)),
            Some(Fault::Delayed(time)) => {
                std::thread::sleep(time);
                work()
            }
            Some(Fault::Interrupted) => Err(io::ErrorKind::Interrupted.into()),
            Some(Fault::Unanswered) => {
                work()?;
                Err(io::Error::from_raw_os_error(libc::ETIMEDOUT))
            }
        }
    }
}

/// By `nlmsg_type`, the half word behind the length.
fn kind_of(request: &[u8]) -> Kind {
    Kind::of_message(request.get(4..6).and_then(|bytes| bytes.try_into().ok()).map_or(0, u16::from_ne_bytes))
}

/// `NLMSG_ERROR` with the error number and the header of the request, as the kernel caps it.
fn refusal(request: &[u8], errno: i32) -> Vec<u8> {
    let header = request.get(..16).unwrap_or_default();
    let sequence = request.get(8..12).unwrap_or_default();
    let mut answer = 36_u32.to_ne_bytes().to_vec();
    answer.extend(NLMSG_ERROR.to_ne_bytes());
    answer.extend(netlink_packet_core::NLM_F_CAPPED.to_ne_bytes());
    answer.extend_from_slice(sequence);
    answer.extend([0; 4]);
    answer.extend((-errno).to_ne_bytes());
    answer.extend_from_slice(header);
    answer
}
