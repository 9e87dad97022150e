//! A NIC can filter the VLANs that it is told.

use interfaces::{Diagnostic, Iface, Severity};

use super::{Case, codes};
use crate::option::nic;
use crate::{IfName, Kind, Link};

/// The drivers whose NICs drop what is beyond, by the name that `ethtool -i` gives, with how many VLANs they have room
/// for and how sure that is: `MLX4_MAX_VLAN_NUM`; `log_max_vlan_list`, which the firmware decides and is mostly 9.
const LIMITS: &[(&str, usize, Severity)] = &[("mlx4_en", 128, Severity::Warning), ("mlx5_core", 512, Severity::Note)];

/// No port of a VLAN-aware bridge carries more VLANs than the NIC beneath it has room for: the bridge tells the NIC each
/// of them (`vlan_vid_add`).
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    if case.observed.is_none() {
        return Vec::new();
    }
    let aware = case.bridges().filter(|(_, bridge)| bridge.is_vlan_aware());
    let ports = aware.flat_map(|(_, bridge)| &bridge.ports).filter_map(|port| case.link(port));
    ports.filter_map(|port| report(case, port)).collect()
}

/// Whether the NIC's filter is turned off: by its line, or by a command that speaks of the filter in the stanza of the NIC
/// or of its bond, or that names the NIC.
fn is_filter_off(case: &Case<'_>, port: &Link, nic: &IfName) -> bool {
    if case.link(nic).and_then(|link| link.nic.number(nic::RX_VLAN_FILTER)) == Some(0) {
        return true;
    }
    let is_own = |iface: &Iface| [nic, &port.name].iter().any(|name| name.as_str() == iface.name.text);
    let names_it =
        |text: &str| text.split(|c: char| !c.is_alphanumeric() && !"._-".contains(c)).any(|word| nic.as_str() == word);
    case.ifaces().any(|iface| {
        let mut commands = iface.settings.iter().map(|setting| &setting.value.text);
        commands.any(|text| text.contains(nic::RX_VLAN_FILTER.name) && (is_own(iface) || names_it(text)))
    })
}

fn report(case: &Case<'_>, port: &Link) -> Option<Diagnostic> {
    let count = port.bridge_port.as_ref()?.vlans.as_ref()?.members.len();
    let nics: &[IfName] = match &port.kind {
        Kind::Bond(bond) => &bond.slaves,
        Kind::Nic => std::slice::from_ref(&port.name),
        _ => &[],
    };
    let limited = nics.iter().filter_map(|nic| Some((nic, limit(case, nic)?)));
    let (nic, (driver, room, severity)) =
        limited.filter(|(_, (_, room, _))| count > *room).find(|(nic, _)| !is_filter_off(case, port, nic))?;
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
