//! Whatever a file holds, it means something, and what it means holds together.

use interfaces::Configuration;
use network::{Given, Kind, Link, Network};
use proptest::prelude::*;

const NAMES: &[&str] = &[
    "enp3s0", "enp4s0", "bond0", "bond1", "vmbr0", "vmbr1", "bond0.10", "vmbr0.20", "vlan7", "lo", "a.1.2", "none",
    "eth0:1",
];

const VALUES: &[&str] = &[
    "",
    "none",
    "0",
    "1",
    "4",
    "100",
    "9000",
    "yes",
    "off",
    "2-4094",
    "10 20",
    "4095",
    "active-backup",
    "802.3ad",
    "fast",
    "layer3+4",
    "192.168.1.10/24",
    "192.168.1.1",
    "2001:db8::1/64",
    "fe80::1",
    "02:00:00:00:00:01",
    "enp3s0=5",
    "regex",
    "regex enp.*",
    "regex (",
    "glob enp3-6s0",
    "glob swp[1-3]s[0-1]",
    "glob swp[0-99999]",
    "all",
    "OVSBridge",
    "OVSBond",
    "veth",
    "dummy",
    "auto",
    "enp3s0 \\\n  enp4s0",
    "# no",
    "\u{fffd}",
];

/// Keys that mean something to resolve, besides those of the table.
const KEYS: &[&str] = &[
    "address",
    "netmask",
    "broadcast",
    "pointopoint",
    "gateway",
    "metric",
    "mtu",
    "hwaddress",
    "bond-slaves",
    "slaves",
    "bond-master",
    "bridge-ports",
    "bridge_ports",
    "bridge-vids",
    "bridge-pvid",
    "bridge-access",
    "bridge-allow-untagged",
    "vlan-raw-device",
    "vlan-id",
    "vlan-protocol",
    "address-purge",
    "up",
    "vxlan-id",
    "vxlan-remoteip",
    "vrf-table",
    "vrf",
    "link-type",
    "veth-peer-name",
    "tunnel-mode",
    "tunnel-endpoint",
    "ovs_type",
    "ovs_ports",
    "ovs_bonds",
    "batman-ifaces",
    "bond-primary",
    "dstaddr",
    "unheard-of",
];

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(NAMES).prop_map(str::to_owned)
}

fn key() -> impl Strategy<Value = String> {
    let table: Vec<&str> = network::option::all().flat_map(|option| option.keys.iter().copied()).collect();
    prop_oneof![prop::sample::select(KEYS), prop::sample::select(table)].prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = String> {
    let names = prop::collection::vec(name(), 1..4).prop_map(|names| names.join(" "));
    prop_oneof![prop::sample::select(VALUES).prop_map(str::to_owned), names, "[ -~]{0,12}"]
}

fn line() -> impl Strategy<Value = String> {
    let setting = (key(), value()).prop_map(|(key, value)| format!("    {key} {value}"));
    let patterns =
        &["/enp*", "/*/1=vlan7", "enp[3-4]s0", "all", "swp[1-2]", "enp3s0=bond0", "mac/02:*=bond1", "eth*"][..];
    let started = prop_oneof![3 => name(), 1 => prop::sample::select(patterns).prop_map(str::to_owned)];
    let keywords = &["auto", "allow-hotplug", "allow-ovs", "allow-vmbr0", "mapping", "template", "rename"][..];
    let start = (prop::sample::select(keywords), started).prop_map(|(a, b)| format!("{a} {b}"));
    let methods = &[
        "",
        "inet static",
        "inet manual",
        "inet6 auto",
        "inet dhcp",
        "inet loopback",
        "inet tunnel",
        "inet ppp",
        "inet6 v4tunnel",
        "can static",
        "inet5 statc",
        "inherits bond0",
        "inet static inherits vmbr0",
        "inet6 static inherits enp3s0",
    ][..];
    let iface = (name(), prop::sample::select(methods)).prop_map(|(name, method)| format!("iface {name} {method}"));
    prop_oneof![4 => setting, 1 => start, 2 => iface, 1 => "[ -~]{0,20}"]
}

/// How lines end in files that many hands and editors were at: with CR LF, going on, before a comment or what is no UTF-8.
fn end() -> impl Strategy<Value = &'static [u8]> {
    let odd: &[&[u8]] =
        &[b"\r\n", b" \\\n", b"\\\r\n\t", b"\n# gr\xf6\xdfe\n", b"\n\n   \n", b"\n    # enp3s0 \\\n", b" \xff\n", b""];
    prop_oneof![3 => Just(&b"\n"[..]), 1 => prop::sample::select(odd)]
}

/// What must hold of any wanted network.
fn holds_together(wanted: &Network) -> Result<(), TestCaseError> {
    for (name, link) in &wanted.links {
        prop_assert_eq!(name, &link.name);
        prop_assert_eq!(link.up, Some(true));
        let members = match &link.kind {
            Kind::Bond(bond) => &bond.slaves,
            Kind::Bridge(bridge) => &bridge.ports,
            _ => continue,
        };
        for member in members {
            prop_assert!(wanted.link(member).is_some(), "{} stands on {}, which is not wanted", name, member);
        }
    }
    for link in wanted.links.values() {
        let Some(master) = &link.master else { continue };
        let master = wanted.link(master);
        if master.is_some_and(|master| matches!(master.kind, Kind::Nic | Kind::Given(Given::Vrf { .. }))) {
            // A VRF, of the file or of the host, keeps no list.
            prop_assert!(link.bond_port.is_none() && link.bridge_port.is_none());
            continue;
        }
        let bond = master.and_then(Link::bond).is_some_and(|bond| bond.slaves.contains(&link.name));
        let bridge = master.and_then(Link::bridge).is_some_and(|bridge| bridge.ports.contains(&link.name));
        prop_assert!(bond || bridge, "the master of {} does not know it", link.name);
        prop_assert_eq!((link.bond_port.is_some(), link.bridge_port.is_some()), (bond, bridge));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn means_something(lines in prop::collection::vec((line(), end()), 0..40)) {
        let source: Vec<u8> = lines.into_iter().flat_map(|(line, end)| [line.as_bytes(), end].concat()).collect();
        let configuration = Configuration::of("interfaces", source.clone());
        prop_assert_eq!(configuration.files[0].document.print(), source);
        let alone = network::resolve(&configuration);
        for host in [None, Some(&Network::default()), Some(&alone.wanted)] {
            let resolved = network::resolve_on(&configuration, host);
            holds_together(&resolved.wanted)?;
            prop_assert_eq!(resolved.asks_host, alone.asks_host);
            if !alone.asks_host {
                prop_assert_eq!(&resolved.wanted, &alone.wanted);
                prop_assert_eq!(&resolved.diagnostics, &alone.diagnostics);
            }
            for diagnostic in [resolved.diagnostics.clone(), network::check(&configuration, &resolved, host)].concat() {
                prop_assert!(diagnostic.labels.iter().all(|label| label.span.start < label.span.end), "{:?}", diagnostic);
            }
        }
    }

    #[test]
    fn survives_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let configuration = Configuration::of("interfaces", bytes);
        let resolved = network::resolve(&configuration);
        holds_together(&resolved.wanted)?;
        let _ = network::check(&configuration, &resolved, None);
    }
}
