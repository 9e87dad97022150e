//! MTU, address, and whether a link is up.

use network::{Change, Field};

use crate::order::Layers;
use crate::planner::Planner;

/// Sets what every link has. An MTU falls from the top and rises from the bottom, so that no link is ever to carry more
/// than what it stands on; links come up from the bottom, for a VLAN device comes up on no link that is down (ENETDOWN).
pub(crate) fn set(planner: &mut Planner<'_>, layers: &Layers) {
    for name in layers.lowers_first.iter().rev() {
        set_mtu(planner, name, |wanted, now| wanted < now);
    }
    for name in &layers.lowers_first {
        set_mtu(planner, name, |wanted, now| wanted > now);
    }
    for name in &layers.lowers_first {
        let (Some(want), Some(now)) = (planner.want(name), planner.now.link(name)) else { continue };
        // A slave's address is its bond's.
        let is_slave = now.bond_port.is_some();
        if let Some(mac) = want.mac.filter(|mac| now.mac != Some(*mac) && !is_slave) {
            planner.step_for(Field::Mac, Change::SetMac { link: name.clone(), mac });
        }
    }
    for name in &layers.lowers_first {
        let (Some(want), Some(now)) = (planner.want(name), planner.now.link(name)) else { continue };
        if let Some(up) = want.up.filter(|up| now.up != Some(*up)) {
            planner.step_for(Field::Up, Change::SetUp { link: name.clone(), up });
        }
    }
}

fn set_mtu(planner: &mut Planner<'_>, name: &network::IfName, when: impl Fn(u32, u32) -> bool) {
    let (Some(want), Some(now)) = (planner.want(name), planner.now.link(name)) else { return };
    if let (Some(mtu), Some(now)) = (want.mtu, now.mtu)
        && when(mtu, now)
        && !bond_will_set(planner, name, mtu)
    {
        planner.step_for(Field::Mtu, Change::SetMtu { link: name.clone(), mtu });
    }
}

/// Whether the link is a slave of a bond that is yet to get the same MTU: the driver passes it on.
fn bond_will_set(planner: &Planner<'_>, name: &network::IfName, mtu: u32) -> bool {
    let Some(master) = planner.now.link(name).and_then(|link| link.master.as_ref()) else { return false };
    let bond_has = planner.now.link(master).filter(|link| link.bond().is_some()).and_then(|bond| bond.mtu);
    let bond_wants = planner.want(master).and_then(|bond| bond.mtu);
    bond_has.is_some() && bond_has != bond_wants && bond_wants == Some(mtu)
}
