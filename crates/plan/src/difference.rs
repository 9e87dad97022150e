//! Where a host differs from a file, for people: what verify shows.

use std::collections::BTreeSet;

use network::{BondMode, Field, IfName, Kind, Link, Network, Opt, Options, Property, Scope, Value};
use serde::Serialize;

use crate::options::target;
use crate::{Plan, device, plan};

/// A property that is not as the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which.
    pub property: Property,
    /// What the file says; "(default)" follows what it leaves out.
    pub wanted: String,
    /// What the kernel has.
    pub found: String,
}

/// Where `observed` differs from `wanted`. Empty exactly when a plan has no step and no problem.
#[must_use]
pub fn differences(wanted: &Network, observed: &Network) -> Vec<Difference> {
    let Plan { steps, problems } = plan(wanted, observed);
    let mut out: Vec<Difference> = Vec::new();
    for problem in problems {
        let property = problem.property();
        let (want, found) = (show(wanted, &property, true), show(observed, &property, false));
        out.push(Difference { property, wanted: want, found });
    }
    let mut seen = BTreeSet::new();
    let mut properties: Vec<Property> = Vec::new();
    for step in &steps {
        properties.extend(properties_of(step));
    }
    for property in properties.into_iter().filter(|property| seen.insert(property.clone())) {
        let (want, found) = (show(wanted, &property, true), show(observed, &property, false));
        // A step that sets what another step upsets on the way is no difference.
        if want.strip_suffix(" (default)").unwrap_or(&want) != found {
            out.push(Difference { property, wanted: want, found });
        }
    }
    // A step that is only a means shows no difference of its own; but no plan with steps is shown as agreement.
    if out.is_empty() {
        out.extend(steps.first().map(|step| Difference {
            property: step.property.clone(),
            wanted: step.change.to_string(),
            found: "not so".to_owned(),
        }));
    }
    out
}

/// A step may set several options; each is a difference of its own.
fn properties_of(step: &crate::Step) -> Vec<Property> {
    match &step.change {
        network::Change::SetOptions { link, options, .. } => {
            options.iter().map(|(option, _)| Property::new(link, Field::Option(option))).collect()
        }
        _ => vec![step.property.clone()],
    }
}

fn show(network: &Network, property: &Property, wanted: bool) -> String {
    let Some(link) = network.link(&property.link) else { return "absent".to_owned() };
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    match property.field {
        Field::Kind => match &link.kind {
            Kind::Vlan(vlan) => format!("VLAN {} on {}", vlan.vid, vlan.lower),
            Kind::Given(given) if given.made_as().is_some() => given.to_string(),
            Kind::Nic | Kind::Given(_) => "present".to_owned(),
            kind => device::kind_name(kind).to_owned(),
        },
        Field::Up => if link.up == Some(true) { "up" } else { "down" }.to_owned(),
        Field::Mtu => or_none(link.mtu.map(|mtu| mtu.to_string())),
        Field::Mac => or_none(link.mac.map(|mac| mac.to_string())),
        Field::Alias => or_none(link.alias.clone()),
        Field::Master => or_none(link.master.as_ref().map(ToString::to_string)),
        Field::Option(option) => show_option(network, link, option, wanted),
        Field::Vlans => show_vlans(link),
        Field::Address(net) => match link.addresses.iter().find(|a| a.net == net) {
            Some(address) if address.duplicate => "a duplicate of another host's",
            Some(_) => "present",
            None => "absent",
        }
        .to_owned(),
        Field::Switch => show_switch(network, &property.link),
        Field::Dhcp(family) => if link.dhcp.has(family) { "runs" } else { "does not run" }.to_owned(),
        Field::Route(net) => {
            let routes = network.routes.iter().filter(|r| r.destination == net && r.link == property.link);
            let shown: Vec<String> = routes.filter_map(|r| r.gateway).map(|gateway| gateway.to_string()).collect();
            if shown.is_empty() { "absent".to_owned() } else { shown.join(", ") }
        }
    }
}

/// What Open vSwitch has of it, or is to have.
fn show_switch(network: &Network, name: &IfName) -> String {
    let Some(switch) = &network.ovs else { return "absent".to_owned() };
    let mut all: Vec<String> = Vec::new();
    let mut add = |columns: &network::ovs::Columns| all.extend(columns.iter().map(|(c, value)| format!("{c}={value}")));
    switch.bridges.get(name).into_iter().for_each(&mut add);
    if let Some(port) = switch.ports.get(name) {
        add(&port.columns);
        port.interfaces.values().for_each(&mut add);
    }
    all.join(" ")
}

fn show_vlans(link: &Link) -> String {
    let vlans = match (&link.kind, &link.bridge_port) {
        (Kind::Bridge(bridge), _) => bridge.vlans.as_ref(),
        (_, Some(port)) => port.vlans.as_ref(),
        _ => None,
    };
    let Some(vlans) = vlans else { return "none".to_owned() };
    let pvid = vlans.pvid.map_or_else(|| "no PVID".to_owned(), |pvid| format!("PVID {pvid}"));
    format!("{} ({pvid}, untagged {})", vlans.members, vlans.untagged)
}

fn show_option(network: &Network, link: &Link, option: Opt, wanted: bool) -> String {
    let none = Options::default();
    let options = link.options(option.scope).unwrap_or(&none);
    let master = || link.master.as_ref().and_then(|master| network.link(master)?.bond());
    let mode = match option.scope {
        Scope::Bond => link.bond().map(network::Bond::mode),
        Scope::BondPort => master().map(network::Bond::mode),
        _ => None,
    };
    let mode = mode.unwrap_or(BondMode::BalanceRr);
    let shown = |value: &Value| option.show(value);
    match options.get(option) {
        Some(value) => shown(value),
        None if wanted => target(option, options, mode)
            .map_or_else(|| "left open".to_owned(), |value| format!("{} (default)", shown(&value))),
        None => option.default_in(mode).map_or_else(|| "not shown".to_owned(), |value| shown(&value)),
    }
}
