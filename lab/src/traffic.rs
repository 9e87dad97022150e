//! Traffic between two namespaces, and what a fault did to it.
//!
//! A sender sends a numbered datagram each millisecond, an echo on the other side sends each one back, and both ends of
//! the way are timed by one clock: the sender's. The longest time without an arrival is the outage as a guest would see it.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::net::sockopt::set_socket_recv_buffer_size_force;

use crate::net::Namespace;

/// How the traffic runs.
#[derive(Clone, Copy, Debug)]
pub struct Traffic {
    /// The pace of the sender.
    pub pace: Duration,
    /// How long it runs before and after the fault; without one it gives the noise floor.
    pub calm: Duration,
}

/// Dense enough to measure an outage.
const DENSE: Traffic = Traffic { pace: Duration::from_millis(1), calm: Duration::from_millis(500) };
/// How long to wait for the first answer: neighbours are looked up, ports begin to forward.
const FIRST: Duration = Duration::from_secs(20);
/// How many datagrams are sent at least after the fault has been dealt with, however little the sender gets to run.
const ENOUGH: usize = 20;
/// How long a receiver waits before it looks whether it is done.
const TICK: Duration = Duration::from_millis(20);
/// How many ticks without an arrival, after the last datagram was sent, say that the rest is lost. Ticks and not a time: a
/// machine that stood still for a second has let nobody answer in it.
const SILENT_TICKS: u32 = 25;
/// Room for what comes while a receiver does not get to run: else its waiting would show as loss.
const BUFFER: usize = 4 << 20;
/// The echo's port: discard's, which nobody listens to here.
const PORT: u16 = 9;

/// What a fault did to the traffic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outage {
    /// How many datagrams were sent while it was watched.
    pub sent: usize,
    /// How many of them never came back.
    pub lost: usize,
    /// The longest time between two arrivals.
    pub longest_gap: Duration,
    /// The longest time between two arrivals just before, without a fault: what the machine itself adds.
    pub noise: Duration,
}

impl fmt::Display for Outage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, lost, longest_gap, noise } = self;
        let (gap, noise) = (longest_gap.as_millis(), noise.as_millis());
        write!(
            f,
            "outage {gap} ms, {lost} of {sent} packets lost (without a fault, {noise} ms is the longest gap here)"
        )
    }
}

/// Why there is no measurement.
#[derive(Debug, thiserror::Error)]
pub enum TrafficError {
    /// A socket could not be made or used.
    #[error("can't {doing}")]
    Socket {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There was no way through before the fault.
    #[error("nothing came back from {to} within {after:?}, before any fault")]
    NoWay {
        /// Where the echo is.
        to: SocketAddr,
        /// The limit.
        after: Duration,
    },
}

/// Measures what `fault` does to traffic from one namespace to an address of another, and what it gives back.
///
/// The traffic goes on for a while after `fault` returns, so `fault` itself should wait until the way is whole again.
///
/// # Errors
/// When nothing gets through before the fault, or a socket fails.
pub fn outage<T>(
    from: &Namespace,
    to: &Namespace,
    address: IpAddr,
    fault: impl FnOnce() -> T,
) -> Result<(Outage, T), TrafficError> {
    outage_with(DENSE, from, to, address, fault)
}

/// The same with other traffic: less, and for a shorter time, where only what is lost counts.
///
/// # Errors
/// See [`outage`].
pub fn outage_with<T>(
    traffic: Traffic,
    from: &Namespace,
    to: &Namespace,
    address: IpAddr,
    fault: impl FnOnce() -> T,
) -> Result<(Outage, T), TrafficError> {
    let (echo, sender, target) = ends(from, to, address)?;
    let (stream, closed) = (Stream::new(&sender, target, traffic.pace), AtomicBool::new(false));
    std::thread::scope(|scope| {
        // Whatever happens here, a panic of the fault too: the threads end, or the scope would wait for them for ever.
        let (_stop, _close) = (SetAtLast(&stream.over), SetAtLast(&closed));
        scope.spawn(|| answer(&echo, &closed));
        stream.first()?;
        let arrivals = scope.spawn(|| stream.collect());
        let sends = scope.spawn(|| stream.send());
        std::thread::sleep(traffic.calm);
        let before = stream.start.elapsed();
        let value = fault();
        std::thread::sleep(traffic.calm);
        stream.until_enough_was_sent(before);
        // First the sender, then what is under way, and the echo last: nothing may be lost by our own leaving.
        stream.over.store(true, Ordering::Relaxed);
        let sends = sends.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        let arrivals = arrivals.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((judge(&sends, &arrivals, before), value))
    })
}

/// Waits until a datagram from one namespace to an address of another has come back: that there is a way, whatever its speed.
///
/// # Errors
/// When nothing gets through, or a socket fails.
pub fn reach(from: &Namespace, to: &Namespace, address: IpAddr) -> Result<(), TrafficError> {
    let (echo, sender, target) = ends(from, to, address)?;
    let (stream, closed) = (Stream::new(&sender, target, DENSE.pace), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let _close = SetAtLast(&closed);
        scope.spawn(|| answer(&echo, &closed));
        stream.first()
    })
}

/// The echo's socket, the sender's, and where to send.
fn ends(from: &Namespace, to: &Namespace, address: IpAddr) -> Result<(UdpSocket, UdpSocket, SocketAddr), TrafficError> {
    let target = SocketAddr::new(address, PORT);
    let failed = |doing| move |source| TrafficError::Socket { doing, source };
    let echo = to.run(|| socket(target)).map_err(failed("open the echo's socket"))?;
    let any = match address {
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let sender = from.run(|| socket(SocketAddr::new(any, 0))).map_err(failed("open the sender's socket"))?;
    Ok((echo, sender, target))
}

/// Sets a flag when it goes.
struct SetAtLast<'a>(&'a AtomicBool);

impl Drop for SetAtLast<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn socket(address: SocketAddr) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(address)?;
    set_socket_recv_buffer_size_force(&socket, BUFFER)?;
    socket.set_read_timeout(Some(TICK))?;
    Ok(socket)
}

/// Sends back what comes. What can't be sent back is lost, as it would be to a guest.
fn answer(socket: &UdpSocket, closed: &AtomicBool) {
    let mut buffer = [0; 8];
    while !closed.load(Ordering::Relaxed) {
        if let Ok((length, from)) = socket.recv_from(&mut buffer) {
            let _ = socket.send_to(&buffer[..length], from);
        }
    }
}

struct Stream<'a> {
    socket: &'a UdpSocket,
    target: SocketAddr,
    pace: Duration,
    start: Instant,
    /// The sender is to stop.
    over: AtomicBool,
    /// How many datagrams were sent so far.
    count: AtomicUsize,
    /// How many were sent in all, once that is known.
    total: OnceLock<usize>,
}

impl<'a> Stream<'a> {
    fn new(socket: &'a UdpSocket, target: SocketAddr, pace: Duration) -> Self {
        let (over, count, total) = (AtomicBool::new(false), AtomicUsize::new(0), OnceLock::new());
        Self { socket, target, pace, start: Instant::now(), over, count, total }
    }

    /// Waits until something comes back, and then until nothing of it is under way any more.
    fn first(&self) -> Result<(), TrafficError> {
        let mut buffer = [0; 8];
        while self.start.elapsed() < FIRST {
            // Not numbered: `collect` counts no datagram of another length.
            let _ = self.socket.send_to(b"?", self.target);
            if self.socket.recv(&mut buffer).is_ok() {
                while self.socket.recv(&mut buffer).is_ok() {}
                return Ok(());
            }
        }
        Err(TrafficError::NoWay { to: self.target, after: FIRST })
    }

    /// Sends until it is over: when each number was sent.
    fn send(&self) -> Vec<Duration> {
        let mut sends = Vec::new();
        while !self.over.load(Ordering::Relaxed) {
            let number = sends.len() as u64;
            sends.push(self.start.elapsed());
            // A datagram that can't be sent is lost: a link without carrier says ENETDOWN or nothing.
            let _ = self.socket.send_to(&number.to_ne_bytes(), self.target);
            self.count.store(sends.len(), Ordering::Relaxed);
            std::thread::sleep(self.pace);
        }
        // Set once, here.
        let _ = self.total.set(sends.len());
        sends
    }

    /// Waits until the sender has got to run, in case that it did not.
    fn until_enough_was_sent(&self, from: Duration) {
        let (start, limit) = (self.count.load(Ordering::Relaxed), from + FIRST);
        while self.count.load(Ordering::Relaxed) < start + ENOUGH && self.start.elapsed() < limit {
            std::thread::sleep(self.pace);
        }
    }

    /// Receives until all that was sent is back, or nothing more comes: when each number came back first.
    fn collect(&self) -> BTreeMap<u64, Duration> {
        let (mut arrivals, mut buffer, mut silent) = (BTreeMap::new(), [0; 8], 0);
        loop {
            let received = self.socket.recv(&mut buffer);
            let total = self.total.get();
            match received {
                Ok(length) => {
                    silent = 0;
                    if length == buffer.len() {
                        arrivals.entry(u64::from_ne_bytes(buffer)).or_insert_with(|| self.start.elapsed());
                    }
                }
                Err(_) => silent += u32::from(total.is_some()),
            }
            if total.is_some_and(|total| arrivals.len() >= *total) || silent >= SILENT_TICKS {
                return arrivals;
            }
        }
    }
}

/// Reckons from the times of sending and arriving; the fault came at `fault`.
fn judge(sends: &[Duration], arrivals: &BTreeMap<u64, Duration>, fault: Duration) -> Outage {
    let mut times: Vec<Duration> = arrivals.values().copied().collect();
    times.sort_unstable();
    let longest = |times: &mut dyn Iterator<Item = &[Duration]>| {
        times.map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap_or_default()
    };
    let noise = longest(&mut times.windows(2).filter(|pair| pair[1] <= fault));
    let since = sends.iter().position(|time| *time >= fault).unwrap_or(sends.len());
    let lost = (since..sends.len()).filter(|number| !arrivals.contains_key(&(*number as u64))).count();
    let mut longest_gap = longest(&mut times.windows(2).filter(|pair| pair[1] > fault));
    // A way that stayed cut shows as no arrival at the end.
    if let Some(end) = sends.last() {
        let last = times.last().copied().unwrap_or(fault);
        longest_gap = longest_gap.max(end.saturating_sub(last));
    }
    Outage { sent: sends.len() - since, lost, longest_gap, noise }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn an_outage_is_the_longest_gap_after_the_fault() {
        // Sent each 10 ms; the fault at 100 ms swallows 10 to 14; the noise was one late arrival.
        let sends: Vec<_> = (0..30).map(|n| ms(n * 10)).collect();
        let mut arrivals: BTreeMap<_, _> = (0..30).map(|n| (n, ms(n * 10 + 1))).collect();
        arrivals.retain(|n, _| !(10..15).contains(n));
        arrivals.insert(5, ms(57));
        let outage = judge(&sends, &arrivals, ms(100));
        assert_eq!(outage, Outage { sent: 20, lost: 5, longest_gap: ms(60), noise: ms(16) });
    }

    #[test]
    fn a_way_that_stays_cut_counts_to_the_end() {
        let sends: Vec<_> = (0..30).map(|n| ms(n * 10)).collect();
        let arrivals: BTreeMap<_, _> = (0..10).map(|n| (n, ms(n * 10 + 1))).collect();
        let outage = judge(&sends, &arrivals, ms(100));
        assert_eq!((outage.lost, outage.longest_gap), (20, ms(290 - 91)));
    }
}
