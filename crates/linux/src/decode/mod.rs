//! What the kernel tells, as parts of a [`network::Network`]. Pure: bytes in, values out.

pub mod address;
mod bond;
mod bridge;
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
    /// Reads them from the payloads of `RTM_NEWLINK` messages.
    ///
    /// # Errors
    /// When a message is malformed, or a name is none that a file can say.
    pub fn read<'a>(payloads: impl IntoIterator<Item = &'a [u8]>) -> Result<Self, ReadError> {
        payloads.into_iter().map(name).collect::<Result<_, _>>().map(Self)
    }

    /// The name of a link.
    ///
    /// # Errors
    /// When the dump has no such link: it came later, or is gone.
    pub fn get(&self, index: u32) -> Result<IfName, ReadError> {
        self.0.get(&index).cloned().ok_or(ReadError::UnknownLink(index))
    }
}

fn name(payload: &[u8]) -> Result<(u32, IfName), ReadError> {
    let index = LinkHeader::parse(payload)?.index;
    for attribute in attributes(&payload[size_of::<libc::ifinfomsg>()..]) {
        let attribute = attribute?;
        if attribute.kind == libc::IFLA_IFNAME {
            let name = IfName::new(&attribute.text()?).map_err(|source| ReadError::Name { index, source })?;
            return Ok((index, name));
        }
    }
    Err(DecodeError::from("a link without IFLA_IFNAME").into())
}
