//! LLDPDUs (IEEE 802.1AB, clause 8): who is at the other end of a cable, and by which port. Switches send one each 30 s.
//!
//! ```text
//!  7 bits type · 9 bits length · value       a TLV, until type 0 ends them:
//!  1 chassis · 2 port · 3 TTL                these three first, in this order
//!  4 port description · 5 system name
//!  127 organisation (3 bytes) · subtype      802.1: 00-80-C2, 802.3: 00-12-0F
//! ```

use std::fmt;

use network::{Mac, Vid};

/// The ethertype.
pub const ETHERTYPE: u16 = 0x88cc;
/// Where they are sent: no bridge forwards it ("nearest bridge", IEEE 802.1AB, 7.1).
pub const GROUP: Mac = Mac([0x01, 0x80, 0xc2, 0x00, 0x00, 0x0e]);
/// How many TLVs are read at most: a frame of 1500 bytes holds no more that say anything.
const MAX_TLVS: usize = 256;
/// The longest text or id (IEEE 802.1AB, 8.5).
const MAX_TEXT: usize = 255;

const IEEE_802_1: [u8; 3] = [0x00, 0x80, 0xc2];
const IEEE_802_3: [u8; 3] = [0x00, 0x12, 0x0f];

/// A chassis's or a port's name, of whatever kind (IEEE 802.1AB, 8.5.2 and 8.5.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Id {
    /// An address.
    Mac(Mac),
    /// A name that people gave or read: of an interface, a component, or by agreement.
    Text(String),
    /// Anything else, as it came, with its kind.
    Other(u8, Vec<u8>),
}

/// What a neighbour says of itself. TLVs that it does not know are passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lldpdu {
    /// The box.
    pub chassis: Id,
    /// The port.
    pub port: Id,
    /// For how many seconds that holds; 0: no longer.
    pub ttl: u16,
    /// What somebody wrote about the port.
    pub port_description: Option<String>,
    /// The box's name.
    pub system_name: Option<String>,
    /// The VLAN of the port's untagged frames (802.1, subtype 1); `None`: not said, or none.
    pub pvid: Option<Vid>,
    /// The port's aggregation, from 802.1 (subtype 7) or 802.3 (subtype 3).
    pub aggregation: Option<Aggregation>,
    /// The longest frame, in bytes (802.3, subtype 4).
    pub max_frame: Option<u16>,
}

/// Whether a port is in a LAG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Aggregation {
    /// It may be.
    pub capable: bool,
    /// It is.
    pub enabled: bool,
    /// The LAG's number at the neighbour; 0: none.
    pub port: u32,
}

/// Why bytes are no LLDPDU. Offsets count from the byte after the Ethernet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LldpError {
    /// A TLV ends after the frame.
    #[error("byte {at}: a TLV of {length} bytes, and {left} are left")]
    Truncated {
        /// Where it begins.
        at: usize,
        /// How long it says it is.
        length: usize,
        /// How many bytes follow.
        left: usize,
    },
    /// The first three are not chassis, port and TTL.
    #[error("byte {at}: a TLV of type {found} where type {wanted} belongs")]
    Order {
        /// Where it begins.
        at: usize,
        /// Its type.
        found: u8,
        /// What belongs there.
        wanted: u8,
    },
    /// A TLV is too short or too long for what it is.
    #[error("byte {at}: a TLV of type {kind} has no {length} bytes")]
    Length {
        /// Where it begins.
        at: usize,
        /// Its type.
        kind: u8,
        /// Its length.
        length: usize,
    },
    /// There are too many.
    #[error("more than {MAX_TLVS} TLVs")]
    Many,
}

impl Lldpdu {
    /// Reads what follows the Ethernet header, up to the end TLV or, where there is none, to the end.
    ///
    /// # Errors
    /// When it is no LLDPDU.
    pub fn parse(payload: &[u8]) -> Result<Self, LldpError> {
        let mut tlvs = Tlvs { bytes: payload, at: 0 };
        let chassis = id(tlvs.must(1)?, 4)?;
        let port = id(tlvs.must(2)?, 3)?;
        let ttl = tlvs.must(3)?;
        let Some(&[high, low]) = ttl.value.first_chunk() else { return Err(ttl.length()) };
        let mut out = Self { ttl: u16::from_be_bytes([high, low]), ..Self::new(chassis, port) };
        for _ in 0..MAX_TLVS {
            match tlvs.next()? {
                None => return Ok(out),
                Some(tlv) => out.take(&tlv),
            }
        }
        Err(LldpError::Many)
    }

    /// One that says who it is, for two minutes, and no more.
    #[must_use]
    pub fn new(chassis: Id, port: Id) -> Self {
        let (port_description, system_name, pvid, aggregation, max_frame) = (None, None, None, None, None);
        Self { chassis, port, ttl: 120, port_description, system_name, pvid, aggregation, max_frame }
    }

    /// What is optional: what is malformed there says nothing.
    fn take(&mut self, tlv: &Tlv<'_>) {
        match (tlv.kind, tlv.value) {
            (4, value) => self.port_description = text(value),
            (5, value) => self.system_name = text(value),
            (127, [a, b, c, 1, high, low]) if [*a, *b, *c] == IEEE_802_1 => {
                self.pvid = Vid::new(u16::from_be_bytes([*high, *low])).ok();
            }
            (127, [a, b, c, kind, status, port @ ..])
                if matches!(([*a, *b, *c], kind), (IEEE_802_1, 7) | (IEEE_802_3, 3)) =>
            {
                if let Ok(port) = <[u8; 4]>::try_from(port) {
                    let (capable, enabled) = (status & 1 != 0, status & 2 != 0);
                    self.aggregation = Some(Aggregation { capable, enabled, port: u32::from_be_bytes(port) });
                }
            }
            (127, [a, b, c, 4, high, low]) if [*a, *b, *c] == IEEE_802_3 => {
                self.max_frame = Some(u16::from_be_bytes([*high, *low]));
            }
            _ => {}
        }
    }

    /// The bytes that follow the Ethernet header. Texts and ids are cut to 255 bytes.
    #[must_use]
    pub fn emit(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, 1, &self.chassis.emit(4, 7));
        put(&mut out, 2, &self.port.emit(3, 5));
        put(&mut out, 3, &self.ttl.to_be_bytes());
        for (kind, text) in [(4, &self.port_description), (5, &self.system_name)] {
            if let Some(text) = text {
                put(&mut out, kind, cut(text));
            }
        }
        if let Some(pvid) = self.pvid {
            put(&mut out, 127, &[&IEEE_802_1[..], &[1], &pvid.get().to_be_bytes()].concat());
        }
        if let Some(Aggregation { capable, enabled, port }) = self.aggregation {
            let status = u8::from(capable) | u8::from(enabled) << 1;
            put(&mut out, 127, &[&IEEE_802_1[..], &[7, status], &port.to_be_bytes()].concat());
        }
        if let Some(max_frame) = self.max_frame {
            put(&mut out, 127, &[&IEEE_802_3[..], &[4], &max_frame.to_be_bytes()].concat());
        }
        put(&mut out, 0, &[]);
        out
    }
}

impl Id {
    /// The kind's number, and the value.
    fn emit(&self, mac: u8, name: u8) -> Vec<u8> {
        match self {
            Self::Mac(address) => [&[mac], &address.0[..]].concat(),
            Self::Text(text) => [&[name], cut(text)].concat(),
            Self::Other(kind, bytes) => [&[*kind], &bytes[..bytes.len().min(MAX_TEXT)]].concat(),
        }
    }
}

/// As people write it; bytes that are no text in hexadecimal.
impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mac(mac) => mac.fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Other(_, bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

/// A TLV and where it begins.
struct Tlv<'a> {
    at: usize,
    kind: u8,
    value: &'a [u8],
}

impl Tlv<'_> {
    fn length(&self) -> LldpError {
        LldpError::Length { at: self.at, kind: self.kind, length: self.value.len() }
    }
}

struct Tlvs<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tlvs<'a> {
    /// The next; `None`: that was all.
    fn next(&mut self) -> Result<Option<Tlv<'a>>, LldpError> {
        let Some((&[high, low], rest)) = self.bytes[self.at..].split_first_chunk() else { return Ok(None) };
        let head = u16::from_be_bytes([high, low]);
        let (kind, length) = ((high >> 1), usize::from(head & 0x1ff));
        let at = self.at;
        if kind == 0 {
            return Ok(None);
        }
        let value = rest.get(..length).ok_or(LldpError::Truncated { at, length, left: rest.len() })?;
        self.at += 2 + length;
        Ok(Some(Tlv { at, kind, value }))
    }

    /// The next, which must be of that kind.
    fn must(&mut self, wanted: u8) -> Result<Tlv<'a>, LldpError> {
        let at = self.at;
        match self.next()? {
            Some(tlv) if tlv.kind == wanted => Ok(tlv),
            other => Err(LldpError::Order { at, found: other.map_or(0, |tlv| tlv.kind), wanted }),
        }
    }
}

/// A chassis's id (`mac` is 4) or a port's (3); names are the kinds of text of either.
fn id(tlv: Tlv<'_>, mac: u8) -> Result<Id, LldpError> {
    let Some((kind, value)) = tlv.value.split_first().filter(|(_, value)| (1..=MAX_TEXT).contains(&value.len())) else {
        return Err(tlv.length());
    };
    // Chassis: 1 component, 2 alias, 3 port component, 6 interface name, 7 by agreement. Port: 1, 2, 5, 7.
    let is_text = if mac == 4 { matches!(kind, 1..=3 | 6 | 7) } else { matches!(kind, 1 | 2 | 5 | 7) };
    Ok(match (<[u8; 6]>::try_from(value), text(value)) {
        (Ok(address), _) if *kind == mac => Id::Mac(Mac(address)),
        (_, Some(text)) if is_text => Id::Text(text),
        _ => Id::Other(*kind, value.to_vec()),
    })
}

/// A text that may be shown: valid, and without control characters.
fn text(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?.trim_end_matches('\0');
    let is_plain = !text.is_empty() && text.len() <= MAX_TEXT && !text.contains(char::is_control);
    is_plain.then(|| text.to_owned())
}

/// As much of a text as a TLV holds, at a character's end.
fn cut(text: &str) -> &[u8] {
    &text.as_bytes()[..text.floor_char_boundary(MAX_TEXT)]
}

fn put(out: &mut Vec<u8>, kind: u8, value: &[u8]) {
    // Nothing here is longer than 9 bits can say: 256 bytes.
    let length = u16::try_from(value.len()).unwrap_or(0x1ff).min(0x1ff);
    out.extend((u16::from(kind) << 9 | length).to_be_bytes());
    out.extend(&value[..usize::from(length)]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text_id() -> impl Strategy<Value = Id> {
        prop_oneof![
            any::<[u8; 6]>().prop_map(|mac| Id::Mac(Mac(mac))),
            "[A-Za-z0-9/. -]{1,40}".prop_map(Id::Text),
            prop::collection::vec(any::<u8>(), 1..40).prop_map(|bytes| Id::Other(200, bytes)),
        ]
    }

    fn lldpdu() -> impl Strategy<Value = Lldpdu> {
        let text = || prop::option::of("[A-Za-z0-9 .]{1,60}");
        let aggregation = prop::option::of((any::<bool>(), any::<bool>(), any::<u32>()));
        let vid = prop::option::of((1..=4094_u16).prop_filter_map("a VID", |vid| Vid::new(vid).ok()));
        (text_id(), text_id(), any::<u16>(), text(), text(), vid, aggregation, any::<Option<u16>>()).prop_map(
            |(chassis, port, ttl, port_description, system_name, pvid, aggregation, max_frame)| Lldpdu {
                chassis,
                port,
                ttl,
                port_description,
                system_name,
                pvid,
                aggregation: aggregation.map(|(capable, enabled, port)| Aggregation { capable, enabled, port }),
                max_frame,
            },
        )
    }

    #[test]
    fn what_a_switch_says() {
        // Chassis 00:1b:21:00:01:00, port "Ethernet1/1", 120 s, name "sw1", PVID 10, in LAG 3; an unknown TLV between.
        let mut bytes = vec![0x02, 7, 4, 0x00, 0x1b, 0x21, 0x00, 0x01, 0x00, 0x04, 12, 5];
        bytes.extend(b"Ethernet1/1");
        bytes.extend([0x06, 2, 0, 120, 0x0a, 3]);
        bytes.extend(b"sw1");
        bytes.extend([0x0c, 1, 0xff, 0xfe, 6, 0x00, 0x80, 0xc2, 1, 0, 10]);
        bytes.extend([0xfe, 9, 0x00, 0x12, 0x0f, 3, 3, 0, 0, 0, 3, 0, 0]);
        let found = Lldpdu::parse(&bytes);
        let chassis = Id::Mac(Mac([0x00, 0x1b, 0x21, 0x00, 0x01, 0x00]));
        let expected = Lldpdu {
            system_name: Some("sw1".to_owned()),
            pvid: Vid::new(10).ok(),
            aggregation: Some(Aggregation { capable: true, enabled: true, port: 3 }),
            ..Lldpdu::new(chassis, Id::Text("Ethernet1/1".to_owned()))
        };
        assert_eq!(found, Ok(expected));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        assert_eq!(Lldpdu::parse(&[]), Err(LldpError::Order { at: 0, found: 0, wanted: 1 }));
        assert_eq!(Lldpdu::parse(&[0x04, 1, 5]), Err(LldpError::Order { at: 0, found: 2, wanted: 1 }));
        assert_eq!(Lldpdu::parse(&[0x02, 7, 4]), Err(LldpError::Truncated { at: 0, length: 7, left: 1 }));
        assert_eq!(Lldpdu::parse(&[0x02, 1, 4]), Err(LldpError::Length { at: 0, kind: 1, length: 1 }));
        let three = [0x02, 2, 7, b'a', 0x04, 2, 7, b'b', 0x06, 1, 9];
        assert_eq!(Lldpdu::parse(&three), Err(LldpError::Length { at: 8, kind: 3, length: 1 }));
        let mut many = vec![0x02, 2, 7, b'a', 0x04, 2, 7, b'b', 0x06, 2, 0, 9];
        many.extend([0x0c, 0].repeat(MAX_TLVS + 1));
        assert_eq!(Lldpdu::parse(&many), Err(LldpError::Many));
    }

    #[test]
    fn what_can_not_be_shown_is_no_text() {
        assert_eq!(text(b"sw1\0\0").as_deref(), Some("sw1"));
        assert_eq!((text(b"\x1b[2J"), text(b"\xff"), text(b"")), (None, None, None));
        assert_eq!(Id::Other(5, vec![10, 0, 255]).to_string(), "0a00ff");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(pdu in lldpdu()) {
            prop_assert_eq!(Lldpdu::parse(&pdu.emit()), Ok(pdu));
        }

        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            if let Ok(pdu) = Lldpdu::parse(&bytes) {
                prop_assert_eq!(Lldpdu::parse(&pdu.emit()), Ok(pdu));
            }
        }
    }
}
