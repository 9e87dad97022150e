//! What bridges that exist already do, and which VLANs their ports carry.

use network::option::bridge;
use network::{BondMode, Change, Field, IfName, PortVlans, Scope, VidSet};

use crate::options::{Differing, differing};
use crate::order::Layers;
use crate::planner::Planner;

/// Sets the bridges' options, then the VLANs of each port that the file names, and of the bridge itself.
pub(crate) fn set_vlans(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        let name = &want.name;
        let Some(bridge) = want.bridge() else { continue };
        set_options(planner, name, &bridge.options);
        for port in &bridge.ports {
            let wanted = planner.want(port).and_then(|port| port.bridge_port.as_ref()?.vlans.as_ref());
            let found = planner.now.link(port).and_then(|port| port.bridge_port.as_ref());
            if let (Some(wanted), Some(found)) = (wanted, found) {
                let found = found.vlans.clone().unwrap_or_default();
                set(planner, port, false, wanted, &found);
            }
        }
        if let Some(wanted) = &bridge.vlans {
            let found = planner.now.link(name).and_then(|link| link.bridge()?.vlans.clone()).unwrap_or_default();
            set(planner, name, true, wanted, &found);
        }
    }
}

fn set_options(planner: &mut Planner<'_>, name: &IfName, said: &network::Options) {
    let Some(found) = planner.now.link(name).and_then(|link| link.bridge()) else { return };
    let Differing { options, unknown } = differing(Scope::Bridge, said, &found.options, BondMode::BalanceRr);
    planner.unsupported(name, unknown);
    // While the spanning tree runs, the kernel takes no forward delay below 2 s (ERANGE), and in one message it takes the
    // delay before the tree's end (br_changelink). So the tree ends first.
    let ends_tree = |option| option == bridge::STP_STATE && options.number(bridge::STP_STATE) == Some(0);
    let (first, rest): (Vec<_>, Vec<_>) = options.iter().partition(|(option, _)| ends_tree(*option));
    for part in [first, rest] {
        let Some((option, _)) = part.first() else { continue };
        let (field, options) = (Field::Option(*option), part.iter().map(|(o, value)| (*o, (*value).clone())).collect());
        planner.step_for(field, Change::SetOptions { link: name.clone(), scope: Scope::Bridge, options });
    }
}

fn set(planner: &mut Planner<'_>, link: &IfName, itself: bool, wanted: &PortVlans, found: &PortVlans) {
    for change in vlan_changes(link, itself, wanted, found) {
        planner.step_for(Field::Vlans, change);
    }
}

/// What makes `wanted` of `found`. Adds before it takes away, so that a VLAN which only changes its flags is carried all
/// the time.
pub(crate) fn vlan_changes(link: &IfName, itself: bool, wanted: &PortVlans, found: &PortVlans) -> Vec<Change> {
    let differs = |vid| {
        !found.members.contains(vid)
            || wanted.untagged.contains(vid) != found.untagged.contains(vid)
            || (wanted.pvid == Some(vid)) != (found.pvid == Some(vid))
    };
    let members: VidSet = wanted.members.iter().filter(|vid| differs(*vid)).collect();
    let part = PortVlans {
        untagged: members.iter().filter(|vid| wanted.untagged.contains(*vid)).collect(),
        pvid: wanted.pvid.filter(|pvid| members.contains(*pvid)),
        members,
    };
    let gone = found.members.without(&wanted.members).ranges();
    let mut out = Vec::new();
    if !part.members.is_empty() {
        out.push(Change::AddVlans { link: link.clone(), itself, vlans: part.entries() });
    }
    if !gone.is_empty() {
        out.push(Change::RemoveVlans { link: link.clone(), itself, vlans: gone });
    }
    out
}
