//! What lies between a netlink socket and the system: nothing, or faults that a test puts there.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use netlink_packet_core::NLMSG_ERROR;
use netlink_sys::Socket as RawSocket;

/// Carries datagrams between a [`crate::Socket`] and the kernel.
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
}

/// What befalls one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The kernel never sees it, and seems to refuse it with this error number.
    Refused(i32),
    /// It is sent this much later.
    Delayed(Duration),
    /// A signal comes while its answer is awaited (`EINTR`).
    Interrupted,
    /// The kernel carries it out, and its answer is lost.
    Unanswered,
}

/// Lets one request of many fail: for tests that let each of them fail in turn.
#[derive(Debug)]
pub struct Faulty {
    fault: Fault,
    at: u64,
    sent: Rc<Cell<u64>>,
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
    /// Lets the request number `at`, from 0, fail; `sent` counts them all.
    #[must_use]
    pub fn new(fault: Fault, at: u64, sent: Rc<Cell<u64>>) -> Self {
        Self { fault, at, sent, pending: None }
    }
}

impl Layer for Faulty {
    fn send(&mut self, socket: &RawSocket, request: &[u8]) -> io::Result<()> {
        let number = self.sent.replace(self.sent.get() + 1);
        self.pending = None;
        if number != self.at {
            return Direct.send(socket, request);
        }
        match self.fault {
            Fault::Refused(errno) => {
                self.pending = Some(Pending::Answer(refusal(request, errno)));
                return Ok(());
            }
            Fault::Delayed(time) => std::thread::sleep(time),
            Fault::Interrupted => self.pending = Some(Pending::Signal),
            Fault::Unanswered => self.pending = Some(Pending::Silence),
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
