//! Plans that take links away.

use std::collections::BTreeMap;

use network::dhcp::Family;
use network::{Address, Change, Field, Going, IfName, Network};

use crate::Plan;
use crate::order::layers;
use crate::planner::Planner;

/// The changes that take links away, those that stand on others first, each after its DHCP clients. What is not there needs no change.
#[must_use]
pub fn down(observed: &Network, going: &BTreeMap<IfName, Going>) -> Plan {
    let nothing = Network::default();
    let mut planner = Planner::new(&nothing, observed, Vec::new());
    // Open vSwitch keeps some of what it has to itself: no link stands for it.
    let no_links = going.keys().filter(|name| observed.link(name).is_none());
    let layers = layers(observed);
    for name in no_links.chain(layers.lowers_first.iter().rev().map(|link| &link.name)) {
        let Some(how) = going.get(name) else { continue };
        for family in Family::ALL {
            if planner.now.link(name).is_some_and(|link| link.dhcp.has(family)) {
                planner.step_for(Field::Dhcp(family), Change::StopDhcp { link: name.clone(), family });
            }
        }
        if let Some(edit) = crate::ovs::removal(planner.now.ovs.as_ref(), name) {
            planner.step_for(Field::Kind, Change::EditSwitch { link: name.clone(), edit });
        }
        match how {
            // A VLAN device went with what it rode on.
            Going::Delete if planner.now.link(name).is_some() => {
                planner.step_for(Field::Kind, Change::Delete { link: name.clone() });
            }
            Going::Delete => {}
            Going::Release(addresses) => release(&mut planner, name, addresses),
        }
    }
    planner.finish()
}

fn release(planner: &mut Planner<'_>, name: &IfName, addresses: &[Address]) {
    // The last first: an address that came later must not go with an earlier one of its subnet before its own turn.
    for address in addresses.iter().rev() {
        let found = planner.now.link(name).and_then(|link| link.addresses.iter().find(|a| a.is_same(address)));
        if let Some(address) = found.filter(|address| !address.dynamic).cloned() {
            planner.step_for(Field::Address(address.net), Change::RemoveAddress { link: name.clone(), address });
        }
    }
    let Some(link) = planner.now.link(name) else { return };
    let used = link.master.is_some() || planner.now.vlans_on(name).next().is_some();
    if link.up == Some(true) && !used {
        planner.step_for(Field::Up, Change::SetUp { link: name.clone(), up: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::{Bridge, Kind, Link, Vid, Vlan, VlanProtocol};

    fn name(text: &str) -> IfName {
        text.parse().unwrap()
    }

    fn address(text: &str) -> Address {
        Address::new(text.parse().unwrap())
    }

    /// vmbr0 with the port a, a.5 on a, and b with two addresses of its own and one of others.
    fn host() -> Network {
        let mut host = Network::default();
        let up = |text, kind| Link { up: Some(true), ..Link::new(name(text), kind) };
        host.insert(Link { master: Some(name("vmbr0")), ..up("a", Kind::Nic) });
        let vlan = Vlan { lower: name("a"), vid: Vid::new(5).unwrap(), protocol: VlanProtocol::Dot1Q };
        host.insert(up("a.5", Kind::Vlan(vlan)));
        host.insert(up("vmbr0", Kind::Bridge(Bridge { ports: vec![name("a")], ..Bridge::default() })));
        let addresses = ["192.0.2.2/24", "192.0.2.3/24", "198.51.100.9/24"].map(address).to_vec();
        host.insert(Link { addresses, ..up("b", Kind::Nic) });
        host
    }

    fn texts(going: &[(&str, Going)]) -> Vec<String> {
        let going: BTreeMap<IfName, Going> = going.iter().map(|(link, how)| (name(link), how.clone())).collect();
        down(&host(), &going).steps.iter().map(|step| step.change.to_string()).collect()
    }

    #[test]
    fn what_stands_on_others_goes_first() {
        let both = [("a", Going::Release(Vec::new())), ("a.5", Going::Delete), ("vmbr0", Going::Delete)];
        assert_eq!(texts(&both), ["delete vmbr0", "delete a.5", "bring a down"]);
    }

    #[test]
    fn only_its_own_addresses_and_only_down_when_nobody_uses_it() {
        let own = ["192.0.2.2/24", "192.0.2.3/24", "203.0.113.1/24"].map(address).to_vec();
        let expected = ["take address 192.0.2.3/24 from b", "take address 192.0.2.2/24 from b", "bring b down"];
        assert_eq!(texts(&[("b", Going::Release(own))]), expected);
        assert!(texts(&[("a", Going::Release(Vec::new()))]).is_empty(), "a is a port, and carries a.5");
        assert!(texts(&[("nosuch", Going::Delete)]).is_empty());
    }
}
