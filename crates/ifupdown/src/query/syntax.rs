//! Every attribute that a stanza may have (`ifquery -s`): the option table's, and those that are no option.

use std::collections::BTreeMap;
use std::fmt::Write;

use network::option::{self, Domain, Scope, Spec};
use network::{BondMode, Opt};

/// An attribute that is no option of the table: module, key, values, help.
type Row = (&'static str, &'static str, &'static str, &'static str);

/// Attributes that are no option of the table.
const OTHERS: &[Row] = &[
    ("bond", "bond-slaves", "<interface-list>", "the slaves, in the order in which the bond takes them"),
    ("bond", "bond-master", "<interface>", "in a slave's stanza: its bond"),
    ("bridge", "bridge-ports", "<interface-list>", "the ports"),
    ("bridge", "bridge-vids", "<number-range-list>", "the VLANs of the ports of a VLAN-aware bridge, or of this port"),
    ("bridge", "bridge-pvid", "<number>", "the VLAN of frames without a tag"),
    ("bridge", "bridge-access", "<number>", "the only VLAN of this port"),
    ("bridge", "bridge-allow-untagged", "yes,no", "whether this port takes frames without a tag"),
    ("vlan", "vlan-raw-device", "<interface>", "what the VLAN device rides on"),
    ("vlan", "vlan-id", "<number>", "its VLAN"),
    ("vlan", "vlan-protocol", "802.1q,802.1ad", "the ethertype of its tag"),
    ("address", "address", "<ip>", "an IP address, with its prefix length; may be repeated"),
    ("address", "netmask", "<number>,<ipv4>", "the prefix length of the address before it"),
    ("address", "broadcast", "<ipv4>", "the broadcast address"),
    ("address", "pointopoint", "<ip>", "the other end"),
    ("address", "scope", "global,site,link,host", "how far the address before it is valid"),
    ("address", "preferred-lifetime", "forever,<number>", "for how many seconds that address is preferred"),
    ("address", "alias", "<text>", "what an administrator calls the interface"),
    ("address", "vrf", "<interface>", "the VRF that the interface is in"),
    ("address", "gateway", "<ip>", "the default route"),
    ("address", "metric", "<number>", "the metric of the gateway"),
    ("address", "mtu", "<number>", "the largest packet, in bytes"),
    ("address", "hwaddress", "<mac>", "the Ethernet address"),
    ("address", "address-purge", "yes,no", "whether addresses that the stanza does not list are taken away"),
    ("usercmds", "pre-up", "<text>", "a command, before anything is changed"),
    ("usercmds", "up", "<text>", "a command, when the interface is up"),
    ("usercmds", "post-up", "<text>", "a command, after those"),
    ("usercmds", "pre-down", "<text>", "a command, before anything is taken away"),
    ("usercmds", "down", "<text>", "a command, after those"),
    ("usercmds", "post-down", "<text>", "a command, when the interface is gone"),
];

/// Modules in the order of the help, with what they are for.
const MODULES: &[(&str, &str)] = &[
    ("bond", "bonds and their slaves"),
    ("bridge", "bridges and their ports"),
    ("vlan", "VLAN devices; NAME.VID needs neither of its lines"),
    ("address", "addresses, routes and what every link has"),
    ("ethtool", "what a NIC does in place of the processor"),
    ("usercmds", "commands; each may be repeated"),
];

/// What of an attribute is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    key: String,
    help: String,
    default: Option<String>,
    range: Option<String>,
    values: Option<String>,
}

/// The help as text.
#[must_use]
pub fn native() -> String {
    let mut out = String::new();
    for (module, help) in MODULES {
        let _ = writeln!(out, "{module}: {help}");
        for row in rows(module) {
            let _ = writeln!(out, "  {}\n    help: {}\n    required: False", row.key, row.help);
            for (name, value) in [("default", row.default), ("validrange", row.range), ("validvals", row.values)] {
                value.iter().for_each(|value| _ = writeln!(out, "    {name}: {value}"));
            }
        }
        out.push('\n');
    }
    out
}

/// The help as JSON: modules, each with its attributes.
#[must_use]
pub fn json() -> String {
    let modules: BTreeMap<&str, serde_json::Value> = MODULES
        .iter()
        .map(|(module, help)| {
            let attributes: BTreeMap<String, serde_json::Value> = rows(module)
                .into_iter()
                .map(|row| {
                    let mut value = serde_json::json!({ "help": row.help });
                    if let Some(default) = row.default {
                        value["default"] = default.into();
                    }
                    if let Some((min, max)) = row.range.as_deref().and_then(|range| range.split_once('-')) {
                        value["validrange"] = serde_json::json!([min, max]);
                    }
                    if let Some(values) = row.values {
                        value["validvals"] = values.split(',').collect();
                    }
                    (row.key, value)
                })
                .collect();
            (*module, serde_json::json!({ "mhelp": help, "attrs": attributes }))
        })
        .collect();
    serde_json::json!(modules).to_string() + "\n"
}

fn rows(module: &str) -> Vec<Shown> {
    let others = OTHERS.iter().filter(|(of, ..)| *of == module).map(|(_, key, values, help)| Shown {
        key: (*key).to_owned(),
        help: (*help).to_owned(),
        values: Some((*values).to_owned()),
        ..Shown::default()
    });
    let scopes: &[Scope] = match module {
        "bond" => &[Scope::Bond, Scope::BondPort],
        "bridge" => &[Scope::Bridge, Scope::BridgePort],
        "address" => &[Scope::Ipv4, Scope::Ipv6, Scope::Mpls],
        "ethtool" => &[Scope::Nic],
        _ => &[],
    };
    let options = scopes.iter().flat_map(|scope| option::of(*scope)).filter(|option| !option.keys.is_empty());
    others.chain(options.map(|option| of_option(*option))).collect()
}

fn of_option(option: Opt) -> Shown {
    let spec: &Spec = &option;
    let default =
        option.default_in(BondMode::BalanceRr).map(|value| option.show(&value)).filter(|text| !text.is_empty());
    let (range, values) = match spec.domain {
        Domain::Number { min, max } => (Some(format!("{min}-{max}")), None),
        Domain::Seconds { min, max } => (Some(format!("{}-{}", min / 100, max / 100)), None),
        Domain::Switch => (None, Some("yes,no".to_owned())),
        Domain::Choice(choices) | Domain::Flags(choices) => {
            (None, Some(choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",")))
        }
        Domain::Link => (None, Some("<interface>".to_owned())),
        Domain::Mac => (None, Some("<mac>".to_owned())),
        Domain::Ipv4s => (None, Some("<ipv4>".to_owned())),
        Domain::Ipv6s => (None, Some("<ipv6>".to_owned())),
    };
    Shown { key: option.key().to_owned(), help: spec.help.to_owned(), default, range, values }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_the_table_is_there_once() {
        let text = native();
        for option in option::all().filter(|option| !option.keys.is_empty()) {
            assert_eq!(text.matches(&format!("\n  {}\n", option.key())).count(), 1, "{}", option.key());
        }
        let json: serde_json::Value = serde_json::from_str(&json()).unwrap();
        assert_eq!(json["bond"]["attrs"]["bond-mode"]["validvals"][1], "active-backup");
    }
}
