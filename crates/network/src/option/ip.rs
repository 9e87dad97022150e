//! How the kernel treats IP and MPLS on a link: the files of `/proc/sys/net/{ipv4,ipv6,mpls}/conf/LINK/`.
//!
//! They are read with the link itself (`IFLA_INET_CONF`, `IFLA_INET6_CONF`), where the attribute of a row is its place
//! (`IPV4_DEVCONF_*` counts from 1, `DEVCONF_*` from 0), and written as files: netlink has no way to set those of IPv6, and
//! sets those of IPv4 without what has to follow (`devinet_sysctl_forward`). Those of MPLS are no part of a link's message, and
//! are there only with the module mpls_router: they are read as files too, and their number is our own.
//!
//! All are left alone where the file says nothing: sysctl.conf and other programs set them too.

/// Of IPv4.
pub mod v4 {
    use crate::option::{Class, Default, Domain, Modes, Unit, Wire};

    crate::option::rows! { Ipv4;
        /// `forwarding`: send on what came in here and is for others.
        FORWARDING = {
            name: "forwarding", keys: &["ip-forward"], attribute: 1, wire: Wire::Sysctl,
            domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "send on IPv4 packets that came in here and are for others",
        }
        /// `proxy_arp`: answer ARP for hosts that are behind other links.
        PROXY_ARP = {
            name: "proxy_arp", keys: &["ip-proxy-arp"], attribute: 3, wire: Wire::Sysctl,
            domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "answer ARP for hosts that are behind other links",
        }
        /// `rp_filter`: drop what comes from where answers would not go (RFC 3704): 0 no, 1 strict, 2 loose.
        RP_FILTER = {
            name: "rp_filter", keys: &["ip-rp-filter"], attribute: 8, wire: Wire::Sysctl,
            domain: Domain::Choice(&[("no", 0), ("strict", 1), ("loose", 2), ("yes", 1), ("off", 0), ("on", 1)]),
            unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "drop what comes from where answers to it would not go: no, strict, loose",
        }
        /// `arp_accept`: learn a neighbour from an announcement that nobody asked for.
        ARP_ACCEPT = {
            name: "arp_accept", keys: &["arp-accept"], attribute: 21, wire: Wire::Sysctl,
            domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "learn a neighbour from an ARP announcement that nobody asked for",
        }
    }
}

/// Of IPv6.
pub mod v6 {
    use crate::option::{Class, Default, Domain, Modes, Unit, Wire};

    crate::option::rows! { Ipv6;
        /// `forwarding`: send on what came in here and is for others.
        FORWARDING = {
            name: "forwarding", keys: &["ip6-forward"], attribute: 0, wire: Wire::Sysctl,
            domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "send on IPv6 packets that came in here and are for others",
        }
        /// `accept_ra`: take addresses and routes from router advertisements: 0 never, 1 unless forwarding, 2 always.
        ACCEPT_RA = {
            name: "accept_ra", keys: &["accept-ra"], attribute: 3, wire: Wire::Sysctl,
            domain: Domain::Number { min: 0, max: 2 }, unit: Unit::None, default: Default::Left(1),
            modes: Modes::ALL, class: Class::Live,
            help: "take routes and addresses from router advertisements: 0 never, 1 unless this link forwards, 2 always",
        }
        /// `autoconf`: make an address of each advertised prefix.
        AUTOCONF = {
            name: "autoconf", keys: &["autoconf"], attribute: 5, wire: Wire::Sysctl,
            domain: Domain::Switch, unit: Unit::None, default: Default::Left(1),
            modes: Modes::ALL, class: Class::Live,
            help: "make an address of each prefix that a router advertises",
        }
        /// `use_tempaddr`: temporary addresses (RFC 8981): 0 none, 1 beside the lasting one, 2 preferred to it.
        USE_TEMPADDR = {
            name: "use_tempaddr", keys: &["privext"], attribute: 10, wire: Wire::Sysctl,
            domain: Domain::Number { min: 0, max: 2 }, unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "temporary addresses: 0 none, 1 beside the lasting one, 2 preferred to it",
        }
        /// `addr_gen_mode`: how the link-local address is made (`IN6_ADDR_GEN_MODE_*`).
        ADDR_GEN_MODE = {
            name: "addr_gen_mode", keys: &["ipv6-addrgen"], attribute: 47, wire: Wire::Sysctl,
            domain: Domain::Choice(&[("on", 0), ("off", 1), ("stable-privacy", 2), ("random", 3), ("eui64", 0), ("none", 1)]),
            unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "how the link-local address is made: on (of the MAC), off (there is none), stable-privacy, random",
        }
    }
}

/// Of MPLS.
pub mod mpls {
    use crate::option::{Class, Default, Domain, Modes, Unit, Wire};

    crate::option::rows! { Mpls;
        /// `input`: take in packets with labels (`mpls_forward`).
        INPUT = {
            name: "input", keys: &["mpls-enable"], attribute: 1, wire: Wire::Sysctl,
            domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
            modes: Modes::ALL, class: Class::Live,
            help: "take in MPLS packets (the kernel needs its module mpls_router)",
        }
    }
}
