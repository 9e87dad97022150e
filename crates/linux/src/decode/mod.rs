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

use netlink_packet_core::DecodeError;
use netlink_packet_route::link::LinkHeader;
use network::IfName;

pub use options::{Rows, value};

use crate::ReadError;
use crate::attribute::attributes;

/// The names of the links by their numbers, from one dump.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// By number.
    known: Vec<(u32, IfName)>,
    nameless: Vec<u32>,
}

impl Names {
    /// Notes the name of the link of an `RTM_NEWLINK` payload. The kernel takes names that no file can say: bytes that are
    /// no UTF-8, and control characters. Such a link is known by its number, as `#7`, from [`Names::end`] on: it must not
    /// hide all others.
    ///
    /// # Errors
    /// When the message is malformed.
    pub fn note(&mut self, payload: &[u8]) -> Result<(), ReadError> {
        match name(payload)? {
            (index, Some(name)) => self.put(index, name),
            (index, None) => self.nameless.push(index),
        }
        Ok(())
    }

    /// Says that all links were told.
    ///
    /// # Errors
    /// When a link really has the name by which another is known.
    pub fn end(&mut self) -> Result<(), ReadError> {
        for index in std::mem::take(&mut self.nameless) {
            let stand_in = IfName::new(&format!("#{index}")).map_err(|source| ReadError::Name { index, source })?;
            if self.known.iter().any(|(_, name)| *name == stand_in) {
                return Err(ReadError::Taken { index, name: stand_in });
            }
            self.put(index, stand_in);
        }
        Ok(())
    }

    /// The name of a link.
    ///
    /// # Errors
    /// When the dump has no such link: it came later, or is gone.
    pub fn get(&self, index: u32) -> Result<IfName, ReadError> {
        let place = self.place(index).map_err(|_| ReadError::UnknownLink(index))?;
        Ok(self.known[place].1.clone())
    }

    fn place(&self, index: u32) -> Result<usize, usize> {
        self.known.binary_search_by_key(&index, |(known, _)| *known)
    }

    /// The kernel tells them by number, so each goes to the end.
    fn put(&mut self, index: u32, name: IfName) {
        match self.known.last() {
            Some((last, _)) if *last >= index => match self.place(index) {
                Ok(place) => self.known[place].1 = name,
                Err(place) => self.known.insert(place, (index, name)),
            },
            _ => self.known.push((index, name)),
        }
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

    impl Names {
        pub(super) fn of(index: u32, name: &str) -> Self {
            Self { known: vec![(index, name.parse().unwrap())], nameless: Vec::new() }
        }
    }

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
        let read = |links: &[Vec<u8>]| {
            let mut names = Names::default();
            links.iter().for_each(|link| names.note(link).unwrap());
            names.end().map(|()| names)
        };
        let names = read(&links).unwrap();
        let found: Vec<String> = [1, 7, 8].map(|index| names.get(index).unwrap().to_string()).to_vec();
        assert_eq!(found, ["lo", "#7", "#8"]);
        let clash = [link(6, b"#7\0"), link(7, b"n\xff\0")];
        let error = read(&clash).unwrap_err();
        assert!(matches!(error, ReadError::Taken { index: 7, .. }), "{error}");
    }
}
