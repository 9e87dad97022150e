//! What stands on what in a wanted network.

use std::collections::BTreeSet;

use network::{IfName, Kind, Link, Network, Vid};

/// The NICs that a link rests on, by name.
pub(crate) fn nics_below(network: &Network, name: &IfName) -> BTreeSet<IfName> {
    let (mut out, mut seen, mut rest) = (BTreeSet::new(), BTreeSet::new(), vec![name.clone()]);
    while let Some(name) = rest.pop() {
        // What names itself below itself is looked at once.
        if !seen.insert(name.clone()) {
            continue;
        }
        match network.link(&name).map(|link| &link.kind) {
            Some(Kind::Bond(bond)) => rest.extend(bond.slaves.iter().cloned()),
            Some(Kind::Bridge(bridge)) => rest.extend(bridge.ports.iter().cloned()),
            Some(Kind::Vlan(vlan)) => rest.push(vlan.lower.clone()),
            Some(Kind::Nic) if !name.is_guest_port() => _ = out.insert(name),
            _ => {}
        }
    }
    out
}

/// The tag that a link's own frames have on the wire: that of the VLAN device it is or stands on.
pub(crate) fn tag_of(network: &Network, link: &Link) -> Option<Vid> {
    let mut link = link;
    for _ in 0..=network.links.len() {
        match &link.kind {
            Kind::Vlan(vlan) => return Some(vlan.vid),
            // A bridge over one VLAN device: the bridge of a VLAN, without a filter.
            Kind::Bridge(bridge) if !bridge.is_vlan_aware() => {
                link = bridge.ports.iter().find_map(|port| network.link(port).filter(|port| port.vlan().is_some()))?;
            }
            _ => return None,
        }
    }
    None
}

/// The bonds whose slaves are NICs, with those.
pub(crate) fn bonds(network: &Network) -> Vec<(&Link, Vec<IfName>)> {
    let bonds = network.links.values().filter(|link| link.bond().is_some());
    bonds.map(|link| (link, nics_below(network, &link.name).into_iter().collect())).collect()
}
