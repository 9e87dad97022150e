//! `RTM_NEWADDR` as an IP address.

use std::net::IpAddr;

use ipnet::IpNet;
use netlink_packet_core::{DecodeError, parse_u32};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::address::{AddressHeader, AddressScope};
use network::Address;

use crate::attribute::{Attribute, attributes};

/// `IFA_PROTO`: who made the address (`IFAPROT_*`); 1 loopback, 2 router advertisement, 3 link-local.
const IFA_PROTO: u16 = 11;
const INFINITY: u32 = u32::MAX;

/// The number of the link, and its address. `None`: of a family that is not IP.
///
/// # Errors
/// When an attribute is malformed, or the address is missing.
pub fn address(payload: &[u8]) -> Result<Option<(u32, Address)>, DecodeError> {
    let header = AddressHeader::parse(payload)?;
    if !matches!(header.family, AddressFamily::Inet | AddressFamily::Inet6) {
        return Ok(None);
    }
    let (mut local, mut far, mut broadcast, mut made_by_kernel) = (None, None, None, false);
    let (mut preferred, mut expires, mut flags) = (INFINITY, false, 0);
    for attribute in attributes(&payload[size_of::<libc::ifaddrmsg>()..]) {
        let attribute = attribute?;
        match attribute.kind {
            libc::IFA_LOCAL => local = Some(attribute.ip()?),
            libc::IFA_ADDRESS => far = Some(attribute.ip()?),
            libc::IFA_BROADCAST => {
                broadcast = if let IpAddr::V4(ip) = attribute.ip()? { Some(ip) } else { None };
            }
            libc::IFA_CACHEINFO => {
                preferred = lifetime(attribute, 0)?;
                expires = lifetime(attribute, 1)? != INFINITY;
            }
            libc::IFA_FLAGS => flags = attribute.u32()?,
            IFA_PROTO => made_by_kernel = matches!(attribute.u8()?, 1..=3),
            _ => {}
        }
    }
    // Without a far end, IPv6 has only IFA_ADDRESS and IPv4 has the same address in both.
    let own = local.or(far).ok_or_else(|| DecodeError::from("an address message without IFA_LOCAL and IFA_ADDRESS"))?;
    let net = IpNet::new(own, header.prefix_len)
        .map_err(|_| DecodeError::from(format!("{own} with a prefix of {} bits", header.prefix_len)))?;
    let link_local = own.is_ipv6() && header.scope == AddressScope::Link;
    // Kernels before 5.18 do not tell who made an address: the loopback's own are known by their scope.
    let loopback = own.is_loopback() && header.scope == AddressScope::Host;
    let address = Address {
        net,
        peer: far.filter(|far| *far != own),
        broadcast,
        scope: Some(header.scope.into()),
        preferred: Some(preferred).filter(|preferred| *preferred != INFINITY),
        dynamic: expires || made_by_kernel || link_local || loopback,
        duplicate: flags & libc::IFA_F_DADFAILED != 0,
    };
    Ok(Some((header.index, address)))
}

/// A word of `struct ifa_cacheinfo`, in seconds: the first is how long the address is preferred, the second how long it
/// is valid.
fn lifetime(attribute: Attribute<'_>, word: usize) -> Result<u32, DecodeError> {
    parse_u32(attribute.value.get(word * 4..word * 4 + 4).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    #[test]
    fn own_address_peer_and_lifetime() {
        let mut bytes = vec![2, 32, 0, 0, 3, 0, 0, 0];
        bytes.extend([8, 0, 1, 0, 10, 0, 0, 2]);
        bytes.extend([8, 0, 2, 0, 10, 0, 0, 1]);
        bytes.extend([20, 0, 6, 0, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]);
        let (index, address) = super::address(&bytes).unwrap().unwrap();
        assert_eq!((index, address.net.to_string().as_str()), (3, "10.0.0.1/32"));
        assert_eq!(address.peer, Some("10.0.0.2".parse().unwrap()));
        assert!(!address.dynamic);
        bytes[32] = 9;
        assert!(super::address(&bytes).unwrap().unwrap().1.dynamic);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = super::address(&bytes);
        }
    }
}
