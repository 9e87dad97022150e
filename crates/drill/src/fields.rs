//! A network as fields, so that a twin and a real kernel can be compared one by one.

use std::collections::BTreeMap;

use network::bond::BondPortState;
use network::{Bond, IfName, Kind, Link, Network, Scope};

/// What of an observed network has to agree: the field's name and its value, as text.
///
/// Left out is what two hosts that do the same need not share: numbers of links, link-local addresses and what the kernel
/// makes of them, drivers and speeds; of the LACP partner all but its state, for it is another make; and the numbers of
/// aggregators, for of two ports that come up in one tick either may be the first.
#[must_use]
pub fn fields(network: &Network) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for link in network.links.values().filter(|link| link.kind != Kind::Loopback) {
        let mut add = |field: &str, value: String| _ = out.insert(format!("{} {field}", link.name), value);
        add("up", said(link.up));
        add("carrier", said(link.carrier()));
        add("mtu", said(link.mtu));
        add("mac", link.mac.map(|mac| mac.to_string()).unwrap_or_default());
        add("master", link.master.as_ref().map(ToString::to_string).unwrap_or_default());
        add("addresses", addresses(link));
        match &link.kind {
            Kind::Bond(bond) => of_bond(bond, &mut add),
            Kind::Bridge(bridge) => {
                add("ports", names(&bridge.ports));
                add("vlans", format!("{:?}", bridge.vlans.as_ref().map(network::PortVlans::entries)));
            }
            _ => {}
        }
        for scope in [Scope::Bond, Scope::BondPort] {
            for (option, value) in link.options(scope).into_iter().flat_map(network::Options::iter) {
                add(option.name, option.show(value));
            }
        }
        if let Some(state) = link.bond_port.as_ref().and_then(|port| port.state.as_ref()) {
            of_slave(state, active_aggregator(network, link), &mut add);
        }
        if let Some(port) = &link.bridge_port {
            add("port state", format!("{:?}", port.state));
            add("port vlans", format!("{:?}", port.vlans.as_ref().map(network::PortVlans::entries)));
        }
    }
    for route in network.routes.iter().filter(|route| route.destination.addr().is_ipv4()) {
        out.insert(format!("route {route} metric {}", route.metric), format!("protocol {}", route.protocol));
    }
    out
}

fn of_bond(bond: &Bond, add: &mut dyn FnMut(&str, String)) {
    add("slaves", names(&bond.slaves));
    let state = bond.state.as_ref();
    add("active slave", said(state.and_then(|state| state.active_slave.clone())));
    if let Some(aggregator) = state.and_then(|state| state.aggregator) {
        add("aggregator's ports", aggregator.ports.to_string());
        add("aggregator's key", aggregator.actor_key.to_string());
        add("aggregator has a partner", (!aggregator.partner_mac.is_zero()).to_string());
    }
}

/// The active aggregator's number, of the bond that a link is in.
fn active_aggregator(network: &Network, slave: &Link) -> Option<u16> {
    let bond = slave.master.as_ref().and_then(|master| network.link(master)?.bond())?;
    Some(bond.state.as_ref()?.aggregator?.id)
}

fn of_slave(state: &BondPortState, active: Option<u16>, add: &mut dyn FnMut(&str, String)) {
    add("mii", format!("{:?}", state.mii));
    add("may be used", state.active.to_string());
    add("failures", state.failures.to_string());
    add("original mac", state.original_mac.map(|mac| mac.to_string()).unwrap_or_default());
    if let Some(lacp) = &state.lacp {
        add("is in the active aggregator", (Some(lacp.aggregator) == active).to_string());
        add("actor state", lacp.actor_state.to_string());
        add("partner state", lacp.partner_state.to_string());
        add("actor", lacp.actor.map(|end| format!("{end:?}")).unwrap_or_default());
    }
}

fn addresses(link: &Link) -> String {
    let own = link.addresses.iter().filter(|address| !address.dynamic && address.scope != Some(253));
    let mut all: Vec<String> = own.map(|address| address.net.to_string()).collect();
    all.sort();
    all.join(" ")
}

fn names(names: &[IfName]) -> String {
    names.iter().map(IfName::as_str).collect::<Vec<_>>().join(" ")
}

fn said<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
