//! The Ethernet header (IEEE 802.3, 3.1.1): destination, source, ethertype.

use network::Mac;

/// How many bytes the header has.
pub const HEADER_LEN: usize = 14;

/// A frame that ends before its header does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the frame has {length} bytes, its header alone has {HEADER_LEN}")]
pub struct Truncated {
    /// How many bytes there are.
    pub length: usize,
}

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// To whom.
    pub destination: Mac,
    /// From whom.
    pub source: Mac,
    /// What follows; below 1536, how long it is.
    pub ethertype: u16,
}

impl Header {
    /// Reads the header of a frame, and gives back what follows it too.
    ///
    /// # Errors
    /// When the frame is shorter than [`HEADER_LEN`].
    pub fn parse(frame: &[u8]) -> Result<(Self, &[u8]), Truncated> {
        let Some((&[a, b, c, d, e, f, g, h, i, j, k, l, m, n], payload)) = frame.split_first_chunk::<HEADER_LEN>()
        else {
            return Err(Truncated { length: frame.len() });
        };
        let (destination, source) = (Mac([a, b, c, d, e, f]), Mac([g, h, i, j, k, l]));
        Ok((Self { destination, source, ethertype: u16::from_be_bytes([m, n]) }, payload))
    }

    /// The header as bytes.
    #[must_use]
    pub fn emit(&self) -> [u8; HEADER_LEN] {
        let mut out = [0; HEADER_LEN];
        out[..6].copy_from_slice(&self.destination.0);
        out[6..12].copy_from_slice(&self.source.0);
        out[12..].copy_from_slice(&self.ethertype.to_be_bytes());
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_bytes_come_through(frame in prop::collection::vec(any::<u8>(), 0..40)) {
            match Header::parse(&frame) {
                Ok((header, payload)) => prop_assert_eq!([&header.emit()[..], payload].concat(), frame),
                Err(Truncated { length }) => {
                    prop_assert_eq!(length, frame.len());
                    prop_assert!(length < HEADER_LEN);
                }
            }
        }
    }
}
