//! A bond and its slaves (`bond_fill_info`, `bond_fill_slave_info`).

use netlink_packet_core::DecodeError;
use network::bond::{BondPortState, BondState, MiiStatus};
use network::lacp::{Aggregator, PortLacp, PortState};
use network::{Bond, BondPort, Mac, Value, option};

use super::link::Reader;
use crate::ReadError;
use crate::attribute::Attribute;

const IFLA_BOND_AD_INFO: u16 = 23;
const IFLA_BOND_AD_INFO_AGGREGATOR: u16 = 1;
const IFLA_BOND_AD_INFO_NUM_PORTS: u16 = 2;
const IFLA_BOND_AD_INFO_ACTOR_KEY: u16 = 3;
const IFLA_BOND_AD_INFO_PARTNER_KEY: u16 = 4;
const IFLA_BOND_AD_INFO_PARTNER_MAC: u16 = 5;

const IFLA_BOND_SLAVE_STATE: u16 = 1;
const IFLA_BOND_SLAVE_MII_STATUS: u16 = 2;
const IFLA_BOND_SLAVE_LINK_FAILURE_COUNT: u16 = 3;
const IFLA_BOND_SLAVE_PERM_HWADDR: u16 = 4;
const IFLA_BOND_SLAVE_AD_AGGREGATOR_ID: u16 = 6;
const IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE: u16 = 7;
const IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE: u16 = 8;

/// A bond; its slaves are found by their masters.
pub(super) fn bond(reader: &Reader, data: Attribute<'_>) -> Result<Bond, ReadError> {
    let mut options = reader.bond.start();
    let mut state = BondState::default();
    for attribute in data.nested() {
        let attribute = attribute?;
        if attribute.kind == IFLA_BOND_AD_INFO {
            state.aggregator = Some(aggregator(attribute)?);
        }
        options.extend(reader.bond.read(attribute, &reader.names)?);
    }
    if let Some(Value::Link(active)) = options.get(option::bond::ACTIVE_SLAVE) {
        state.active_slave.clone_from(active);
    }
    Ok(Bond { options, slaves: Vec::new(), state: Some(state) })
}

fn aggregator(info: Attribute<'_>) -> Result<Aggregator, DecodeError> {
    let mut out = Aggregator { id: 0, ports: 0, actor_key: 0, partner_key: 0, partner_mac: Mac::ZERO };
    for attribute in info.nested() {
        let attribute = attribute?;
        match attribute.kind {
            IFLA_BOND_AD_INFO_AGGREGATOR => out.id = attribute.u16()?,
            IFLA_BOND_AD_INFO_NUM_PORTS => out.ports = attribute.u16()?,
            IFLA_BOND_AD_INFO_ACTOR_KEY => out.actor_key = attribute.u16()?,
            IFLA_BOND_AD_INFO_PARTNER_KEY => out.partner_key = attribute.u16()?,
            IFLA_BOND_AD_INFO_PARTNER_MAC => out.partner_mac = attribute.mac()?,
            _ => {}
        }
    }
    Ok(out)
}

/// A slave. The numbers of the aggregator and of LACP are there in 802.3ad only.
pub(super) fn port(reader: &Reader, data: Attribute<'_>) -> Result<BondPort, ReadError> {
    let mut options = reader.bond_port.start();
    let mut state = BondPortState { mii: MiiStatus::Down, active: false, failures: 0, original_mac: None, lacp: None };
    let lacp = |state: &mut BondPortState, set: &dyn Fn(&mut PortLacp)| {
        set(state.lacp.get_or_insert_default());
    };
    for attribute in data.nested() {
        let attribute = attribute?;
        match attribute.kind {
            IFLA_BOND_SLAVE_STATE => state.active = attribute.u8()? == 0,
            IFLA_BOND_SLAVE_MII_STATUS => state.mii = mii(attribute.u8()?)?,
            IFLA_BOND_SLAVE_LINK_FAILURE_COUNT => state.failures = attribute.u32()?,
            IFLA_BOND_SLAVE_PERM_HWADDR => state.original_mac = attribute.mac_if_ethernet(),
            IFLA_BOND_SLAVE_AD_AGGREGATOR_ID => {
                let id = attribute.u16()?;
                lacp(&mut state, &|lacp| lacp.aggregator = id);
            }
            IFLA_BOND_SLAVE_AD_ACTOR_OPER_PORT_STATE => {
                let bits = attribute.u8()?;
                lacp(&mut state, &|lacp| lacp.actor_state = PortState(bits));
            }
            // Sixteen bits on the wire, of which LACP has eight.
            IFLA_BOND_SLAVE_AD_PARTNER_OPER_PORT_STATE => {
                let [bits, _] = attribute.u16()?.to_le_bytes();
                lacp(&mut state, &|lacp| lacp.partner_state = PortState(bits));
            }
            _ => options.extend(reader.bond_port.read(attribute, &reader.names)?),
        }
    }
    Ok(BondPort { options, state: Some(Box::new(state)) })
}

/// `BOND_LINK_UP` to `BOND_LINK_BACK`.
fn mii(number: u8) -> Result<MiiStatus, DecodeError> {
    Ok(match number {
        0 => MiiStatus::Up,
        1 => MiiStatus::GoingDown,
        2 => MiiStatus::Down,
        3 => MiiStatus::GoingBack,
        _ => return Err(format!("IFLA_BOND_SLAVE_MII_STATUS is {number}").into()),
    })
}
