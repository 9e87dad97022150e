//! A bridge and its ports (`br_fill_info`, `br_port_fill_attrs`).

use netlink_packet_core::DecodeError;
use network::bridge::StpState;
use network::{Bridge, BridgePort};

use super::link::Reader;
use crate::ReadError;
use crate::attribute::Attribute;

const IFLA_BRPORT_STATE: u16 = 1;

/// A bridge; its ports are found by their masters, its VLANs by a dump of their own.
pub(super) fn bridge(reader: &Reader, data: Attribute<'_>) -> Result<Bridge, ReadError> {
    let mut options = reader.bridge.start();
    for attribute in data.nested() {
        reader.bridge.read(attribute?, &reader.names, &mut options)?;
    }
    Ok(Bridge { options, ports: Vec::new(), vlans: None })
}

/// A port of a bridge.
pub(super) fn port(reader: &Reader, data: Attribute<'_>) -> Result<BridgePort, ReadError> {
    let (mut options, mut state) = (reader.bridge_port.start(), None);
    for attribute in data.nested() {
        let attribute = attribute?;
        if attribute.kind == IFLA_BRPORT_STATE {
            state = Some(stp(attribute.u8()?)?);
        }
        reader.bridge_port.read(attribute, &reader.names, &mut options)?;
    }
    Ok(BridgePort { options, vlans: None, state })
}

/// `BR_STATE_DISABLED` to `BR_STATE_BLOCKING`.
fn stp(number: u8) -> Result<StpState, DecodeError> {
    Ok(match number {
        0 => StpState::Disabled,
        1 => StpState::Listening,
        2 => StpState::Learning,
        3 => StpState::Forwarding,
        4 => StpState::Blocking,
        _ => return Err(format!("IFLA_BRPORT_STATE is {number}").into()),
    })
}
