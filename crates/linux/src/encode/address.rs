//! IP addresses: `RTM_NEWADDR` and `RTM_DELADDR`.

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_REPLACE};
use netlink_packet_route::address::{AddressAttribute, AddressMessage, AddressScope, CacheInfo};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::Address;

use super::{Request, request};

/// An address that is there already stays (`NLM_F_REPLACE` sets its lifetime): the kernel may or may not have taken it
/// with another of its subnet. IPv6 runs duplicate address detection.
pub(super) fn add(index: u32, address: &Address) -> Request {
    let mut message = message(index, address);
    message.attributes.extend(address.broadcast.map(AddressAttribute::Broadcast));
    message.attributes.extend(address.preferred.map(|preferred| {
        let mut times = CacheInfo::default();
        (times.ifa_preferred, times.ifa_valid) = (preferred, u32::MAX);
        AddressAttribute::CacheInfo(times)
    }));
    request(RouteNetlinkMessage::NewAddress(message), NLM_F_CREATE | NLM_F_REPLACE)
}

/// Found by address, prefix length and peer (`inet_rtm_deladdr`, `inet6_addr_del`). The kernel takes the secondary IPv4
/// addresses of the same subnet with it unless `promote_secondaries` is on.
pub(super) fn remove(index: u32, address: &Address) -> Request {
    request(RouteNetlinkMessage::DelAddress(message(index, address)), 0)
}

fn message(index: u32, address: &Address) -> AddressMessage {
    let local = address.net.addr();
    let mut message = AddressMessage::default();
    message.header.index = index;
    message.header.prefix_len = address.net.prefix_len();
    // The kernel works the scope of an IPv6 address out by itself, and leaves that of an IPv4 one to us.
    (message.header.family, message.header.scope) = match local {
        IpAddr::V4(ip) if ip.is_loopback() => (AddressFamily::Inet, AddressScope::Host),
        IpAddr::V4(_) => (AddressFamily::Inet, AddressScope::Universe),
        IpAddr::V6(_) => (AddressFamily::Inet6, AddressScope::Universe),
    };
    if let Some(scope) = address.scope {
        message.header.scope = scope.into();
    }
    // IFA_ADDRESS is the far end where there is one, and the address itself where there is none.
    message.attributes = vec![AddressAttribute::Local(local), AddressAttribute::Address(address.peer.unwrap_or(local))];
    message
}
