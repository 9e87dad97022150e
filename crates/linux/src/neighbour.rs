//! Whether neighbours answer: the kernel is made to ask them (ARP, neighbour discovery), and its table says what came of it.
//!
//! No packet of our own is sent. What the table knows is asked once more (`NUD_PROBE`: a unicast question), for an entry
//! stays reachable for half a minute after its neighbour has gone; what it does not know is looked for (`NTF_USE`).

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use netlink_packet_core::{DecodeError, NLM_F_CREATE, NLM_F_REPLACE, NetlinkMessage};
use netlink_packet_route::neighbour::{
    NeighbourAddress, NeighbourAttribute, NeighbourFlags, NeighbourHeader, NeighbourMessage, NeighbourState,
};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::IfName;
use rustix::net::netdevice::name_to_index;

use crate::attribute::attributes;
use crate::{DumpError, Socket};

/// The fixed part, `struct ndmsg`.
const HEADER: usize = 12;
/// `NDA_DST`.
const DESTINATION: u16 = 1;
/// How often the table is read while an answer is awaited.
const PAUSE: Duration = Duration::from_millis(10);

/// A neighbour: the link it is on, and its address.
pub type Neighbour = (IfName, IpAddr);

/// Which of these answer now, each asked anew; waits at most so long for the last. One on a link that is not there, or that
/// the kernel does not ask, does not answer. One that needs no asking (`NUD_PERMANENT`, `NUD_NOARP`) does.
///
/// # Errors
/// When the kernel's table can't be read. Asking needs CAP_NET_ADMIN.
pub fn answering(
    socket: &mut Socket,
    asked: &BTreeSet<Neighbour>,
    patience: Duration,
) -> Result<BTreeSet<Neighbour>, DumpError> {
    let mut open = BTreeMap::new();
    for neighbour in asked {
        if let Ok(index) = name_to_index(socket.raw(), neighbour.0.as_str()) {
            open.insert((index, neighbour.1), neighbour.clone());
        }
    }
    let mut answered = BTreeSet::new();
    let known = table(socket)?;
    let needs_none = |state: &NeighbourState| matches!(state, NeighbourState::Permanent | NeighbourState::Noarp);
    open.retain(|key, neighbour| {
        let state = known.get(key).copied().unwrap_or(NeighbourState::None);
        // What the kernel refuses to ask is not asked, and so does not answer.
        let asks = !needs_none(&state) && ask(socket, *key, state);
        if needs_none(&state) {
            answered.insert(neighbour.clone());
        }
        asks
    });
    let end = Instant::now() + patience;
    while !open.is_empty() {
        let known = table(socket)?;
        open.retain(|key, neighbour| {
            let answers = known.get(key) == Some(&NeighbourState::Reachable);
            if answers {
                answered.insert(neighbour.clone());
            }
            !answers
        });
        if open.is_empty() || Instant::now() >= end {
            break;
        }
        std::thread::sleep(PAUSE);
    }
    Ok(answered)
}

/// Has the kernel ask; whether it took that up.
fn ask(socket: &mut Socket, (index, address): (u32, IpAddr), state: NeighbourState) -> bool {
    use NeighbourState::{Delay, Incomplete, Probe, Reachable, Stale};
    let mut message = NeighbourMessage::default();
    message.header.family = family(address);
    message.header.ifindex = index;
    let destination = match address {
        IpAddr::V4(ip) => NeighbourAddress::Inet(ip),
        IpAddr::V6(ip) => NeighbourAddress::Inet6(ip),
    };
    message.attributes = vec![NeighbourAttribute::Destination(destination)];
    let flags = match state {
        // It is being asked.
        Incomplete | Probe => return true,
        Reachable | Stale | Delay => {
            message.header.state = Probe;
            NLM_F_REPLACE
        }
        _ => {
            message.header.flags = NeighbourFlags::Use;
            NLM_F_CREATE
        }
    };
    let mut request = NetlinkMessage::from(RouteNetlinkMessage::NewNeighbour(message));
    request.header.flags = flags;
    socket.request(request).is_ok()
}

fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 }
}

/// The kernel's table, by the link's number and the address.
fn table(socket: &mut Socket) -> Result<BTreeMap<(u32, IpAddr), NeighbourState>, DumpError> {
    let message = NeighbourMessage::default();
    let all = socket.dump(&NetlinkMessage::from(RouteNetlinkMessage::GetNeighbour(message)))?;
    let read = all.iter().map(|message| entry(&message.payload)).collect::<Result<Vec<_>, _>>();
    Ok(read.map_err(DumpError::Malformed)?.into_iter().flatten().collect())
}

type Entry = ((u32, IpAddr), NeighbourState);

/// An entry of `RTM_NEWNEIGH`; `None`: of a family that is not IP, or without an address.
fn entry(payload: &[u8]) -> Result<Option<Entry>, DecodeError> {
    let header = NeighbourHeader::parse(payload)?;
    if !matches!(header.family, AddressFamily::Inet | AddressFamily::Inet6) {
        return Ok(None);
    }
    for attribute in attributes(payload.get(HEADER..).unwrap_or_default()) {
        let attribute = attribute?;
        if attribute.kind == DESTINATION {
            return Ok(Some(((header.ifindex, attribute.ip()?), header.state)));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 12..80)) {
            bytes[0] = 2;
            let _ = entry(&bytes);
        }
    }

    #[test]
    fn an_entry_is_read() {
        let bytes = [2, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 1, 8, 0, 1, 0, 192, 0, 2, 1];
        let read = entry(&bytes).unwrap();
        assert_eq!(read, Some(((7, "192.0.2.1".parse().unwrap()), NeighbourState::Reachable)));
        let bridge = [7, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 1];
        assert_eq!(entry(&bridge).unwrap(), None);
    }
}
