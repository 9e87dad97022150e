//! An LACP speaker: the machines of [`lacp`] on real links.
//!
//! Each port is a link of the network namespace that it was made in, and no slave of a bond: the bond would take its
//! LACPDUs. The links' carrier, speed and duplex are looked at once a tick.

use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use lacp::{Config, Lag, Link, PortConfig, PortId, tick};
use network::IfName;
use network::bond::MiiStatus;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wire::slow;

use crate::packet::{PacketError, PacketSocket};
use crate::{OpenError, Socket, ethtool};

/// How many frames are taken from a port before another has its turn.
const AT_ONCE: usize = 64;

/// What a speaker could not do.
#[derive(Debug, thiserror::Error)]
pub enum SpeakerError {
    /// There is no such link.
    #[error("no link is named {link}")]
    NoLink {
        /// Which.
        link: IfName,
        /// `ENODEV`, or why it could not be looked up.
        #[source]
        source: io::Error,
    },
    /// The kernel could not be reached.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A packet socket failed.
    #[error(transparent)]
    Packet(#[from] PacketError),
    /// It could not be waited for frames.
    #[error("can't wait for frames")]
    Wait(#[source] io::Error),
}

/// Where a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Out of a port.
    Out,
    /// Into a port.
    In,
}

/// An LACP speaker.
#[derive(Debug)]
pub struct Speaker {
    lag: Lag,
    /// What drivers are asked through.
    socket: Socket,
    ports: Vec<Line>,
    start: Instant,
    looked: Duration,
    unsent: u64,
}

/// A port and its link.
#[derive(Debug)]
struct Line {
    id: PortId,
    link: IfName,
    socket: PacketSocket,
}

impl Speaker {
    /// One without ports, open, in the calling thread's network namespace.
    ///
    /// # Errors
    /// When the kernel can't be reached.
    pub fn new(config: Config) -> Result<Self, SpeakerError> {
        let mut lag = Lag::new(config);
        lag.open(Duration::ZERO);
        let (socket, start) = (Socket::open()?, Instant::now());
        Ok(Self { lag, socket, ports: Vec::new(), start, looked: Duration::ZERO, unsent: 0 })
    }

    /// Speaks LACP through that link of the calling thread's network namespace. The link in `port` is not looked at: what
    /// the kernel says counts.
    ///
    /// # Errors
    /// When there is no such link, or without CAP_NET_RAW (`EPERM`).
    pub fn add_port(&mut self, link: &IfName, port: &PortConfig) -> Result<PortId, SpeakerError> {
        let socket = PacketSocket::unbound()?;
        let index = rustix::net::netdevice::name_to_index(&socket, link.as_str())
            .map_err(|errno| SpeakerError::NoLink { link: link.clone(), source: errno.into() })?;
        socket.bind(index, slow::ETHERTYPE)?;
        socket.join(index, slow::GROUP)?;
        let port = PortConfig { link: look(&mut self.socket, link), ..port.clone() };
        let id = self.lag.add_port(self.now(), &port);
        self.ports.push(Line { id, link: link.clone(), socket });
        Ok(id)
    }

    /// The machines, to be looked at or changed; and their time.
    pub fn lag(&mut self) -> (&mut Lag, Duration) {
        let now = self.now();
        (&mut self.lag, now)
    }

    /// How many frames could not be sent, for their link was down.
    #[must_use]
    pub fn unsent(&self) -> u64 {
        self.unsent
    }

    /// Does what is due, and what frames bring within `wait`; once one came, it comes back. Of the frames, only those that
    /// `pass` lets through exist.
    ///
    /// # Errors
    /// When a socket fails; a link that is down is no failure.
    pub fn turn(&mut self, wait: Duration, pass: &mut dyn FnMut(Way, PortId) -> bool) -> Result<(), SpeakerError> {
        self.look_at_links();
        let now = self.now();
        self.lag.handle_timeout(now);
        self.send(pass)?;
        let next = self.lag.next_deadline().map_or(wait, |next| next.saturating_sub(now).min(wait));
        self.wait(next.min(tick::TICK))?;
        self.receive(pass)?;
        let now = self.now();
        self.lag.handle_timeout(now);
        self.send(pass)
    }

    fn now(&self) -> Duration {
        self.start.elapsed()
    }

    fn look_at_links(&mut self) {
        let now = self.now();
        if now.saturating_sub(self.looked) < tick::TICK {
            return;
        }
        self.looked = now;
        for line in &self.ports {
            let link = look(&mut self.socket, &line.link);
            if self.lag.port(line.id).is_ok_and(|port| port.link() != link) {
                // A port that was taken out of the LAG has no link to tell.
                let _ = self.lag.set_link(now, line.id, link);
            }
        }
    }

    fn send(&mut self, pass: &mut dyn FnMut(Way, PortId) -> bool) -> Result<(), SpeakerError> {
        while let Some(frame) = self.lag.poll_transmit() {
            let Some(line) = self.ports.iter().find(|line| line.id == frame.port) else { continue };
            if !pass(Way::Out, line.id) {
                continue;
            }
            match line.socket.send(&frame.frame) {
                Ok(()) => {}
                Err(error) if error.is_down() => self.unsent += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn receive(&mut self, pass: &mut dyn FnMut(Way, PortId) -> bool) -> Result<(), SpeakerError> {
        for line in &self.ports {
            for _ in 0..AT_ONCE {
                let frame = match line.socket.try_receive() {
                    Ok(Some(frame)) => frame,
                    Ok(None) => break,
                    // Said once when the link goes down; frames come again when it is up again.
                    Err(error) if error.is_down() => break,
                    Err(error) => return Err(error.into()),
                };
                if pass(Way::In, line.id) {
                    // A port that was taken out of the LAG hears nothing.
                    let _ = self.lag.handle_frame(self.start.elapsed(), line.id, &frame);
                }
            }
        }
        Ok(())
    }

    fn wait(&self, time: Duration) -> Result<(), SpeakerError> {
        let mut sockets: Vec<_> =
            self.ports.iter().map(|line| PollFd::from_borrowed_fd(line.socket.as_fd(), PollFlags::IN)).collect();
        let time = Timespec { tv_sec: 0, tv_nsec: time.min(tick::TICK).subsec_nanos().into() };
        match poll(&mut sockets, Some(&time)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
            Err(errno) => Err(SpeakerError::Wait(errno.into())),
        }
    }
}

/// A link as the kernel tells it now. Where the driver can't tell of a signal, there is one.
fn look(socket: &mut Socket, name: &IfName) -> Link {
    if ethtool::carrier(socket, name) == Some(false) {
        return Link::DOWN;
    }
    let settings = ethtool::settings(socket, name);
    Link { mii: MiiStatus::Up, running: true, speed: settings.speed, full_duplex: settings.full_duplex }
}
