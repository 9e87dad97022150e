//! TCP connections of this host, from /proc/net/tcp and tcp6 (`tcp4_seq_show`, `tcp6_seq_show`).

use std::fs::File;
use std::io::{self, Read};
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The most bytes that are read of each: about 200,000 connections.
const MAX: u64 = 32 << 20;
/// States of a connection whose other end is still to be heard from (`include/net/tcp_states.h`).
const ESTABLISHED: u8 = 1;
const SYN_SENT: u8 = 2;
const FIN_WAIT1: u8 = 4;
const LAST_ACK: u8 = 9;

/// A connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// This host's end.
    pub local: SocketAddr,
    /// The other end.
    pub remote: SocketAddr,
    /// Whether it is established, and nobody has closed it.
    pub is_established: bool,
    /// Whether it is being opened from here: the other end was not heard yet.
    pub is_opening: bool,
    /// How often what it sent last was sent again without being heard.
    pub retransmits: u32,
}

/// All that wait for their other end: established ones, those that are being opened from here, and those whose end the
/// other side has not confirmed. One that the other side has closed (`TCP_CLOSE_WAIT`) waits for this host alone. Those of
/// the calling thread's network namespace.
///
/// # Errors
/// When /proc can't be read. A host without IPv6 has no tcp6, which is none.
pub fn sessions() -> io::Result<Vec<Session>> {
    let mut out = parse(&read("tcp")?);
    match read("tcp6") {
        Ok(text) => out.extend(parse(&text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    Ok(out)
}

/// Not /proc/net, which is that of the process's first thread, whatever namespace this one is in.
fn read(name: &str) -> io::Result<String> {
    let mut text = String::new();
    File::open(format!("/proc/thread-self/net/{name}"))?.take(MAX).read_to_string(&mut text)?;
    Ok(text)
}

/// Reads the text of one of the files. A line that is no connection's (the first) says nothing.
#[must_use]
pub fn parse(text: &str) -> Vec<Session> {
    text.lines().filter_map(line).collect()
}

fn line(text: &str) -> Option<Session> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let (local, remote) = (end(words.next()?)?, end(words.next()?)?);
    let state = u8::from_str_radix(words.next()?, 16).ok()?;
    // Queues; then the timer; then how often.
    let retransmits = u32::from_str_radix(words.nth(2)?, 16).ok()?;
    let waits = [ESTABLISHED, SYN_SENT, FIN_WAIT1, LAST_ACK].contains(&state);
    let (is_established, is_opening) = (state == ESTABLISHED, state == SYN_SENT);
    waits.then_some(Session { local, remote, is_established, is_opening, retransmits })
}

/// `0100007F:1F90`: words of 32 bits in the host's order, and the port. An IPv4 address in IPv6's clothes is one of IPv4.
fn end(text: &str) -> Option<SocketAddr> {
    let (address, port) = text.split_once(':')?;
    let mut bytes = Vec::new();
    for word in address.as_bytes().chunks(8) {
        bytes.extend(u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()?.to_ne_bytes());
    }
    let address = match (<[u8; 4]>::try_from(&bytes[..]), <[u8; 16]>::try_from(&bytes[..])) {
        (Ok(four), _) => IpAddr::from(four),
        (_, Ok(sixteen)) => Ipv6Addr::from(sixteen).to_canonical(),
        _ => return None,
    };
    Some(SocketAddr::new(address, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in "[ 0-9A-F:\n]{0,300}|\\PC{0,100}") {
            let _ = parse(&text);
        }
    }

    #[test]
    fn connections_are_read_and_listeners_are_none() {
        let word = |bytes: [u8; 4]| format!("{:08X}", u32::from_ne_bytes(bytes));
        let (here, there) = (word([192, 168, 1, 10]), word([192, 168, 1, 50]));
        let mapped = format!("{}{}{}{there}", word([0; 4]), word([0; 4]), word([0, 0, 255, 255]));
        let text = format!(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n\
             \x20  0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0\n\
             \x20  1: {here}:0016 {there}:C35A 01 00000030:00000000 01:00000019 00000003     0\n\
             \x20  2: {here}:0016 {there}:C35B 06 00000000:00000000 03:00000019 00000000     0\n\
             \x20  4: {here}:0016 {there}:C35C 08 00000000:00000000 00:00000000 00000000     0\n\
             \x20  5: {here}:0016 {there}:C35D 04 00000001:00000000 01:00000019 00000001     0\n\
             \x20  3: {mapped}:0016 {mapped}:C35A 02 00000000:00000000 01:00000019 00000000     0\n"
        );
        let found = parse(&text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!((found[0].local.to_string().as_str(), found[0].retransmits), ("192.168.1.10:22", 3));
        let states: Vec<_> = found.iter().map(|it| (it.is_established, it.is_opening)).collect();
        assert_eq!(states, [(true, false), (false, false), (false, true)]);
        assert_eq!(found[2].remote.to_string(), "192.168.1.50:50010");
    }
}
