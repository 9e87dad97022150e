//! The words of the language beside those of the option table: keywords, families, methods, and the keys that no bond or
//! bridge keeps as an option.

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// Any interface.
    Any,
    /// A bond.
    Bond,
    /// A slave of a bond.
    Slave,
    /// A bridge.
    Bridge,
    /// A port of a bridge.
    Port,
    /// A bridge or its port.
    BridgeOrPort,
    /// A VLAN device.
    Vlan,
}

/// What a value is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Whatever the help says.
    Text,
    /// Names of interfaces.
    Names,
    /// One of these.
    OneOf(&'static [&'static str]),
}

/// A key.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) at: At,
    pub(crate) takes: Takes,
    pub(crate) help: &'static str,
}

const fn key(name: &'static str, at: At, takes: Takes, help: &'static str) -> Key {
    Key { name, at, takes, help }
}

/// The words that open a stanza, and what each does.
pub(crate) const KEYWORDS: &[(&str, &str)] = &[
    ("auto", "starts these interfaces at boot"),
    ("allow-hotplug", "starts these interfaces when their hardware appears"),
    ("iface", "describes an interface: `iface NAME inet static`"),
    ("source", "reads the files that match a pattern, as if they stood here"),
    ("source-directory", "reads the files of a folder whose names are letters, digits, `_` and `-`"),
    ("mapping", "chooses a stanza by a script; kept, and not acted on"),
    ("no-auto-down", "keeps these interfaces up when others are taken down"),
    ("no-scripts", "runs no scripts for these interfaces"),
];

pub(crate) const FAMILIES: &[(&str, &str)] = &[("inet", "IPv4"), ("inet6", "IPv6")];

pub(crate) const METHODS: &[(&str, &str)] = &[
    ("manual", "no address by itself; `address` lines are taken all the same"),
    ("static", "with the addresses of its `address` lines"),
    ("dhcp", "addresses from DHCP"),
    ("auto", "IPv6: addresses from router advertisements"),
    ("loopback", "the loopback, `lo`"),
];

/// What stands in a list of names and is none.
pub(crate) const NO_NAMES: &[&str] = &["none", "all", "regex", "noregex", "glob", "noglob"];

const YES_NO: Takes = Takes::OneOf(&["yes", "no"]);

/// The keys beside the table's.
pub(crate) const KEYS: &[Key] = &[
    key("address", At::Any, Takes::Text, "an IP address with its prefix length: `192.168.1.10/24`; one a line"),
    key("netmask", At::Any, Takes::Text, "the netmask or prefix length of the `address` line of the same number"),
    key("broadcast", At::Any, Takes::Text, "the broadcast address of the `address` line of the same number"),
    key("pointopoint", At::Any, Takes::Text, "the other end's address, on a link to one other host"),
    key("gateway", At::Any, Takes::Text, "the default route's next hop; one for a host and family"),
    key("metric", At::Any, Takes::Text, "the metric of the gateway's route: the lowest is used"),
    key("mtu", At::Any, Takes::Text, "the largest packet, 68 to 65535 bytes; 1500 unless said"),
    key("hwaddress", At::Any, Takes::Text, "the Ethernet address to use in place of the hardware's"),
    key("address-purge", At::Any, YES_NO, "no: addresses that others have set are left alone"),
    key("bond-slaves", At::Bond, Takes::Names, "the bond's slaves, or `none`"),
    key("bond-master", At::Slave, Takes::Names, "the bond that this interface is a slave of"),
    key("bridge-ports", At::Bridge, Takes::Names, "the bridge's ports, or `none`; guests join by themselves"),
    key("bridge-vids", At::BridgeOrPort, Takes::Text, "the VLANs that ports carry: `2-4094`, or `10 20 30-40`"),
    key("bridge-pvid", At::BridgeOrPort, Takes::Text, "the VLAN of frames without a tag; 1 unless said"),
    key("bridge-access", At::Port, Takes::Text, "the one VLAN of this port, without a tag"),
    key("bridge-allow-untagged", At::Port, YES_NO, "no: the port takes no frames without a tag"),
    key("vlan-raw-device", At::Vlan, Takes::Names, "the device that this VLAN rides on"),
    key("vlan-id", At::Vlan, Takes::Text, "the VLAN's id, 1 to 4094"),
    key(
        "vlan-protocol",
        At::Vlan,
        Takes::OneOf(&["802.1q", "802.1ad"]),
        "the kind of tag; 802.1ad is QinQ's outer one",
    ),
    key("pre-up", At::Any, Takes::Text, "a command before the interface comes up; not run yet"),
    key("up", At::Any, Takes::Text, "a command after the interface came up; not run yet"),
    key("post-up", At::Any, Takes::Text, "a command after the interface came up; not run yet"),
    key("pre-down", At::Any, Takes::Text, "a command before the interface goes down; not run yet"),
    key("down", At::Any, Takes::Text, "a command before the interface goes down; not run yet"),
    key("post-down", At::Any, Takes::Text, "a command after the interface went down; not run yet"),
];

/// The key of that name; `_` counts as `-`.
pub(crate) fn find(name: &str) -> Option<&'static Key> {
    let name = name.replace('_', "-");
    let name = match name.as_str() {
        "slaves" | "bond-ports" => "bond-slaves",
        "bridge-trunk" => "bridge-vids",
        other => other,
    };
    KEYS.iter().find(|key| key.name == name)
}

/// Whether the key's value is made of interface names.
pub(crate) fn names_interfaces(key: &str) -> bool {
    find(key).is_some_and(|key| key.takes == Takes::Names)
}

/// The help of a keyword, family or method.
pub(crate) fn word(text: &str) -> Option<&'static str> {
    [KEYWORDS, FAMILIES, METHODS].into_iter().flatten().find(|(word, _)| *word == text).map(|(_, help)| *help)
}

#[cfg(test)]
mod tests {
    use interfaces::Configuration;

    use super::*;

    #[test]
    fn every_key_is_one_that_the_checks_know_and_the_table_lacks() {
        for key in KEYS {
            let text = format!("auto x\niface x inet manual\n    {} 1\n", key.name);
            let resolved = network::resolve(&Configuration::of("i", text.into_bytes()));
            let unknown = resolved.diagnostics.iter().any(|diagnostic| diagnostic.code == "BW022");
            assert!(!unknown, "{} is unknown to resolve", key.name);
            assert!(network::option::by_key(key.name).is_none(), "{} is the table's", key.name);
            assert_eq!(find(&key.name.replace('-', "_")).map(|found| found.name), Some(key.name));
        }
    }
}
