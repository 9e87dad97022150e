//! A NIC can filter the VLANs that it is told.

use interfaces::{Diagnostic, Severity};

use super::{Case, codes};
use crate::{IfName, Kind, Link};

/// The drivers whose NICs drop what is beyond, by the name that `ethtool -i` gives, with how many VLANs they have room
/// for and how sure that is: `MLX4_MAX_VLAN_NUM`; `log_max_vlan_list`, which the firmware decides and is mostly 9.
const LIMITS: &[(&str, usize, Severity)] = &[("mlx4_en", 128, Severity::Warning), ("mlx5_core", 512, Severity::Note)];

/// No port of a VLAN-aware bridge carries more VLANs than the NIC beneath it has room for: the bridge tells the NIC each
/// of them (`vlan_vid_add`).
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    if case.observed.is_none() || turns_the_filter_off(case) {
        return Vec::new();
    }
    let aware = case.bridges().filter(|(_, bridge)| bridge.is_vlan_aware());
    let ports = aware.flat_map(|(_, bridge)| &bridge.ports).filter_map(|port| case.link(port));
    ports.filter_map(|port| report(case, port)).collect()
}

/// Whether any line speaks of the filter: then somebody knows of it.
fn turns_the_filter_off(case: &Case<'_>) -> bool {
    const FILTER: &str = "rx-vlan-filter";
    let stanzas = case.configuration.stanzas();
    let mut settings = stanzas.iter().flat_map(|stanza| stanza.settings());
    settings.any(|setting| setting.key.text.contains(FILTER) || setting.value.text.contains(FILTER))
}

fn report(case: &Case<'_>, port: &Link) -> Option<Diagnostic> {
    let count = port.bridge_port.as_ref()?.vlans.as_ref()?.members.len();
    let nics: &[IfName] = match &port.kind {
        Kind::Bond(bond) => &bond.slaves,
        Kind::Nic => std::slice::from_ref(&port.name),
        _ => &[],
    };
    let (nic, (driver, room, severity)) = nics.iter().find_map(|nic| Some((nic, limit(case, nic)?)))?;
    if count <= room {
        return None;
    }
    let at = case.place(&port.name, crate::Field::Vlans);
    let title = match severity {
        Severity::Warning => format!("{nic} can filter {room} VLANs, and {} carries {count}", port.name),
        _ => format!("{nic} can mostly filter {room} VLANs, and {} carries {count}", port.name),
    };
    Some(
        Diagnostic::new(codes::NIC_VLAN_LIMIT, severity, title, at)
            .note(format!("the driver {driver} drops the frames of those that it has no room for"))
            .help("list the VLANs in use, or turn the NIC's `rx-vlan-filter` off"),
    )
}

fn limit(case: &Case<'_>, nic: &IfName) -> Option<(&'static str, usize, Severity)> {
    let driver = case.observed?.link(nic)?.facts.as_ref()?.driver.as_ref()?;
    LIMITS.iter().find(|(name, ..)| name == driver).copied()
}
