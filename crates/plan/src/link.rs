//! MTU, address, and whether a link is up.

use network::{Change, Field, IfName, Link, Network};

use crate::order::Layers;
use crate::planner::Planner;

/// Sets what every link has. An MTU falls from the top and rises from the bottom, so that no link is ever to carry more
/// than what it stands on; links come up from the bottom, for a VLAN device comes up on no link that is down (ENETDOWN).
pub(crate) fn set(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in layers.lowers_first.iter().rev() {
        set_mtu(planner, want, |wanted, now| wanted < now);
    }
    for want in &layers.lowers_first {
        set_mtu(planner, want, |wanted, now| wanted > now);
        keep_mtu(planner, want);
    }
    for want in layers.lowers_first.iter().filter(|want| want.mac.is_some()) {
        let name = &want.name;
        let Some(now) = planner.now.link(name) else { continue };
        // A slave's address is its bond's.
        let is_slave = now.bond_port.is_some();
        if let Some(mac) = want.mac.filter(|mac| now.mac != Some(*mac) && !is_slave) {
            planner.step_for(Field::Mac, Change::SetMac { link: name.clone(), mac });
        }
    }
    for want in &layers.lowers_first {
        let name = &want.name;
        let Some(now) = planner.now.link(name) else { continue };
        if let Some(up) = want.up.filter(|up| now.up != Some(*up)) {
            planner.step_for(Field::Up, Change::SetUp { link: name.clone(), up });
        }
    }
}

fn set_mtu(planner: &mut Planner<'_>, want: &Link, when: impl Fn(u32, u32) -> bool) {
    let (Some(mtu), name) = (want.mtu, &want.name) else { return };
    if let Some(now) = planner.now.link(name).and_then(|now| now.mtu)
        && when(mtu, now)
        && !bond_will_set(planner, name, mtu)
    {
        planner.step_for(Field::Mtu, Change::SetMtu { link: name.clone(), mtu });
    }
}

/// A bridge takes the least MTU of its ports whenever one comes or gets another (`br_mtu_auto_adjust`) and its VLAN devices
/// follow it down, unless its own was set by itself; having been made with one does not count. So the file's is said again.
fn keep_mtu(planner: &mut Planner<'_>, want: &Link) {
    let (Some(_), Some(mtu), name) = (want.bridge(), want.mtu, &want.name) else { return };
    let ports = |network: &Network| -> Vec<(IfName, Option<u32>)> {
        let ports = network.link(name).and_then(Link::bridge).map(|bridge| &bridge.ports).into_iter().flatten();
        ports.filter_map(|port| network.link(port)).map(|port| (port.name.clone(), port.mtu)).collect()
    };
    let now = ports(&planner.now);
    let Some(least) = now.iter().filter_map(|(_, mtu)| *mtu).min() else { return };
    if mtu == least || now == ports(planner.observed) {
        return;
    }
    planner.step_for(Field::Mtu, Change::SetMtu { link: name.clone(), mtu });
    // A VLAN device stands on one link alone, so each comes once.
    let mut lowers = vec![name.clone()];
    while let Some(lower) = lowers.pop() {
        let riders: Vec<_> = planner.now.riders(&lower).map(|rider| (rider.name.clone(), rider.mtu)).collect();
        for (link, mtu) in riders {
            if let Some(mtu) = mtu.filter(|mtu| *mtu > least) {
                planner.step_for(Field::Mtu, Change::SetMtu { link: link.clone(), mtu });
            }
            lowers.push(link);
        }
    }
}

/// Whether the link is a slave of a bond that is yet to get the same MTU: the driver passes it on.
fn bond_will_set(planner: &Planner<'_>, name: &network::IfName, mtu: u32) -> bool {
    let Some(master) = planner.now.link(name).and_then(|link| link.master.as_ref()) else { return false };
    let bond_has = planner.now.link(master).filter(|link| link.bond().is_some()).and_then(|bond| bond.mtu);
    let bond_wants = planner.want(master).and_then(|bond| bond.mtu);
    bond_has.is_some() && bond_has != bond_wants && bond_wants == Some(mtu)
}
