//! Keys besides the table's: those that are acted on, and those that others act on.
//!
//! From interfaces(5) of ifupdown, ifupdown2's addons (`_modinfo`), ifupdown-ng, Proxmox, and the scripts that ifenslave,
//! bridge-utils, vlan, ethtool, wpasupplicant, wireless-tools, hostapd, openvswitch-switch, resolvconf, ifmetric,
//! macchanger, uml-utilities, vde2 and batctl hang into ifupdown.

/// Keys that this room acts on, besides the table's.
pub(super) const ACTED_ON: &[&str] = &[
    "address",
    "netmask",
    "broadcast",
    "pointopoint",
    "gateway",
    "metric",
    "mtu",
    "hwaddress",
    "address-purge",
    "alias",
    "scope",
    "preferred-lifetime",
    "vrf",
    "bridge-hw",
    "bridge-pathcost",
    "bridge-portprio",
    "bond-slaves",
    "slaves",
    "bond-ports",
    "bond-master",
    "bridge-ports",
    "bridge-vids",
    "bridge-trunk",
    "bridge-always-up",
    "bridge-ports-condone-regex",
    "bridge-pvid",
    "bridge-access",
    "bridge-allow-untagged",
    "link-down",
    "vlan-raw-device",
    "vlan-id",
    "vlan-protocol",
];

/// Keys that leave nothing to do: `network` follows from the address; nothing waits for duplicate address detection;
/// waiting for ports is not needed, as they are adopted when they come; the kernel no longer has `gcint` and `hashel`;
/// `uplink-id` is Proxmox's own note, `description` an administrator's; `media` is for cards with more than
/// one plug; a port that others added to Open vSwitch's bridge stays, with and without `ovs-ports-condone-regex`; `bridge-disable-mac-learning` is what Proxmox asks when it plugs a guest in.
pub(super) const NOTHING_TO_DO: &[&str] = &[
    "network",
    "dad-attempts",
    "dad-interval",
    "bridge-waitport",
    "bridge-maxwait",
    "bridge-gcint",
    "bridge-hashel",
    "uplink-id",
    "description",
    "media",
    "bridge-disable-mac-learning",
    "ovs-ports-condone-regex",
];

/// Keys, and beginnings of keys (those that end in `-`), that others act on, by what they are for.
pub(super) const OTHERS: &[(&str, &[&str])] = &[
    ("commands are `ifreload`'s and `ifup`'s to run", &["up", "pre-up", "post-up", "down", "pre-down", "post-down"]),
    ("name servers are not set yet", &["dns-", "dns-nameservers", "dns-search", "dns-domain"]),
    (
        "the NIC's own settings are not made yet",
        &["link-", "ethtool-", "ethernet-", "driver-message-level", "offload-", "hardware-", "ring-", "hw-mac-address"],
    ),
    (
        "LACP bypass is a Cumulus kernel's",
        &["bond-lacp-bypass-allow", "bond-lacp-bypass-period", "bond-lacp-bypass-priority"],
    ),
    ("waiting for slaves is not needed and not done", &["bond-give-a-chance"]),
    ("a VXLAN device for which the file names no remote end keeps those that it has", &["vxlan-purge-remotes"]),
    ("one group is all that a VXLAN device sends to", &["vxlan-mcastgrp-map"]),
    ("ifupdown2 knows no such VXLAN setting", &["vxlan-"]),
    ("ifupdown2 knows no such tunnel setting", &["tunnel-"]),
    ("Open vSwitch's scripts know no such line", &["ovs-"]),
    ("multihoming by EVPN is not made yet", &["es-", "bond-es-"]),
    ("MLAG is clagd's, and not driven", &["clagd-", "clag-", "clag-id"]),
    (
        "redundant gateway addresses are not made: keepalived or FRR's vrrpd makes its own",
        &["vrrp", "vrrp-", "address-virtual", "address-virtual-"],
    ),
    ("the spanning tree daemon is not driven", &["mstpctl-"]),
    (
        "wireless links are wpa_supplicant's, hostapd's or iwconfig's",
        &["wpa-", "wpa-ssid", "wireless-", "hostapd", "wireless"],
    ),
    (
        "settings of a CAN bus are not made yet",
        &["bitrate", "samplepoint", "loopback", "listenonly", "triple", "oneshot", "berr", "restart-ms"],
    ),
    (
        "what VLANs do with priorities is not set yet",
        &["vlan-egress-", "vlan-ingress-", "vlan-reorder-", "vlan-bridge-binding", "vlan-loose-binding"],
    ),
    ("devices of user-mode programs are not made", &["tunctl-", "uml-", "vde2-", "ipx-"]),
    ("ifupdown-ng's dependencies and executors are not followed", &["requires", "use"]),
    ("IPX is no more", &["frame", "netnum"]),
    ("this bridge setting is not made yet", &["bridge-disable-linklocal-ipv6-also-phys", "bridge-vlan-"]),
    (
        "a querier's address for each VLAN is a Cumulus bridge's, not Linux's",
        &["bridge-mcqv4src", "bridge-igmp-querier-src"],
    ),
    (
        "VXLAN devices that carry many VLANs (`tunnel_info`) are not made yet: give each VNI a device of its own",
        &["bridge-vlan-vni-map"],
    ),
    (
        "this address setting is not made yet",
        &[
            "dhcp",
            "hostname",
            "leasehours",
            "leasetime",
            "vendor",
            "client",
            "inet6-",
            "bootfile",
            "server",
            "hwaddr",
            "request-prefix",
            "ll-attempts",
            "ll-interval",
            "dhcp-",
            "udhcpc-opts",
        ],
    ),
];
