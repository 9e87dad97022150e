//! A bridge and its ports (`br_fill_info`, `br_port_fill_attrs`).

use netlink_packet_core::DecodeError;
use network::bridge::StpState;
use network::{Bridge, BridgePort};

use super::link::Reader;
use crate::ReadError;
use crate::attribute::Attribute;

const IFLA_BRPORT_STATE: u16 = 1;

/// A bridge; its ports are found by their masters, its VLANs by a dump of their own.
pub(super) fn bridge(reader: &mut Reader, data: Attribute<'_>) -> Result<Bridge, ReadError> {
    let options = reader.bridge.read_like(&mut reader.last.bridge, data.nested(), &reader.names)?;
    Ok(Bridge { options, ports: Vec::new(), vlans: None })
}

/// A port of a bridge.
pub(super) fn port(reader: &mut Reader, data: Attribute<'_>) -> Result<BridgePort, ReadError> {
    let mut state = None;
    let attributes = data.nested().inspect(|attribute| {
        if let Ok(attribute) = attribute
            && attribute.kind == IFLA_BRPORT_STATE
        {
            state = Some(*attribute);
        }
    });
    let options = reader.bridge_port.read_like(&mut reader.last.bridge_port, attributes, &reader.names)?;
    let state = state.map(|state| stp(state.u8()?)).transpose()?;
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
