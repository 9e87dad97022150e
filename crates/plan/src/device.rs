//! The first stage: devices that are not there, or are not what the file says.

use network::effect::original_mac;
use network::option::bond;
use network::{Bond, Change, Device, Field, Given, Kind, Link, Mac, Options};

use crate::inverse::sanitise_monitor;
use crate::options::target;
use crate::order::Layers;
use crate::planner::Planner;
use crate::{given, ovs};

/// Whether the file makes such a device, rather than finding it on the host.
#[must_use]
pub fn is_made_by_us(kind: &Kind) -> bool {
    match kind {
        Kind::Bond(_) | Kind::Bridge(_) | Kind::Vlan(_) => true,
        Kind::Given(given) => given.made_as().is_some(),
        Kind::Nic | Kind::Loopback | Kind::Other(_) => false,
    }
}

/// The kernel's word for a kind.
#[must_use]
pub fn kind_name(kind: &Kind) -> &str {
    match kind {
        Kind::Nic => "nic",
        Kind::Loopback => "loopback",
        Kind::Bond(_) => "bond",
        Kind::Bridge(_) => "bridge",
        Kind::Vlan(_) => "vlan",
        Kind::Given(given) => given.made_as().unwrap_or(given.name()),
        Kind::Other(name) => name,
    }
}

/// Whether a device of kind `found` may be deleted for one of kind `wanted`: never hardware, never what others made.
pub(crate) fn may_replace(wanted: &Kind, found: &Kind) -> bool {
    kind_name(wanted) == kind_name(found) || is_made_by_us(found)
}

/// Deletes what is of the wrong kind and makes what is missing, lowers first.
pub(crate) fn make(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        let name = &want.name;
        if let Kind::Given(Given::Ovs(it)) = &want.kind {
            ovs::make(planner, name, it);
            continue;
        }
        let Some(device) = device(planner, want) else { continue };
        if let Some(found) = planner.now.link(name) {
            if is_what_it_should_be(&want.kind, &found.kind) {
                continue;
            }
            planner.step_for(Field::Kind, Change::Delete { link: name.clone() });
        }
        let mac = first_mac(planner, want);
        planner.step_for(Field::Kind, Change::Create { link: name.clone(), device, mac, mtu: want.mtu });
    }
}

/// The kernel acknowledges another VLAN id, lower or protocol and does nothing: such a device must be made anew.
pub(crate) fn is_what_it_should_be(wanted: &Kind, found: &Kind) -> bool {
    match (wanted, found) {
        (Kind::Vlan(wanted), Kind::Vlan(found)) => wanted == found,
        (Kind::Bond(_), Kind::Bond(_)) | (Kind::Bridge(_), Kind::Bridge(_)) => true,
        (Kind::Given(wanted), Kind::Given(found)) => given::is_same(wanted, found),
        // A kind that says nothing of itself.
        (Kind::Given(wanted), Kind::Other(found)) => wanted.made_as() == Some(found),
        _ => false,
    }
}

/// How a link of the file is made; `None` for what the host must have.
fn device(planner: &Planner<'_>, want: &Link) -> Option<Device> {
    match &want.kind {
        Kind::Bond(bond) => Some(Device::Bond { options: first_options(bond) }),
        Kind::Bridge(bridge) => Some(Device::Bridge { options: bridge.options.clone() }),
        Kind::Vlan(vlan) => Some(Device::Vlan { lower: vlan.lower.clone(), vid: vlan.vid, protocol: vlan.protocol }),
        Kind::Given(device) if device.made_as().is_some() => {
            Some(Device::Given { device: given::first(planner, device) })
        }
        Kind::Nic | Kind::Loopback | Kind::Given(_) | Kind::Other(_) => None,
    }
}

/// What a bond is made with: all that the file says and the driver takes while there is no slave and no link to watch.
fn first_options(want: &Bond) -> Options {
    let mode = want.mode();
    let said = want.options.iter().filter(|(option, _)| option.modes.contains(mode) && *option != bond::ACTIVE_SLAVE);
    let mut options: Options = said.map(|(option, value)| (option, value.clone())).collect();
    sanitise_monitor(&mut options);
    // A delay is a count of miimon's intervals: without one it is EPERM, even 0.
    for delay in [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY] {
        if target(delay, &want.options, mode).is_none() {
            options.remove(delay);
        }
    }
    options
}

/// The address to make a device with. A bond gets its first slave's, as it would after a boot with the file, whichever
/// slave happens to join first: so the bridge above it keeps its address, and so do the neighbours' tables. A bridge gets
/// its first port's, and keeps it: of its own it has the least of its ports' addresses, guests' included, anew with each
/// that comes or goes (`br_stp_recalculate_bridge_id`).
fn first_mac(planner: &Planner<'_>, want: &Link) -> Option<Mac> {
    want.mac.or_else(|| match &want.kind {
        Kind::Bond(bond) => planner.observed.link(bond.slaves.first()?).and_then(original_mac),
        Kind::Bridge(bridge) if planner.wanted.policy.bridge_mac_from_port => {
            let ports = bridge.ports.iter().filter_map(|port| planner.now.link(port));
            let mut macs = ports.filter_map(|port| planner.want(&port.name).and_then(|want| want.mac).or(port.mac));
            macs.find(|mac| !mac.is_zero())
        }
        _ => None,
    })
}
