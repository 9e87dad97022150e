//! All that is known of one link, as notes beneath its line.

use network::{BondMode, Kind, Link, Network, Options};

use super::text::Text;

/// All that the line itself does not say.
#[must_use]
pub fn notes(network: &Network, link: &Link) -> Vec<Text> {
    let mut out = Vec::new();
    let mut say = |label: &str, text: String| {
        if !text.is_empty() {
            out.push(Text::label(label, 10).then(text));
        }
    };
    let facts = link.facts.clone().unwrap_or_default();
    if let Some(mac) = link.mac {
        let permanent = facts.permanent_mac.filter(|permanent| *permanent != mac);
        say("MAC", mac.to_string() + &permanent.map(|p| format!(" (made as {p})")).unwrap_or_default());
    }
    say("MTU", link.mtu.map(|mtu| mtu.to_string()).unwrap_or_default());
    say("part of", link.master.as_ref().map(ToString::to_string).unwrap_or_default());
    say("names", facts.altnames.join(", "));
    match &link.kind {
        Kind::Bond(bond) => say("options", options(&bond.options, bond.mode())),
        Kind::Bridge(bridge) => {
            say("options", options(&bridge.options, BondMode::BalanceRr));
            say("VLANs", bridge.vlans.as_ref().filter(|_| bridge.is_vlan_aware()).map(vlans).unwrap_or_default());
        }
        _ => {}
    }
    if let Some(port) = &link.bond_port {
        let mode = link.master.as_ref().and_then(|master| network.link(master)?.bond().map(network::Bond::mode));
        say("as slave", options(&port.options, mode.unwrap_or(BondMode::BalanceRr)));
        let original =
            port.state.as_ref().and_then(|state| state.original_mac).filter(|mac| facts.permanent_mac != Some(*mac));
        say("own MAC", original.map(|mac| mac.to_string()).unwrap_or_default());
    }
    if let Some(port) = &link.bridge_port {
        say("as port", options(&port.options, BondMode::BalanceRr));
        let aware = link.master.as_ref().and_then(|master| network.link(master)?.bridge().map(|b| b.is_vlan_aware()));
        say("VLANs", port.vlans.as_ref().filter(|_| aware == Some(true)).map(vlans).unwrap_or_default());
    }
    let addresses = link
        .addresses
        .iter()
        .map(|address| format!("{}{}", address.net, if address.dynamic { " (not the file's)" } else { "" }));
    addresses.for_each(|address| say("address", address));
    network.routes.iter().filter(|route| route.link == link.name).for_each(|route| say("route", route.to_string()));
    out
}

/// The options that are not as the kernel would have them by itself.
fn options(options: &Options, mode: BondMode) -> String {
    let said = options.iter().filter(|(option, value)| {
        let default = option.default_in(mode);
        option.modes.contains(mode) && default.is_some_and(|default| default != **value)
    });
    said.map(|(option, value)| format!("{} {}", option.key(), option.show(value))).collect::<Vec<_>>().join(", ")
}

fn vlans(vlans: &network::PortVlans) -> String {
    let pvid = vlans.pvid.map(|pvid| format!(", PVID {pvid}")).unwrap_or_default();
    let untagged = if vlans.untagged.is_empty() { String::new() } else { format!(", untagged {}", vlans.untagged) };
    format!("{}{pvid}{untagged}", vlans.members)
}
