//! Marker PDUs (IEEE 802.1AX, 6.5.3): "everything that I sent before this has come out". Linux asks nobody and answers
//! everybody.
//!
//! ```text
//!  0  subtype 2 · version 1
//!  2  TLV 1 (information) or 2 (response), length 16: port 2, system 6, transaction 4, pad 2
//! 18  TLV 0, length 0: terminator, and 90 reserved
//! ```

use network::Mac;

use crate::slow::PDU_LEN;

/// The subtype byte.
const SUBTYPE: u8 = 2;
/// Where the TLV's type is.
const KIND: usize = 2;

/// What a marker PDU is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 1: a question.
    Information,
    /// 2: the answer.
    Response,
}

/// A marker PDU, whole: an answer repeats the question, reserved bytes included (`ad_marker_info_received`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marker {
    bytes: [u8; PDU_LEN],
    kind: Kind,
}

/// Why bytes are no marker PDU. Offsets count from the byte after the Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkerError {
    /// It ends too soon.
    #[error("a marker PDU has {PDU_LEN} bytes, this has {length}")]
    Truncated {
        /// How many bytes there are.
        length: usize,
    },
    /// It is of another slow protocol.
    #[error("byte 0: subtype {found} is not the marker protocol's")]
    Subtype {
        /// The subtype.
        found: u8,
    },
    /// It is neither a question nor an answer.
    #[error("byte 2: there is no marker TLV of type {found}")]
    Kind {
        /// The type.
        found: u8,
    },
}

impl Marker {
    /// A question.
    #[must_use]
    pub fn information(port: u16, system: Mac, transaction: u32) -> Self {
        let mut bytes = [0; PDU_LEN];
        bytes[..4].copy_from_slice(&[SUBTYPE, 1, 1, 16]);
        bytes[4..6].copy_from_slice(&port.to_be_bytes());
        bytes[6..12].copy_from_slice(&system.0);
        bytes[12..16].copy_from_slice(&transaction.to_be_bytes());
        Self { bytes, kind: Kind::Information }
    }

    /// Reads what follows the Ethernet header. What comes after the PDU is padding.
    ///
    /// # Errors
    /// When it is no marker PDU.
    pub fn parse(payload: &[u8]) -> Result<Self, MarkerError> {
        let Some((bytes, _)) = payload.split_first_chunk::<PDU_LEN>() else {
            return Err(MarkerError::Truncated { length: payload.len() });
        };
        if bytes[0] != SUBTYPE {
            return Err(MarkerError::Subtype { found: bytes[0] });
        }
        let kind = match bytes[KIND] {
            1 => Kind::Information,
            2 => Kind::Response,
            found => return Err(MarkerError::Kind { found }),
        };
        Ok(Self { bytes: *bytes, kind })
    }

    /// What it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The number by which the asker knows its question again.
    #[must_use]
    pub fn transaction(&self) -> u32 {
        let [a, b, c, d] = [self.bytes[12], self.bytes[13], self.bytes[14], self.bytes[15]];
        u32::from_be_bytes([a, b, c, d])
    }

    /// The answer to it: the same but for its type.
    #[must_use]
    pub fn response(mut self) -> Self {
        self.bytes[KIND] = 2;
        Self { kind: Kind::Response, ..self }
    }

    /// What follows the Ethernet header; [`crate::slow::frame`] puts one before it.
    #[must_use]
    pub fn emit(&self) -> [u8; PDU_LEN] {
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_answer_is_the_question_with_another_type() {
        let question = Marker::information(7, Mac([2, 0, 0, 0, 0, 9]), 0x0102_0304);
        assert_eq!(question.emit()[..16], [2, 1, 1, 16, 0, 7, 2, 0, 0, 0, 0, 9, 1, 2, 3, 4]);
        let answer = Marker::parse(&question.response().emit()).unwrap();
        assert_eq!((answer.kind(), answer.transaction()), (Kind::Response, 0x0102_0304));
        let mut expected = question.emit();
        expected[2] = 2;
        assert_eq!(answer.emit(), expected);
    }

    #[test]
    fn what_is_no_marker_says_why() {
        let mut bytes = Marker::information(1, Mac::ZERO, 1).emit();
        assert_eq!(Marker::parse(&bytes[..40]), Err(MarkerError::Truncated { length: 40 }));
        bytes[2] = 3;
        assert_eq!(Marker::parse(&bytes), Err(MarkerError::Kind { found: 3 }));
        bytes[0] = 1;
        assert_eq!(Marker::parse(&bytes), Err(MarkerError::Subtype { found: 1 }));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(payload in prop::collection::vec(any::<u8>(), 0..130)) {
            if let Ok(marker) = Marker::parse(&payload) {
                prop_assert_eq!(&marker.emit()[..], &payload[..PDU_LEN]);
            }
        }
    }
}
