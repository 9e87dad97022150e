//! What the kernel tells, as parts of a [`network::Network`]. Pure: bytes in, values out.

pub mod address;
mod bond;
mod bridge;
mod devconf;
pub mod device;
pub mod link;
mod options;
pub mod route;
pub mod vlans;

use std::collections::BTreeMap;

use netlink_packet_core::DecodeError;
use netlink_packet_route::link::LinkHeader;
use network::IfName;

pub use options::{Rows, value};

use crate::ReadError;
use crate::attribute::attributes;

/// The names of the links by their numbers, from one dump.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<u32, IfName>);

impl Names {
    /// Reads them from the payloads of `RTM_NEWLINK` messages. The kernel takes names that no file can say: bytes that are
    /// no UTF-8, and control characters. Such a link is known by its number, as `#7`: it must not hide all others.
    ///
    /// # Errors
    /// When a message is malformed, or a link really has the name by which another is known.
    pub fn read<'a>(payloads: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, ReadError> {
        let (mut names, mut nameless) = (BTreeMap::new(), Vec::new());
        for payload in payloads {
            match name(payload)? {
                (index, Some(name)) => drop(names.insert(index, name)),
                (index, None) => nameless.push(index),
            }
        }
        for index in nameless {
            let stand_in = IfName::new(&format!("#{index}")).map_err(|source| ReadError::Name { index, source })?;
            if names.values().any(|name| *name == stand_in) {
                return Err(ReadError::Taken { index, name: stand_in });
            }
            names.insert(index, stand_in);
        }
        Ok(Self(names))
    }

    /// The name of a link.
    ///
    /// # Errors
    /// When the dump has no such link: it came later, or is gone.
    pub fn get(&self, index: u32) -> Result<IfName, ReadError> {
        self.0.get(&index).cloned().ok_or(ReadError::UnknownLink(index))
    }
}

/// `None`: a name that no file can say.
fn name(payload: &[u8]) -> Result<(u32, Option<IfName>), ReadError> {
    let index = LinkHeader::parse(payload)?.index;
    for attribute in attributes(&payload[size_of::<libc::ifinfomsg>()..]) {
        let attribute = attribute?;
        if attribute.kind == libc::IFLA_IFNAME {
            let text = attribute.text().ok();
            return Ok((index, text.and_then(|text| IfName::new(&text).ok())));
        }
    }
    Err(DecodeError::from("a link without IFLA_IFNAME").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_core::{DefaultNla, Emitable};

    fn link(index: u8, name: &[u8]) -> Vec<u8> {
        let name = DefaultNla::new(libc::IFLA_IFNAME, name.to_vec());
        let mut bytes = vec![0; 16 + name.buffer_len()];
        bytes[4] = index;
        name.emit(&mut bytes[16..]);
        bytes
    }

    #[test]
    fn a_name_that_no_file_can_say_hides_no_other_link() {
        let links = [link(1, b"lo\0"), link(7, b"n\xff\0"), link(8, b"n\x07\0")];
        let names = Names::read(links.iter().map(Vec::as_slice)).unwrap();
        let found: Vec<String> = [1, 7, 8].map(|index| names.get(index).unwrap().to_string()).to_vec();
        assert_eq!(found, ["lo", "#7", "#8"]);
        let clash = [link(6, b"#7\0"), link(7, b"n\xff\0")];
        let error = Names::read(clash.iter().map(Vec::as_slice)).unwrap_err();
        assert!(matches!(error, ReadError::Taken { index: 7, .. }), "{error}");
    }
}
