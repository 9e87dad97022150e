//! Netlink attributes as bytes: walked through, read and nested, without knowing what they mean.
//!
//! What the kernel tells is read this way, and not through the typed messages of `netlink-packet-route`: those give up a
//! whole message for one attribute of an unknown length, anywhere in it. Here only what is needed has to be understood.

use std::net::IpAddr;

use netlink_packet_core::{
    DecodeError, DefaultNla, Emitable, NLA_F_NESTED, NLA_HEADER_SIZE, NlasIterator, parse_ip, parse_mac, parse_string,
    parse_u8, parse_u16, parse_u16_be, parse_u32, parse_u64,
};
use network::Mac;

/// An attribute as it lies in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// Its type, without the flags `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    pub kind: u16,
    /// What it holds, without padding.
    pub value: &'a [u8],
}

/// The attributes in `bytes`, one after the other. Stops after the first one that is cut off.
pub fn attributes(bytes: &[u8]) -> impl Iterator<Item = Result<Attribute<'_>, DecodeError>> {
    NlasIterator::new(bytes).map(|found| {
        let found = found?;
        let (kind, length) = (found.kind(), usize::from(found.length()));
        Ok(Attribute { kind, value: &found.into_inner()[NLA_HEADER_SIZE..length] })
    })
}

impl<'a> Attribute<'a> {
    /// The attributes inside.
    pub fn nested(self) -> impl Iterator<Item = Result<Attribute<'a>, DecodeError>> {
        attributes(self.value)
    }

    /// One byte.
    ///
    /// # Errors
    /// When it has another length; so for all of these.
    pub fn u8(self) -> Result<u8, DecodeError> {
        parse_u8(self.value)
    }

    /// Two bytes, in the host's order.
    ///
    /// # Errors
    /// When it has another length.
    pub fn u16(self) -> Result<u16, DecodeError> {
        parse_u16(self.value)
    }

    /// Two bytes, in the network's order.
    ///
    /// # Errors
    /// When it has another length.
    pub fn u16_be(self) -> Result<u16, DecodeError> {
        parse_u16_be(self.value)
    }

    /// Four bytes, in the host's order.
    ///
    /// # Errors
    /// When it has another length.
    pub fn u32(self) -> Result<u32, DecodeError> {
        parse_u32(self.value)
    }

    /// Eight bytes, in the host's order.
    ///
    /// # Errors
    /// When it has another length.
    pub fn u64(self) -> Result<u64, DecodeError> {
        parse_u64(self.value)
    }

    /// Text, with or without a NUL at its end.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub fn text(self) -> Result<String, DecodeError> {
        parse_string(self.value)
    }

    /// Six bytes.
    ///
    /// # Errors
    /// When it has another length.
    pub fn mac(self) -> Result<Mac, DecodeError> {
        parse_mac(self.value).map(Mac)
    }

    /// Six bytes; `None` for the address of a link that is no Ethernet (tun: none, InfiniBand: 20 bytes).
    #[must_use]
    pub fn mac_if_ethernet(self) -> Option<Mac> {
        self.value.try_into().ok().map(Mac)
    }

    /// An IP address, by its length.
    ///
    /// # Errors
    /// When it has neither 4 nor 16 bytes.
    pub fn ip(self) -> Result<IpAddr, DecodeError> {
        parse_ip(self.value)
    }
}

/// An attribute that holds others.
#[must_use]
pub fn nest(kind: u16, inside: &[DefaultNla]) -> DefaultNla {
    let mut bytes = vec![0; inside.buffer_len()];
    inside.emit(&mut bytes);
    DefaultNla::new(kind | NLA_F_NESTED, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_nest_reads_back() {
        let outer = nest(18, &[DefaultNla::new(1, b"bond\0".to_vec()), nest(2, &[DefaultNla::new(1, vec![4])])]);
        let mut bytes = vec![0; outer.buffer_len()];
        outer.emit(&mut bytes);
        let info = attributes(&bytes).next().unwrap().unwrap();
        assert_eq!(info.kind, 18);
        let inside: Vec<_> = info.nested().map(Result::unwrap).collect();
        assert_eq!(inside[0].text().unwrap(), "bond");
        assert_eq!(inside[1].nested().next().unwrap().unwrap(), Attribute { kind: 1, value: &[4] });
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_end_and_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let found = attributes(&bytes).flatten().flat_map(Attribute::nested).count();
            prop_assert!(found <= bytes.len());
        }
    }
}
