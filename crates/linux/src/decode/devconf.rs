//! How IP is treated on a link, from its `IFLA_AF_SPEC` (`inet_fill_link_af`, `inet6_fill_ifla6_attrs`).

use netlink_packet_core::{DecodeError, parse_u32};
use network::option::ip;
use network::{Opt, Options, Value};

use super::link::Last;
use crate::attribute::Attribute;

const IFLA_INET_CONF: u16 = 1;
const IFLA_INET6_CONF: u16 = 2;
/// `IPV4_DEVCONF_*` counts from 1, `DEVCONF_*` from 0.
const FIRST_V4: u16 = 1;
const FIRST_V6: u16 = 0;

/// The options of IPv4 and of IPv6, in the memory of the last ones where they are the same. A family that is off on the link
/// has none.
pub(super) fn read(spec: Attribute<'_>, last: &mut Last) -> Result<(Options, Options), DecodeError> {
    let (mut v4, mut v6) = (Options::default(), Options::default());
    for family in spec.nested() {
        let family = family?;
        let (list, rows, first, out, last) = match i32::from(family.kind) {
            libc::AF_INET => (IFLA_INET_CONF, ip::v4::ALL, FIRST_V4, &mut v4, &mut last.ipv4),
            libc::AF_INET6 => (IFLA_INET6_CONF, ip::v6::ALL, FIRST_V6, &mut v6, &mut last.ipv6),
            _ => continue,
        };
        for attribute in family.nested() {
            let attribute = attribute?;
            if attribute.kind == list {
                *last = options(attribute.value, rows, first, last)?;
                out.clone_from(last);
            }
        }
    }
    Ok((v4, v6))
}

/// Four bytes each, signed. An older kernel's list is shorter, and does not have the later ones.
fn options(list: &[u8], rows: &[Opt], first: u16, like: &Options) -> Result<Options, DecodeError> {
    let value = |row: &Opt| {
        let place = usize::from(row.attribute - first) * 4;
        let number = parse_u32(list.get(place..place + 4)?);
        Some(number.map(|number| (*row, Value::Number(number.cast_signed().into()))))
    };
    Options::read_like(like, rows.iter().filter_map(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_core::{DefaultNla, Emitable};
    use proptest::prelude::*;

    use crate::attribute::{attributes, nest};

    #[test]
    fn each_row_has_its_place_in_the_list() {
        let list = |numbers: std::ops::Range<u32>| numbers.flat_map(u32::to_ne_bytes).collect::<Vec<u8>>();
        let v4 = nest(2, &[DefaultNla::new(IFLA_INET_CONF, list(1..33))]);
        let v6 = nest(10, &[DefaultNla::new(1, vec![0; 4]), DefaultNla::new(IFLA_INET6_CONF, list(0..40))]);
        let spec = nest(libc::IFLA_AF_SPEC, &[v4, v6]);
        let mut bytes = vec![0; spec.buffer_len()];
        spec.emit(&mut bytes);
        let (v4, v6) = read(attributes(&bytes).next().unwrap().unwrap(), &mut Last::default()).unwrap();
        assert_eq!((v4.number(ip::v4::FORWARDING), v4.number(ip::v4::ARP_ACCEPT)), (Some(1), Some(21)));
        assert_eq!((v6.number(ip::v6::FORWARDING), v6.number(ip::v6::USE_TEMPADDR)), (Some(0), Some(10)));
        assert_eq!(v6.number(ip::v6::ADDR_GEN_MODE), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(Attribute { kind: libc::IFLA_AF_SPEC, value: &bytes }, &mut Last::default());
        }
    }
}
