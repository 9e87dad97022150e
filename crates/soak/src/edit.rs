//! Edits of a file by chance: what an administrator might change.

use chance::Chance;
use network::Value;
use network::option::bond;

use crate::case::{Layout, Uplink, nic_name};
use crate::draw::{bonding, bridging, layout, uplink, value};
use crate::wiring::{NETWORKS, VIDS};

/// Changes something of a file, for a host with so many NICs. It may come out as it was.
#[must_use]
pub fn edit(chance: &mut Chance, file: &Layout, nics: usize) -> Layout {
    if chance.one_in(10) {
        return layout(chance, nics);
    }
    let mut out = file.clone();
    for _ in 0..1 + chance.below(3) {
        once(chance, &mut out, nics);
    }
    out
}

fn once(chance: &mut Chance, file: &mut Layout, nics: usize) {
    let free = file.free(nics);
    let place = chance.index(file.uplinks.len());
    let what = chance.below(14);
    if what == 0 || file.uplinks.is_empty() {
        let unused = (0..NETWORKS).find(|number| !file.uplinks.iter().any(|it| it.network == *number));
        file.uplinks.extend(unused.and_then(|number| uplink(chance, number, &free)));
        return;
    }
    if what == 1 && file.uplinks.len() > 1 {
        file.uplinks.remove(place);
        return;
    }
    let it = &mut file.uplinks[place];
    match what {
        2 | 3 => slaves(chance, it, &free),
        4 => bond_or_not(chance, it, &free),
        5 | 6 => bond_option(chance, it),
        7 => {
            if let Some(bond) = &mut it.bond {
                *bond = bonding(chance, bond.number, &it.nics);
            }
        }
        8 => {
            let number = it.network;
            it.bridge = if it.bridge.is_some() { None } else { Some(bridging(chance, number)) };
        }
        9 => {
            if let Some(bridge) = &mut it.bridge {
                *bridge = bridging(chance, bridge.number);
            }
        }
        10 => toggle_vlan(chance, it),
        11 => it.addressed = !it.addressed,
        12 => it.v6 = !it.v6,
        _ => it.mtu = if it.mtu.is_some() { None } else { Some(9000) },
    }
    repair(it);
}

/// Another slave, or one less, or another order.
fn slaves(chance: &mut Chance, it: &mut Uplink, free: &[usize]) {
    match (chance.below(3), chance.pick(free)) {
        (0, Some(nic)) => it.nics.push(*nic),
        (1, _) if it.nics.len() > 1 => _ = it.nics.remove(chance.index(it.nics.len())),
        _ => it.nics.reverse(),
    }
    if it.bond.is_none() {
        it.nics.truncate(1);
    }
}

/// A NIC becomes a bond, or a bond a NIC.
fn bond_or_not(chance: &mut Chance, it: &mut Uplink, free: &[usize]) {
    if it.bond.take().is_some() {
        it.nics.truncate(1);
        return;
    }
    it.nics.extend(free.iter().filter(|_| chance.one_in(2)));
    it.bond = Some(bonding(chance, it.network, &it.nics));
}

fn bond_option(chance: &mut Chance, it: &mut Uplink) {
    let Some(bond) = &mut it.bond else { return };
    let place = chance.index(bond.options.len());
    let Some((option, old)) = bond.options.get_mut(place) else { return };
    // Without any monitor nothing is noticed, and the values of a monitor are all alike.
    if [bond::MIIMON, bond::ARP_INTERVAL].contains(option) {
        *old = Value::Number(chance.pick(&[50, 100, 200]).copied().unwrap_or(100));
    } else if chance.one_in(3) {
        bond.options.remove(place);
    } else if let Some(new) = value(chance, *option) {
        *old = new;
    }
}

fn toggle_vlan(chance: &mut Chance, it: &mut Uplink) {
    let Some(vid) = chance.pick(&VIDS) else { return };
    match it.vlans.iter().position(|old| old == vid) {
        Some(place) => _ = it.vlans.remove(place),
        None => it.vlans.push(*vid),
    }
}

/// A primary that is no slave any more is named no more.
pub(crate) fn repair(it: &mut Uplink) {
    let names: Vec<String> = it.nics.iter().map(|nic| nic_name(*nic)).collect();
    let is_slave = |value: &Value| match value {
        Value::Link(Some(name)) => names.iter().any(|slave| slave == name.as_str()),
        _ => true,
    };
    if let Some(bond) = &mut it.bond {
        bond.options.retain(|(_, value)| is_slave(value));
    }
}
