//! The extended ACK: the kernel's own words for a refusal, and where in the request the fault lies.
//!
//! An error answers `struct nlmsgerr` (include/uapi/linux/netlink.h): the error number, the header of the request, the
//! rest of the request unless the answer is capped, and then attributes. A dump that fails midway says the number and
//! the attributes in its `NLMSG_DONE`.

use netlink_packet_core::{DecodeError, NLM_F_ACK_TLVS, NLM_F_CAPPED, parse_i32, parse_u32};

use crate::KernelError;
use crate::attribute::attributes;

/// The length of `struct nlmsghdr`.
const HEADER: usize = 16;

const NLMSGERR_ATTR_MSG: u16 = 1;
const NLMSGERR_ATTR_OFFS: u16 = 2;
const NLMSGERR_ATTR_MISS_TYPE: u16 = 5;
const NLMSGERR_ATTR_MISS_NEST: u16 = 6;

/// Reads the payload of an `NLMSG_ERROR`, whose header has `flags`: an acknowledgement, or a refusal of the request
/// `sent`.
///
/// # Errors
/// When there is not even an error number.
pub fn error(flags: u16, payload: &[u8], sent: &[u8]) -> Result<Result<(), KernelError>, DecodeError> {
    let number = number(payload)?;
    let echoed = payload.get(4..).unwrap_or_default();
    let request = if flags & NLM_F_CAPPED != 0 { HEADER } else { echoed_length(echoed) };
    let tlvs = if flags & NLM_F_ACK_TLVS != 0 { echoed.get(request..).unwrap_or_default() } else { &[] };
    Ok(verdict(number, tlvs, sent))
}

/// Reads the payload of an `NLMSG_DONE`, whose header has `flags`: the end of a dump, or its failure.
///
/// # Errors
/// When there is neither an error number nor nothing at all, which counts as success.
pub fn done(flags: u16, payload: &[u8], sent: &[u8]) -> Result<Result<(), KernelError>, DecodeError> {
    if payload.is_empty() {
        return Ok(Ok(()));
    }
    let tlvs = if flags & NLM_F_ACK_TLVS != 0 { payload.get(4..).unwrap_or_default() } else { &[] };
    Ok(verdict(number(payload)?, tlvs, sent))
}

fn number(payload: &[u8]) -> Result<i32, DecodeError> {
    parse_i32(payload.get(..4).unwrap_or(payload))
}

/// How much of an uncapped answer is the request: what its header says, aligned.
fn echoed_length(echoed: &[u8]) -> usize {
    let length = echoed.get(..4).and_then(|bytes| parse_u32(bytes).ok()).unwrap_or(0);
    usize::try_from(length).map_or(usize::MAX, |length| length.max(HEADER).saturating_add(3) & !3)
}

/// A warning without an error (the kernel sends some with its acknowledgement) is no refusal.
fn verdict(number: i32, tlvs: &[u8], sent: &[u8]) -> Result<(), KernelError> {
    if number == 0 {
        return Ok(());
    }
    let mut out = KernelError::from_errno(number.unsigned_abs().try_into().unwrap_or(libc::EIO));
    let (mut missing, mut nest) = (None, None);
    // An explanation that is cut off is still better than none: the error number stands either way.
    for attribute in attributes(tlvs).map_while(Result::ok) {
        match attribute.kind {
            NLMSGERR_ATTR_MSG => out.message = Some(String::from_utf8_lossy(trimmed(attribute.value)).into_owned()),
            NLMSGERR_ATTR_OFFS => out.offset = attribute.u32().ok(),
            NLMSGERR_ATTR_MISS_TYPE => missing = attribute.u32().ok(),
            NLMSGERR_ATTR_MISS_NEST => nest = attribute.u32().ok(),
            _ => {}
        }
    }
    if let Some(offset) = out.offset.or(nest) {
        out.path = path(sent, offset);
    }
    if let (Some(kind), None) = (missing, &out.message) {
        out.message = Some(format!("attribute {kind} is missing"));
    }
    Err(out)
}

fn trimmed(text: &[u8]) -> &[u8] {
    text.strip_suffix(&[0]).unwrap_or(text)
}

/// Which attribute of the request `sent` starts at `offset` (from the start of its header): the types of the attributes
/// around it, outermost first, and its own. Empty when `offset` is in no attribute.
#[must_use]
pub fn path(sent: &[u8], offset: u32) -> Vec<u16> {
    let mut path = Vec::new();
    let Ok(mut offset) = usize::try_from(offset) else { return path };
    let mut inside = sent.get(first_attribute(sent)..).unwrap_or_default();
    let Some(rest) = offset.checked_sub(sent.len() - inside.len()) else { return path };
    offset = rest;
    // Each round goes one level deeper, and a level is at least four bytes shorter: so it ends.
    loop {
        let mut start = 0;
        let around = attributes(inside).map_while(Result::ok).find(|attribute| {
            let end = start + 4 + attribute.value.len().next_multiple_of(4);
            let found = offset < end;
            if !found {
                start = end;
            }
            found
        });
        let Some(around) = around else { return path };
        path.push(around.kind);
        let Some(deeper) = offset.checked_sub(start + 4) else { return path };
        (offset, inside) = (deeper, around.value);
    }
}

/// Where the attributes of a request start: behind the fixed part, which the message type decides.
fn first_attribute(sent: &[u8]) -> usize {
    let kind = sent.get(4..6).map_or(0, |bytes| u16::from_ne_bytes([bytes[0], bytes[1]]));
    HEADER
        + match kind {
            libc::RTM_NEWADDR..=libc::RTM_GETADDR => size_of::<libc::ifaddrmsg>(),
            // struct rtmsg: eight bytes and the flags.
            libc::RTM_NEWROUTE..=libc::RTM_GETROUTE => 12,
            _ => size_of::<libc::ifinfomsg>(),
        }
}

#[cfg(test)]
mod tests {
    use super::*;
    use netlink_packet_core::{DefaultNla, Emitable};
    use proptest::prelude::*;

    use crate::attribute::nest;

    /// `RTM_NEWLINK` that asks for an MTU and, of a bond, for a mode and a miimon.
    fn request() -> Vec<u8> {
        let data = nest(2, &[DefaultNla::new(1, vec![9]), DefaultNla::new(3, 100u32.to_ne_bytes().to_vec())]);
        let attributes = [
            DefaultNla::new(libc::IFLA_MTU, 1500u32.to_ne_bytes().to_vec()),
            nest(libc::IFLA_LINKINFO, &[DefaultNla::new(1, b"bond\0".to_vec()), data]),
        ];
        let mut bytes = vec![0; 32 + attributes.as_slice().buffer_len()];
        attributes.as_slice().emit(&mut bytes[32..]);
        bytes[4..6].copy_from_slice(&libc::RTM_NEWLINK.to_ne_bytes());
        bytes
    }

    #[test]
    fn an_offset_is_a_path_of_attributes() {
        let sent = request();
        // Header 16, ifinfomsg 16, MTU 8, LINKINFO 4, KIND 12, DATA 4, MODE 8.
        for (offset, expected) in [
            (0, vec![]),
            (31, vec![]),
            (32, vec![libc::IFLA_MTU]),
            (40, vec![libc::IFLA_LINKINFO]),
            (44, vec![libc::IFLA_LINKINFO, 1]),
            (56, vec![libc::IFLA_LINKINFO, 2]),
            (60, vec![libc::IFLA_LINKINFO, 2, 1]),
            (68, vec![libc::IFLA_LINKINFO, 2, 3]),
            (76, vec![]),
            (u32::MAX, vec![]),
        ] {
            assert_eq!(path(&sent, offset), expected, "offset {offset}");
        }
    }

    #[test]
    fn a_capped_refusal_has_its_words_behind_the_header() {
        let tlvs = [
            DefaultNla::new(NLMSGERR_ATTR_MSG, b"invalid mode\0".to_vec()),
            DefaultNla::new(NLMSGERR_ATTR_OFFS, 60u32.to_ne_bytes().to_vec()),
        ];
        let sent = request();
        let mut capped = (-libc::EINVAL).to_ne_bytes().to_vec();
        capped.extend_from_slice(&sent[..HEADER]);
        let mut whole = (-libc::EINVAL).to_ne_bytes().to_vec();
        whole.extend_from_slice(&sent);
        let length = u32::try_from(sent.len()).unwrap().to_ne_bytes();
        whole[4..8].copy_from_slice(&length);
        for (mut payload, flags) in [(capped, NLM_F_CAPPED | NLM_F_ACK_TLVS), (whole, NLM_F_ACK_TLVS)] {
            let start = payload.len();
            payload.resize(start + tlvs.as_slice().buffer_len(), 0);
            tlvs.as_slice().emit(&mut payload[start..]);
            let refusal = error(flags, &payload, &sent).unwrap().unwrap_err();
            assert_eq!(refusal.errno, libc::EINVAL);
            assert_eq!(refusal.message.as_deref(), Some("invalid mode"));
            assert_eq!(refusal.path, [libc::IFLA_LINKINFO, 2, 1]);
        }
    }

    #[test]
    fn an_acknowledgement_is_no_refusal() {
        assert_eq!(error(NLM_F_CAPPED, &[0; 20], &[]).unwrap(), Ok(()));
        assert_eq!(done(0, &[], &[]).unwrap(), Ok(()));
        assert!(error(0, &[1, 2], &[]).is_err());
    }

    proptest! {
        #[test]
        fn arbitrary_answers_never_panic(
            flags in any::<u16>(),
            payload in prop::collection::vec(any::<u8>(), 0..128),
            sent in prop::collection::vec(any::<u8>(), 0..128),
            offset in any::<u32>(),
        ) {
            let _ = error(flags, &payload, &sent);
            let _ = done(flags, &payload, &sent);
            let found = path(&sent, offset % 256);
            prop_assert!(found.len() <= sent.len() / 4);
        }
    }
}
