//! `RTM_NEWROUTE` as routes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use netlink_packet_core::{DecodeError, parse_i32, parse_u16};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::route::{RouteFlags, RouteHeader, RouteType, RouteVia};
use network::Route;

use super::Names;
use crate::ReadError;
use crate::attribute::{Attribute, attributes};

/// The fixed part, `struct rtmsg`.
const HEADER: usize = 12;
/// `struct rtnexthop`.
const NEXT_HOP: usize = 8;
const RTNH_F_ONLINK: u8 = 4;

/// A unicast route of any table, once for each of its next hops.
///
/// Empty for what is none: another type, a cached route, another family, or one by a next-hop object in a
/// kernel that does not tell its link (`net.ipv4.nexthop_compat_mode` = 0).
///
/// # Errors
/// When an attribute is malformed, or a link is not there.
pub fn routes(payload: &[u8], names: &Names) -> Result<Vec<Route>, ReadError> {
    let header = RouteHeader::parse(payload)?;
    let any: IpAddr = match header.address_family {
        AddressFamily::Inet => Ipv4Addr::UNSPECIFIED.into(),
        AddressFamily::Inet6 => Ipv6Addr::UNSPECIFIED.into(),
        _ => return Ok(Vec::new()),
    };
    if header.kind != RouteType::Unicast || header.flags.contains(RouteFlags::Cloned) {
        return Ok(Vec::new());
    }
    let mut table = u32::from(header.table);
    let (mut destination, mut metric, mut source, mut hops) = (any, 0, None, Vec::new());
    let mut own = Hop { onlink: header.flags.contains(RouteFlags::Onlink), ..Hop::default() };
    for attribute in attributes(&payload[HEADER..]) {
        let attribute = attribute?;
        match attribute.kind {
            libc::RTA_TABLE => table = attribute.u32()?,
            libc::RTA_DST => destination = attribute.ip()?,
            libc::RTA_PRIORITY => metric = attribute.u32()?,
            libc::RTA_PREFSRC => source = Some(attribute.ip()?),
            libc::RTA_MULTIPATH => hops = next_hops(attribute.value)?,
            _ => own.read(attribute)?,
        }
    }
    let destination = IpNet::new(destination, header.destination_prefix_length)
        .map_err(|_| DecodeError::from(format!("{destination} with a prefix that is too long")))?;
    hops.push(own);
    hops.into_iter()
        .filter_map(|hop| hop.link.map(|link| (hop, link)))
        .map(|(hop, link)| {
            Ok(Route {
                table,
                destination,
                gateway: hop.gateway,
                link: names.get(link)?,
                metric,
                onlink: hop.onlink,
                protocol: header.protocol.into(),
                source,
                scope: header.scope.into(),
            })
        })
        .collect()
}

/// A next hop: of the route itself, or one of several.
#[derive(Clone, Copy, Default)]
struct Hop {
    link: Option<u32>,
    gateway: Option<IpAddr>,
    onlink: bool,
}

impl Hop {
    fn read(&mut self, attribute: Attribute<'_>) -> Result<(), DecodeError> {
        match attribute.kind {
            libc::RTA_OIF => self.link = Some(attribute.u32()?),
            libc::RTA_GATEWAY => self.gateway = Some(attribute.ip()?),
            libc::RTA_VIA => {
                self.gateway = match RouteVia::parse(attribute.value)? {
                    RouteVia::Inet(ip) => Some(ip.into()),
                    RouteVia::Inet6(ip) => Some(ip.into()),
                    _ => None,
                };
            }
            _ => {}
        }
        Ok(())
    }
}

/// Each is at least eight bytes long, so the loop ends.
fn next_hops(mut bytes: &[u8]) -> Result<Vec<Hop>, DecodeError> {
    let mut out = Vec::new();
    while let Some((head, _)) = bytes.split_at_checked(NEXT_HOP) {
        let length = usize::from(parse_u16(&head[..2])?);
        let inside = bytes.get(NEXT_HOP..length).ok_or_else(|| DecodeError::from("a next hop that is cut off"))?;
        let link = u32::try_from(parse_i32(&head[4..])?).ok();
        let mut hop = Hop { link, gateway: None, onlink: head[2] & RTNH_F_ONLINK != 0 };
        for attribute in attributes(inside) {
            hop.read(attribute?)?;
        }
        out.push(hop);
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 12..200)) {
            // Make it look like a unicast route, so that it is read on.
            (bytes[0], bytes[7]) = (2, 1);
            let _ = routes(&bytes, &Names::default());
            let _ = next_hops(&bytes);
        }
    }

    #[test]
    fn a_multipath_route_is_a_route_for_each_hop() {
        let names = Names::default();
        let hop = |link: u8| [16, 0, 0, 0, link, 0, 0, 0, 8, 0, 5, 0, 10, 0, 0, link];
        let mut bytes = vec![2, 0, 0, 0, 254, 4, 0, 1, 0, 0, 0, 0];
        bytes.extend([36, 0, 9, 0]);
        bytes.extend(hop(3));
        bytes.extend(hop(4));
        assert!(matches!(routes(&bytes, &names), Err(ReadError::UnknownLink(3))));
        let hops = next_hops(&bytes[16..]).unwrap();
        assert_eq!(hops.iter().map(|hop| hop.link).collect::<Vec<_>>(), [Some(3), Some(4)]);
        assert_eq!(hops[1].gateway, Some("10.0.0.4".parse().unwrap()));
    }
}
