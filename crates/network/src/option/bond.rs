//! The options of a bond (`IFLA_BOND_*`).

use super::{Class, Default, Domain, Modes, Unit, Wire};

super::rows! { Bond;
    /// `mode`: how the slaves share the work; what the switch must do follows from it.
    MODE = {
        name: "mode", keys: &["bond-mode"], attribute: 1, wire: Wire::U8,
        domain: Domain::Choice(&[("balance-rr", 0), ("active-backup", 1), ("balance-xor", 2), ("broadcast", 3), ("802.3ad", 4), ("balance-tlb", 5), ("balance-alb", 6)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::BondDownNoSlaves,
        help: "how the slaves share the work; what the switch must do follows from it",
    }
    /// `miimon`: how often the link of each slave is looked at; 0 never looks, so nothing fails over.
    MIIMON = {
        name: "miimon", keys: &["bond-miimon"], attribute: 3, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: i32::MAX as i64 }, unit: Unit::Millis, default: Default::NumberElse(0, 100),
        modes: Modes::ALL, class: Class::Live,
        help: "how often the link of each slave is looked at; 0 never looks, so nothing fails over",
    }
    /// `updelay`: how long a link must be up again before its slave is used; rounded down to a multiple of miimon.
    UPDELAY = {
        name: "updelay", keys: &["bond-updelay"], attribute: 4, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: i32::MAX as i64 }, unit: Unit::Millis, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "how long a link must be up again before its slave is used; rounded down to a multiple of miimon",
    }
    /// `downdelay`: how long a link must be down before its slave is given up; rounded down to a multiple of miimon.
    DOWNDELAY = {
        name: "downdelay", keys: &["bond-downdelay"], attribute: 5, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: i32::MAX as i64 }, unit: Unit::Millis, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "how long a link must be down before its slave is given up; rounded down to a multiple of miimon",
    }
    /// `use_carrier`: ask the driver for the carrier; off asks the PHY by ioctl, which recent kernels no longer do.
    USE_CARRIER = {
        name: "use_carrier", keys: &["bond-use-carrier"], attribute: 6, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "ask the driver for the carrier; off asks the PHY by ioctl, which recent kernels no longer do",
    }
    /// `arp_interval`: how often ARP targets are probed; 0 turns the ARP monitor off, anything else turns miimon off.
    ARP_INTERVAL = {
        name: "arp_interval", keys: &["bond-arp-interval"], attribute: 7, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: i32::MAX as i64 }, unit: Unit::Millis, default: Default::Number(0),
        modes: Modes::ARP, class: Class::Live,
        help: "how often ARP targets are probed; 0 turns the ARP monitor off, anything else turns miimon off",
    }
    /// `arp_ip_target`: whom the ARP monitor probes: up to 16 IPv4 addresses.
    ARP_IP_TARGET = {
        name: "arp_ip_target", keys: &["bond-arp-ip-target"], attribute: 8, wire: Wire::Ipv4List,
        domain: Domain::Ipv4s, unit: Unit::None, default: Default::Empty,
        modes: Modes::ARP, class: Class::Live,
        help: "whom the ARP monitor probes: up to 16 IPv4 addresses",
    }
    /// `arp_validate`: which slaves must see ARP traffic of the targets themselves, not just any, to count as up.
    ARP_VALIDATE = {
        name: "arp_validate", keys: &["bond-arp-validate"], attribute: 9, wire: Wire::U32,
        domain: Domain::Choice(&[("none", 0), ("active", 1), ("backup", 2), ("all", 3), ("filter", 4), ("filter_active", 5), ("filter_backup", 6)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::ARP, class: Class::Live,
        help: "which slaves must see ARP traffic of the targets themselves, not just any, to count as up",
    }
    /// `arp_all_targets`: whether one answering ARP target is enough, or all must answer.
    ARP_ALL_TARGETS = {
        name: "arp_all_targets", keys: &["bond-arp-all-targets"], attribute: 10, wire: Wire::U32,
        domain: Domain::Choice(&[("any", 0), ("all", 1)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::ACTIVE_BACKUP, class: Class::Live,
        help: "whether one answering ARP target is enough, or all must answer",
    }
    /// `primary`: the slave to use whenever it is up.
    PRIMARY = {
        name: "primary", keys: &["bond-primary"], attribute: 11, wire: Wire::Index,
        domain: Domain::Link, unit: Unit::None, default: Default::NoLink,
        modes: Modes::ACTIVE_SLAVE, class: Class::Live,
        help: "the slave to use whenever it is up",
    }
    /// `primary_reselect`: when to go back to the primary: as soon as it is up, if it is faster, or only when the other fails.
    PRIMARY_RESELECT = {
        name: "primary_reselect", keys: &["bond-primary-reselect"], attribute: 12, wire: Wire::U8,
        domain: Domain::Choice(&[("always", 0), ("better", 1), ("failure", 2)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::ACTIVE_SLAVE, class: Class::Live,
        help: "when to go back to the primary: as soon as it is up, if it is faster, or only when the other fails",
    }
    /// `fail_over_mac`: whose MAC the bond uses: one for all slaves, the active slave's own, or one that follows the active slave.
    FAIL_OVER_MAC = {
        name: "fail_over_mac", keys: &["bond-fail-over-mac"], attribute: 13, wire: Wire::U8,
        domain: Domain::Choice(&[("none", 0), ("active", 1), ("follow", 2)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::ACTIVE_BACKUP, class: Class::NoSlaves,
        help: "whose MAC the bond uses: one for all slaves, the active slave's own, or one that follows the active slave",
    }
    /// `xmit_hash_policy`: which headers decide the slave that a flow leaves by.
    XMIT_HASH_POLICY = {
        name: "xmit_hash_policy", keys: &["bond-xmit-hash-policy"], attribute: 14, wire: Wire::U8,
        domain: Domain::Choice(&[("layer2", 0), ("layer3+4", 1), ("layer2+3", 2), ("encap2+3", 3), ("encap3+4", 4), ("vlan+srcmac", 5)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::HASH, class: Class::Live,
        help: "which headers decide the slave that a flow leaves by",
    }
    /// `resend_igmp`: how many IGMP reports to send after a failover.
    RESEND_IGMP = {
        name: "resend_igmp", keys: &["bond-resend-igmp"], attribute: 15, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: 255 }, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "how many IGMP reports to send after a failover",
    }
    /// `num_peer_notif`: how many gratuitous ARPs and unsolicited neighbour advertisements to send after a failover.
    NUM_PEER_NOTIF = {
        name: "num_peer_notif", keys: &["bond-num-grat-arp", "bond-num-unsol-na", "bond-num-peer-notif"], attribute: 16, wire: Wire::U8,
        domain: Domain::Number { min: 0, max: 255 }, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "how many gratuitous ARPs and unsolicited neighbour advertisements to send after a failover",
    }
    /// `all_slaves_active`: take in frames that arrive on inactive slaves too; they may be duplicates.
    ALL_SLAVES_ACTIVE = {
        name: "all_slaves_active", keys: &["bond-all-slaves-active"], attribute: 17, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "take in frames that arrive on inactive slaves too; they may be duplicates",
    }
    /// `min_links`: how many links the active aggregator needs for the bond to have carrier.
    MIN_LINKS = {
        name: "min_links", keys: &["bond-min-links", "bond-minlinks"], attribute: 18, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: i32::MAX as i64 }, unit: Unit::None, default: Default::Number(0),
        modes: Modes::LACP, class: Class::Live,
        help: "how many links the active aggregator needs for the bond to have carrier",
    }
    /// `lp_interval`: how often learning packets go to the switches.
    LP_INTERVAL = {
        name: "lp_interval", keys: &["bond-lp-interval"], attribute: 19, wire: Wire::U32,
        domain: Domain::Number { min: 1, max: i32::MAX as i64 }, unit: Unit::Seconds, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "how often learning packets go to the switches",
    }
    /// `packets_per_slave`: how many packets a slave sends before the next one's turn; 0 picks slaves by chance.
    PACKETS_PER_SLAVE = {
        name: "packets_per_slave", keys: &["bond-packets-per-slave"], attribute: 20, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: 65535 }, unit: Unit::None, default: Default::Number(1),
        modes: Modes::BALANCE_RR, class: Class::Live,
        help: "how many packets a slave sends before the next one's turn; 0 picks slaves by chance",
    }
    /// `lacp_active`: send LACPDUs unasked; off only answers, and two silent ends never bundle.
    LACP_ACTIVE = {
        name: "lacp_active", keys: &["bond-lacp-active"], attribute: 29, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::LACP, class: Class::BondDown,
        help: "send LACPDUs unasked; off only answers, and two silent ends never bundle",
    }
    /// `lacp_rate`: how often the partner is to send LACPDUs: every 30 s (given up after 90 s) or every second (after 3 s).
    LACP_RATE = {
        name: "lacp_rate", keys: &["bond-lacp-rate"], attribute: 21, wire: Wire::U8,
        domain: Domain::Choice(&[("slow", 0), ("fast", 1)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::LACP, class: Class::BondDown,
        help: "how often the partner is to send LACPDUs: every 30 s (given up after 90 s) or every second (after 3 s)",
    }
    /// `ad_select`: which aggregator to use when the slaves reach more than one.
    AD_SELECT = {
        name: "ad_select", keys: &["bond-ad-select"], attribute: 22, wire: Wire::U8,
        domain: Domain::Choice(&[("stable", 0), ("bandwidth", 1), ("count", 2), ("actor_port_prio", 3)]), unit: Unit::None, default: Default::Number(0),
        modes: Modes::LACP, class: Class::BondDown,
        help: "which aggregator to use when the slaves reach more than one",
    }
    /// `ad_actor_sys_prio`: our system priority in LACPDUs; lower wins.
    AD_ACTOR_SYS_PRIO = {
        name: "ad_actor_sys_prio", keys: &["bond-ad-actor-sys-prio", "bond-ad-sys-priority"], attribute: 24, wire: Wire::U16,
        domain: Domain::Number { min: 1, max: 65535 }, unit: Unit::None, default: Default::Number(65535),
        modes: Modes::LACP, class: Class::Live,
        help: "our system priority in LACPDUs; lower wins",
    }
    /// `ad_user_port_key`: the upper ten bits of our LACP port key.
    AD_USER_PORT_KEY = {
        name: "ad_user_port_key", keys: &["bond-ad-user-port-key"], attribute: 25, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 1023 }, unit: Unit::None, default: Default::Number(0),
        modes: Modes::LACP, class: Class::BondDown,
        help: "the upper ten bits of our LACP port key",
    }
    /// `ad_actor_system`: our system MAC in LACPDUs, in place of the bond's own.
    AD_ACTOR_SYSTEM = {
        name: "ad_actor_system", keys: &["bond-ad-actor-system", "bond-ad-sys-mac-addr"], attribute: 26, wire: Wire::Mac,
        domain: Domain::Mac, unit: Unit::None, default: Default::ZeroMac,
        modes: Modes::LACP, class: Class::Live,
        help: "our system MAC in LACPDUs, in place of the bond's own",
    }
    /// `tlb_dynamic_lb`: move flows between slaves by load; off hashes them.
    TLB_DYNAMIC_LB = {
        name: "tlb_dynamic_lb", keys: &["bond-tlb-dynamic-lb"], attribute: 27, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::LOAD_BALANCE, class: Class::BondDown,
        help: "move flows between slaves by load; off hashes them",
    }
    /// `peer_notif_delay`: how long to wait between those announcements; rounded down to a multiple of miimon.
    PEER_NOTIF_DELAY = {
        name: "peer_notif_delay", keys: &["bond-peer-notif-delay"], attribute: 28, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: 300000 }, unit: Unit::Millis, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "how long to wait between those announcements; rounded down to a multiple of miimon",
    }
    /// `arp_missed_max`: how many ARP probes may go unanswered before a slave counts as down.
    ARP_MISSED_MAX = {
        name: "arp_missed_max", keys: &["bond-arp-missed-max"], attribute: 30, wire: Wire::U8,
        domain: Domain::Number { min: 1, max: 255 }, unit: Unit::None, default: Default::Number(2),
        modes: Modes::ARP, class: Class::Live,
        help: "how many ARP probes may go unanswered before a slave counts as down",
    }
    /// `ns_ip6_target`: whom the monitor probes by neighbour solicitation: up to 16 IPv6 addresses.
    NS_IP6_TARGET = {
        name: "ns_ip6_target", keys: &["bond-ns-ip6-target"], attribute: 31, wire: Wire::Ipv6List,
        domain: Domain::Ipv6s, unit: Unit::None, default: Default::Empty,
        modes: Modes::ARP, class: Class::Live,
        help: "whom the monitor probes by neighbour solicitation: up to 16 IPv6 addresses",
    }
    /// `coupled_control`: start collecting and distributing together; off waits for the partner in between.
    COUPLED_CONTROL = {
        name: "coupled_control", keys: &["bond-coupled-control"], attribute: 32, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::LACP, class: Class::BondDown,
        help: "start collecting and distributing together; off waits for the partner in between",
    }
    /// `broadcast_neighbor`: send ARP and neighbour discovery out of every slave.
    BROADCAST_NEIGHBOR = {
        name: "broadcast_neighbor", keys: &["bond-broadcast-neighbor"], attribute: 33, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::LACP, class: Class::Live,
        help: "send ARP and neighbour discovery out of every slave",
    }
    /// `lacp_strict`: have no carrier while no partner answers.
    LACP_STRICT = {
        name: "lacp_strict", keys: &["bond-lacp-strict"], attribute: 34, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::LACP, class: Class::Live,
        help: "have no carrier while no partner answers",
    }
    /// `active_slave`: the slave to use from now on; a failover may change it again.
    ACTIVE_SLAVE = {
        name: "active_slave", keys: &["bond-active-slave"], attribute: 2, wire: Wire::Index,
        domain: Domain::Link, unit: Unit::None, default: Default::Observed,
        modes: Modes::ACTIVE_SLAVE, class: Class::Live,
        help: "the slave to use from now on; a failover may change it again",
    }
}

/// What the driver refuses in a mode that has no use for it (`unsuppmodes` of `bond_options.c`): EACCES. All else it takes in
/// any mode, and lets it be. What it shows, it shows in every mode.
pub const MODE_BOUND: [super::Opt; 13] = [
    PACKETS_PER_SLAVE,
    ARP_VALIDATE,
    ARP_INTERVAL,
    ARP_MISSED_MAX,
    LACP_ACTIVE,
    LACP_RATE,
    PRIMARY,
    ACTIVE_SLAVE,
    TLB_DYNAMIC_LB,
    AD_ACTOR_SYS_PRIO,
    AD_ACTOR_SYSTEM,
    AD_USER_PORT_KEY,
    COUPLED_CONTROL,
];
