//! What the kernel has, in the form of the file.

use network::{IfName, Kind, Link, Network};

use super::entry::{Entry, Status};

/// What Ethernet has, unless somebody says otherwise.
const USUAL_MTU: u32 = 1500;

/// A link as a stanza would say it: members, options that are not the kernel's defaults, MTU, addresses.
#[must_use]
pub fn entry(observed: &Network, link: &Link) -> Entry {
    let is_loopback = link.kind == Kind::Loopback;
    let word = |text: &str| is_loopback.then(|| text.to_owned());
    let mut out = Entry {
        name: link.name.to_string(),
        auto: true,
        family: word("inet"),
        method: word("loopback"),
        settings: Vec::new(),
        status: Status::Unknown,
        is_missing: false,
    };
    let names = |list: &[IfName]| list.iter().map(IfName::as_str).collect::<Vec<_>>().join(" ");
    match &link.kind {
        Kind::Bond(bond) => {
            out.add("bond-slaves", names(&bond.slaves), Status::Unknown);
            let mode = bond.mode();
            for (option, value) in bond.options.iter() {
                let is_mode = option == network::option::bond::MODE;
                if option.modes.contains(mode) && (is_mode || option.default_in(mode).as_ref() != Some(value)) {
                    out.add(
                        &format!("bond-{}", option.key().trim_start_matches("bond-")),
                        option.show(value),
                        Status::Unknown,
                    );
                }
            }
        }
        Kind::Bridge(bridge) => {
            out.add("bridge-ports", names(&bridge.ports), Status::Unknown);
            for (option, value) in bridge.options.iter() {
                let default = option.default_in(network::BondMode::BalanceRr);
                if default.is_some() && default.as_ref() != Some(value) {
                    out.add(option.key(), option.show(value), Status::Unknown);
                }
            }
        }
        Kind::Vlan(vlan) => {
            out.add("vlan-raw-device", vlan.lower.to_string(), Status::Unknown);
            out.add("vlan-id", vlan.vid.to_string(), Status::Unknown);
        }
        _ => {}
    }
    if let Some(mtu) = link.mtu.filter(|mtu| *mtu != USUAL_MTU) {
        out.add("mtu", mtu.to_string(), Status::Unknown);
    }
    for address in link.addresses.iter().filter(|_| !is_loopback) {
        out.add("address", address.net.to_string(), Status::Unknown);
    }
    let gateways = observed.routes.iter().filter(|route| route.is_default() && route.link == link.name);
    for gateway in gateways.filter_map(|route| route.gateway) {
        out.add("gateway", gateway.to_string(), Status::Unknown);
    }
    out
}
