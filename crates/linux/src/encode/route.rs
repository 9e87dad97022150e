//! Routes of the main table: `RTM_NEWROUTE` and `RTM_DELROUTE`.

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_REPLACE};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteFlags, RouteMessage, RouteType, RouteVia};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::Route;

use super::{Request, request};

/// In place of the first route with the same destination and metric, or beside the others.
///
/// IPv4 (`fib_table_insert`) replaces one route. IPv6 (`fib6_add_rt2node`) replaces all next hops of a multipath route at
/// once, and where only a route of another sort has that metric, such as a default route from a router advertisement
/// (1024, which is also the default metric), it replaces that.
pub(super) fn replace(index: u32, route: &Route) -> Request {
    let mut message = message(index, route);
    if route.onlink {
        message.header.flags |= RouteFlags::Onlink;
    }
    message.attributes.extend(route.source.map(|source| RouteAttribute::PrefSource(source.into())));
    request(RouteNetlinkMessage::NewRoute(message), NLM_F_CREATE | NLM_F_REPLACE)
}

pub(super) fn remove(index: u32, route: &Route) -> Request {
    request(RouteNetlinkMessage::DelRoute(message(index, route)), 0)
}

fn message(index: u32, route: &Route) -> RouteMessage {
    let mut message = RouteMessage::default();
    let destination = route.destination;
    message.header.address_family = match destination.addr() {
        IpAddr::V4(_) => AddressFamily::Inet,
        IpAddr::V6(_) => AddressFamily::Inet6,
    };
    message.header.destination_prefix_length = destination.prefix_len();
    // The header has a byte for it, the attribute is for all (`rtm_get_table`).
    message.attributes.push(RouteAttribute::Table(route.table));
    message.header.protocol = route.protocol.into();
    message.header.scope = route.scope.into();
    message.header.kind = RouteType::Unicast;
    if !route.is_default() {
        message.attributes.push(RouteAttribute::Destination(RouteAddress::from(destination.network())));
    }
    message.attributes.extend(route.gateway.map(|gateway| match (destination.addr(), gateway) {
        // An IPv4 route by way of an IPv6 neighbour (RFC 8950) names it in RTA_VIA.
        (IpAddr::V4(_), IpAddr::V6(gateway)) => RouteAttribute::Via(RouteVia::Inet6(gateway)),
        _ => RouteAttribute::Gateway(gateway.into()),
    }));
    message.attributes.push(RouteAttribute::Oif(index));
    // Without one, IPv6 takes 1024 where IPv4 takes 0.
    message.attributes.push(RouteAttribute::Priority(route.metric));
    message
}
