//! LACPDUs (IEEE 802.1AX, 6.4.2.3), version 1.
//!
//! ```text
//!  0  subtype 1 · version 1
//!  2  TLV 1, length 20: actor    system priority 2, system 6, key 2, port priority 2, port 2, state 1, reserved 3
//! 22  TLV 2, length 20: partner  the same
//! 42  TLV 3, length 16: collector  maximum delay 2, reserved 12
//! 58  TLV 0, length 0: terminator
//! 60  reserved 50
//! ```

use network::Mac;
use network::lacp::{LacpEnd, PortState};

use crate::slow::PDU_LEN;

/// The subtype byte.
const SUBTYPE: u8 = 1;
/// The version that is sent.
const VERSION: u8 = 1;
/// Offset, type and length of each TLV.
const TLVS: [(usize, u8, u8); 4] = [(2, 1, 20), (22, 2, 20), (42, 3, 16), (58, 0, 0)];

/// One end of a link as an LACPDU tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Who.
    pub end: LacpEnd,
    /// In which state.
    pub state: PortState,
}

impl Info {
    /// What stands for a partner that was not heard (`ad_initialize_port`; IEEE 802.1AX calls it the administrative partner).
    pub const NO_PARTNER: Self = Self {
        end: LacpEnd { system_priority: 0xffff, system: Mac::ZERO, key: 1, port_priority: 0xff, port: 1 },
        state: PortState(0),
    };

    /// `bytes` holds the 16 bytes from the system priority to the state.
    fn parse(bytes: &[u8; 16]) -> Self {
        let [p0, p1, a, b, c, d, e, f, k0, k1, q0, q1, n0, n1, state, _] = *bytes;
        let end = LacpEnd {
            system_priority: u16::from_be_bytes([p0, p1]),
            system: Mac([a, b, c, d, e, f]),
            key: u16::from_be_bytes([k0, k1]),
            port_priority: u16::from_be_bytes([q0, q1]),
            port: u16::from_be_bytes([n0, n1]),
        };
        Self { end, state: PortState(state) }
    }

    fn emit(&self, out: &mut [u8; 16]) {
        out[..2].copy_from_slice(&self.end.system_priority.to_be_bytes());
        out[2..8].copy_from_slice(&self.end.system.0);
        out[8..10].copy_from_slice(&self.end.key.to_be_bytes());
        out[10..12].copy_from_slice(&self.end.port_priority.to_be_bytes());
        out[12..14].copy_from_slice(&self.end.port.to_be_bytes());
        out[14] = self.state.0;
    }
}

/// An LACPDU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacpdu {
    /// The end that sends it.
    pub actor: Info,
    /// The other end, as the sender heard it last.
    pub partner: Info,
    /// The most that the sender's collector may hold a frame back, in tens of microseconds.
    pub collector_max_delay: u16,
}

/// How closely a receiver looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checks {
    /// As Linux's driver: the length and the subtype (`bond_3ad_lacpdu_recv`). Version and TLVs are taken for granted.
    Linux,
    /// As the standard asks a receiver to: version at least 1, and each TLV in its place with its length.
    Strict,
}

/// Why bytes are no LACPDU. Offsets count from the byte after the Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LacpError {
    /// It ends too soon.
    #[error("an LACPDU has {PDU_LEN} bytes, this has {length}")]
    Truncated {
        /// How many bytes there are.
        length: usize,
    },
    /// It is of another slow protocol.
    #[error("byte 0: subtype {found} is not LACP's")]
    Subtype {
        /// The subtype.
        found: u8,
    },
    /// No standard has such a version.
    #[error("byte 1: there is no version {found} of LACP")]
    Version {
        /// The version.
        found: u8,
    },
    /// A TLV has another type or length than the one that belongs there.
    #[error("byte {offset}: a TLV of type {kind} and length {length} should not be there")]
    Tlv {
        /// Where it starts.
        offset: usize,
        /// Its type.
        kind: u8,
        /// Its length.
        length: u8,
    },
}

impl Lacpdu {
    /// Reads what follows the Ethernet header. What comes after the PDU is padding.
    ///
    /// # Errors
    /// When it is no LACPDU by these checks.
    pub fn parse(payload: &[u8], checks: Checks) -> Result<Self, LacpError> {
        let Some((pdu, _)) = payload.split_first_chunk::<PDU_LEN>() else {
            return Err(LacpError::Truncated { length: payload.len() });
        };
        if pdu[0] != SUBTYPE {
            return Err(LacpError::Subtype { found: pdu[0] });
        }
        if checks == Checks::Strict {
            if pdu[1] == 0 {
                return Err(LacpError::Version { found: 0 });
            }
            for (offset, kind, length) in TLVS {
                if (pdu[offset], pdu[offset + 1]) != (kind, length) {
                    return Err(LacpError::Tlv { offset, kind: pdu[offset], length: pdu[offset + 1] });
                }
            }
        }
        let info = |at: usize| {
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&pdu[at..at + 16]);
            Info::parse(&bytes)
        };
        let collector_max_delay = u16::from_be_bytes([pdu[44], pdu[45]]);
        Ok(Self { actor: info(4), partner: info(24), collector_max_delay })
    }

    /// What follows the Ethernet header; [`crate::slow::frame`] puts one before it.
    #[must_use]
    pub fn emit(&self) -> [u8; PDU_LEN] {
        let mut out = [0; PDU_LEN];
        (out[0], out[1]) = (SUBTYPE, VERSION);
        for (offset, kind, length) in TLVS {
            (out[offset], out[offset + 1]) = (kind, length);
        }
        for (at, info) in [(4, &self.actor), (24, &self.partner)] {
            let mut bytes = [0; 16];
            info.emit(&mut bytes);
            out[at..at + 16].copy_from_slice(&bytes);
        }
        out[44..46].copy_from_slice(&self.collector_max_delay.to_be_bytes());
        out
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An LACPDU that a 6.1 bond sent to a switch, byte by byte.
    fn sample() -> ([u8; PDU_LEN], Lacpdu) {
        let mut bytes = [0; PDU_LEN];
        bytes[..20].copy_from_slice(&[1, 1, 1, 20, 0xff, 0xff, 2, 0, 0, 0, 0, 0x10, 0, 15, 0, 255, 0, 1, 61, 0]);
        bytes[22..40].copy_from_slice(&[2, 20, 0x10, 0, 2, 0, 0, 0, 0, 0x20, 0, 33, 0, 128, 0, 7, 63, 0]);
        bytes[42..44].copy_from_slice(&[3, 16]);
        let end = |system_priority, last, key, port_priority, port| LacpEnd {
            system_priority,
            system: Mac([2, 0, 0, 0, 0, last]),
            key,
            port_priority,
            port,
        };
        let actor = Info { end: end(65535, 0x10, 15, 255, 1), state: PortState(61) };
        let partner = Info { end: end(4096, 0x20, 33, 128, 7), state: PortState(63) };
        (bytes, Lacpdu { actor, partner, collector_max_delay: 0 })
    }

    #[test]
    fn every_field_has_its_place() {
        let (bytes, pdu) = sample();
        assert_eq!(pdu.emit(), bytes);
        for checks in [Checks::Linux, Checks::Strict] {
            assert_eq!(Lacpdu::parse(&bytes, checks), Ok(pdu));
        }
    }

    #[test]
    fn only_a_strict_receiver_minds_version_and_tlvs() {
        let (bytes, pdu) = sample();
        for (offset, error) in [
            (1, LacpError::Version { found: 0 }),
            (2, LacpError::Tlv { offset: 2, kind: 0, length: 20 }),
            (43, LacpError::Tlv { offset: 42, kind: 3, length: 0 }),
        ] {
            let mut broken = bytes;
            broken[offset] = 0;
            assert_eq!(Lacpdu::parse(&broken, Checks::Linux), Ok(pdu));
            assert_eq!(Lacpdu::parse(&broken, Checks::Strict), Err(error));
        }
        let mut newer = bytes;
        newer[1] = 2;
        assert_eq!(Lacpdu::parse(&newer, Checks::Strict), Ok(pdu));
    }

    #[test]
    fn what_is_no_lacpdu_says_why() {
        let (mut bytes, _) = sample();
        assert_eq!(Lacpdu::parse(&bytes[..109], Checks::Linux), Err(LacpError::Truncated { length: 109 }));
        bytes[0] = 2;
        let error = Lacpdu::parse(&bytes, Checks::Linux).unwrap_err();
        assert_eq!(error.to_string(), "byte 0: subtype 2 is not LACP's");
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(mut payload in prop::collection::vec(any::<u8>(), 0..130), set in any::<bool>()) {
            if set && let Some(first) = payload.first_mut() {
                *first = SUBTYPE;
            }
            if let Ok(pdu) = Lacpdu::parse(&payload, Checks::Linux) {
                prop_assert_eq!(Lacpdu::parse(&pdu.emit(), Checks::Strict), Ok(pdu));
            }
        }
    }
}
