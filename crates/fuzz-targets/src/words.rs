//! Words that files use, for tests that make files and requests by chance. The corpus of `edit` knows them by their place in
//! these lists.

/// Names of links, and two that are none.
pub const NAMES: &[&str] = &["enp3s0", "enp4s0", "bond0", "vmbr0", "bond0.10", "vlan7", "lo", "eth0:1", "nic7", "a/b"];

/// Keys of an `iface` stanza, in several spellings.
pub const KEYS: &[&str] = &[
    "mtu",
    "address",
    "netmask",
    "gateway",
    "bond-slaves",
    "slaves",
    "bond_ports",
    "bond-master",
    "bond-mode",
    "bond-primary",
    "bond-miimon",
    "bridge-ports",
    "bridge_stp",
    "bridge-pathcosts",
    "bridge-vids",
    "vlan-raw-device",
    "up",
    "post-up",
    "hwaddress",
    "unheard-of",
];

/// Values of such keys, fitting or not.
pub const VALUES: &[&str] = &[
    "none",
    "1",
    "1500",
    "off",
    "active-backup",
    "192.168.1.10/24",
    "10.0.0.1",
    "2001:db8::1/64",
    "enp3s0=5",
    "enp3s0,enp4s0",
    "enp3s0 bond0",
    "regex (a|b).*",
    "02:00:00:00:00:01",
    "ip link set enp3s0 up",
];
