//! What the kernel tells, as the port to a real one would have it.

use network::bond::{BondPortState, BondState};
use network::link::Facts;
use network::option::{bond, bond_port};
use network::{BondMode, IfName, Kind, Link, LinkIndex, Network, Value};

use super::Kernel;

impl Kernel {
    /// The whole network as it is now.
    #[must_use]
    pub fn observe(&self) -> Network {
        let mut network = (*self.model).clone();
        for link in network.links.values_mut() {
            self.complete(link);
        }
        network
    }

    /// Adds to a link of the model what only what runs behind it knows.
    pub(super) fn complete(&self, link: &mut Link) {
        let nic = self.nics.get(&link.name);
        let up = link.up == Some(true);
        link.mac = Some(self.mac(&link.name));
        link.facts = Some(Box::new(Facts {
            index: self.indices.get(&link.name).copied().map(LinkIndex),
            carrier: up.then(|| self.is_running(&link.name)),
            driver: nic.map(|nic| nic.facts.driver.clone()),
            permanent_mac: nic.filter(|nic| nic.facts.kind == Kind::Nic).map(|nic| nic.facts.mac),
            speed: nic.filter(|nic| nic.phy.has_carrier() && nic.facts.speed > 0).map(|nic| nic.facts.speed),
            full_duplex: nic.filter(|nic| nic.phy.has_carrier()).map(|nic| nic.facts.full_duplex),
            altnames: Vec::new(),
        }));
        if let Kind::Bond(told) = &mut link.kind
            && let Some(known) = self.bonds.get(&link.name)
        {
            let active = known.driver.active.clone().filter(|_| known.settings.uses_primary());
            told.options.set(bond::ACTIVE_SLAVE, Value::Link(active.clone()));
            let aggregator = known.driver.aggregation.as_ref().and_then(|aggregation| aggregation.aggregator());
            told.state = Some(BondState { active_slave: active, aggregator });
            // Told in 802.3ad alone (`bond_fill_info`).
            if known.settings.mode != BondMode::Lacp {
                for option in [bond::AD_ACTOR_SYS_PRIO, bond::AD_USER_PORT_KEY, bond::AD_ACTOR_SYSTEM] {
                    told.options.remove(option);
                }
            }
            // A primary that is no slave reads back as none.
            if let Some(Value::Link(Some(primary))) = told.options.get(bond::PRIMARY)
                && !told.slaves.contains(primary)
            {
                told.options.set(bond::PRIMARY, Value::Link(None));
            }
        }
        if let Some(port) = &mut link.bond_port {
            port.state = link.master.as_ref().and_then(|master| self.slave_state(master, &link.name)).map(Box::new);
        }
        if let Some(port) = &mut link.bond_port
            && port.state.as_ref().is_none_or(|state| state.lacp.is_none())
        {
            port.options.remove(bond_port::ACTOR_PORT_PRIO);
        }
        if let (Some(port), Some(bridge)) = (&mut link.bridge_port, &link.master) {
            port.state = Some(self.port_state(bridge, &link.name));
            // A bridge that does not filter keeps a list that means nothing.
            if !self.filters(bridge) {
                port.vlans = None;
            }
        }
        if let Kind::Bridge(bridge) = &mut link.kind {
            bridge.ports.sort();
            if !bridge.is_vlan_aware() {
                bridge.vlans = None;
            }
        }
    }

    fn slave_state(&self, bond: &IfName, name: &IfName) -> Option<BondPortState> {
        let driver = &self.bonds.get(bond)?.driver;
        let slave = driver.slave(name)?;
        Some(BondPortState {
            mii: slave.link,
            active: !slave.backup,
            failures: slave.failures,
            original_mac: Some(slave.original_mac),
            lacp: driver.aggregation.as_ref().and_then(|aggregation| aggregation.port(name)),
        })
    }
}
