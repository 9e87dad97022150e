//! Devices of other kinds: VXLAN, VRF, veth, dummy, tunnels.

use network::given::Vxlan;
use network::{Change, Field, Given, IfName, Kind};

use crate::order::Layers;
use crate::planner::Planner;

/// The first routing table that ifupdown2 gives to a VRF which leaves the number open (`VRF_TABLE_START`).
const FIRST_TABLE: u32 = 1001;

/// Whether `found` can become what is wanted: the kernel changes neither a VXLAN's number and port, nor a VRF's table.
pub(crate) fn is_same(wanted: &Given, found: &Given) -> bool {
    match (wanted, found) {
        (Given::Vxlan(wanted), Given::Vxlan(found)) => {
            let port = |vxlan: &Vxlan| vxlan.port.unwrap_or(Vxlan::PORT);
            wanted.id == found.id && port(wanted) == port(found)
        }
        (Given::Vrf { table: wanted }, Given::Vrf { table: found }) => wanted.is_none() || wanted == found,
        (Given::Tunnel(wanted), Given::Tunnel(found)) => wanted.mode == found.mode,
        _ => wanted.made_as() == found.made_as(),
    }
}

/// What a device is made as: remote ends come later, and a VRF needs the number of a table.
pub(crate) fn first(planner: &Planner<'_>, wanted: &Given) -> Given {
    match wanted {
        Given::Vxlan(vxlan) => Given::Vxlan(Vxlan { remotes: Vec::new(), ..vxlan.clone() }),
        Given::Vrf { table: None } => Given::Vrf { table: free_table(planner) },
        other => other.clone(),
    }
}

/// A table that no VRF has or is to have.
fn free_table(planner: &Planner<'_>) -> Option<u32> {
    let links = planner.now.links.values().chain(planner.wanted.links.values());
    let taken: Vec<u32> = links
        .filter_map(|link| if let Kind::Given(Given::Vrf { table }) = &link.kind { *table } else { None })
        .collect();
    (FIRST_TABLE..=u32::MAX).find(|table| !taken.contains(table))
}

/// Changes devices that are there and are not all that the file says, and the remote ends of VXLAN devices.
pub(crate) fn change(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for link in &layers.lowers_first {
        let Kind::Given(want) = &link.kind else { continue };
        let name = &link.name;
        let Some(Kind::Given(found)) = planner.now.link(name).map(|link| &link.kind) else { continue };
        match (want, found) {
            (Given::Tunnel(_), Given::Tunnel(_)) if want != found => {
                planner.step_for(Field::Kind, Change::SetDevice { link: name.clone(), device: want.clone() });
            }
            (Given::Vxlan(want), Given::Vxlan(found)) => {
                let (target, found) = (target(want, found), found.clone());
                if target != found {
                    let device = Given::Vxlan(target);
                    planner.step_for(Field::Kind, Change::SetDevice { link: name.clone(), device });
                }
                remotes(planner, name, want, &found);
            }
            _ => {}
        }
    }
}

/// What the file says of a VXLAN device, and for what it leaves out what is there.
fn target(want: &Vxlan, found: &Vxlan) -> Vxlan {
    Vxlan {
        id: found.id,
        port: found.port,
        remotes: found.remotes.clone(),
        local: want.local.or(found.local),
        group: want.group.or(found.group),
        learning: want.learning.or(found.learning),
        ageing: want.ageing.or(found.ageing),
        ttl: want.ttl.or(found.ttl),
        lower: want.lower.clone().or_else(|| found.lower.clone()),
    }
}

/// A file that names no remote end leaves them to others: to a routing daemon, in EVPN.
fn remotes(planner: &mut Planner<'_>, name: &IfName, want: &Vxlan, found: &Vxlan) {
    if want.remotes.is_empty() {
        return;
    }
    for remote in want.remotes.iter().filter(|remote| !found.remotes.contains(remote)) {
        planner.step_for(Field::Kind, Change::AddRemote { link: name.clone(), remote: *remote });
    }
    for remote in found.remotes.iter().filter(|remote| !want.remotes.contains(remote)) {
        planner.step_for(Field::Kind, Change::RemoveRemote { link: name.clone(), remote: *remote });
    }
}
