//! A layout as interfaces(5), and what it means.

use std::fmt::Write as _;

use interfaces::Configuration;
use network::{Opt, Value};

use crate::case::{Bonding, Bridging, Layout, Uplink, nic_name};

/// The file's text.
#[must_use]
pub fn text(layout: &Layout) -> String {
    let mut out = String::from("auto lo\niface lo inet loopback\n");
    for (place, uplink) in layout.uplinks.iter().enumerate() {
        for nic in uplink.taken().iter().filter(|_| uplink.bond.is_some()) {
            stanza(&mut out, &nic_name(*nic), &[]);
        }
        let mut own = uplink.bond.as_ref().map(|bond| bond_lines(uplink, bond)).unwrap_or_default();
        own.extend(uplink.mtu.map(|mtu| format!("mtu {mtu}")));
        if uplink.bridge.is_none() {
            own.extend(addresses(uplink, place == 0));
        }
        let name = uplink.name();
        stanza(&mut out, &name, &own);
        v6(&mut out, uplink, &name, uplink.bridge.is_none());
        let mut carrier = name.clone();
        if let Some(bridge) = &uplink.bridge {
            if let Some(tag) = bridge.tag {
                stanza(&mut out, &format!("{name}.{tag}"), &[]);
            }
            let mut lines = bridge_lines(uplink, bridge);
            lines.extend(addresses(uplink, place == 0));
            let bridge_name = format!("vmbr{}", bridge.number);
            stanza(&mut out, &bridge_name, &lines);
            v6(&mut out, uplink, &bridge_name, true);
            if bridge.aware {
                carrier = bridge_name;
            }
        }
        for vid in uplink.vlans.iter().filter(|vid| uplink.bridge.as_ref().and_then(|it| it.tag) != Some(**vid)) {
            stanza(&mut out, &format!("{carrier}.{vid}"), &[format!("address 10.{vid}.{}.10/24", uplink.network)]);
        }
    }
    out
}

/// What it means, once it was read.
#[must_use]
pub fn configuration(text: &str) -> Configuration {
    Configuration::of("interfaces", text.as_bytes().to_vec())
}

fn stanza(out: &mut String, name: &str, lines: &[String]) {
    let method = if lines.iter().any(|line| line.starts_with("address")) { "static" } else { "manual" };
    // Writing to a string can't fail.
    let _ = writeln!(out, "\nauto {name}\niface {name} inet {method}");
    lines.iter().for_each(|line| _ = writeln!(out, "\t{line}"));
}

fn v6(out: &mut String, uplink: &Uplink, name: &str, here: bool) {
    if uplink.v6 && here {
        let network = uplink.network;
        let _ = writeln!(out, "\niface {name} inet6 static\n\taddress 2001:db8:{network}::10/64");
    }
}

fn addresses(uplink: &Uplink, is_first: bool) -> Vec<String> {
    let mut out = Vec::new();
    if uplink.addressed {
        out.push(format!("address 10.{}.0.10/24", crate::wiring::UNTAGGED + uplink.network));
        if is_first {
            out.push(format!("gateway 10.{}.0.1", crate::wiring::UNTAGGED + uplink.network));
        }
    }
    out
}

fn bond_lines(uplink: &Uplink, bond: &Bonding) -> Vec<String> {
    let slaves: Vec<String> = uplink.nics.iter().map(|nic| nic_name(*nic)).collect();
    let mut out = vec![format!("bond-slaves {}", slaves.join(" ")), format!("bond-mode {}", bond.mode)];
    out.extend(option_lines(&bond.options));
    out
}

fn bridge_lines(uplink: &Uplink, bridge: &Bridging) -> Vec<String> {
    let port = bridge.tag.map_or_else(|| uplink.name(), |tag| format!("{}.{tag}", uplink.name()));
    let mut out = vec![format!("bridge-ports {port}")];
    if bridge.aware {
        out.extend(["bridge-vlan-aware yes".to_owned(), "bridge-vids 2-4094".to_owned()]);
    }
    out.extend(option_lines(&bridge.options));
    out
}

fn option_lines(options: &[(Opt, Value)]) -> impl Iterator<Item = String> + '_ {
    options.iter().filter_map(|(option, value)| Some(format!("{} {}", option.keys.first()?, option.show(value))))
}
