//! The options of a bridge (`IFLA_BR_*`).

use super::{Class, Default, Domain, Modes, Unit, Wire};

super::rows! { Bridge;
    /// `vlan_filtering`: keep VLANs apart: a port carries only its own.
    VLAN_FILTERING = {
        name: "vlan_filtering", keys: &["bridge-vlan-aware"], attribute: 7, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "keep VLANs apart: a port carries only its own",
    }
    /// `vlan_protocol`: which ethertype counts as a VLAN tag.
    VLAN_PROTOCOL = {
        name: "vlan_protocol", keys: &["bridge-vlan-protocol"], attribute: 8, wire: Wire::U16Be,
        domain: Domain::Choice(&[("802.1q", 0x8100), ("802.1ad", 0x88a8)]), unit: Unit::None, default: Default::Number(0x8100),
        modes: Modes::ALL, class: Class::Live,
        help: "which ethertype counts as a VLAN tag",
    }
    /// `stp_state`: take part in the spanning tree: a port then waits twice the forward delay before it forwards.
    STP_STATE = {
        name: "stp_state", keys: &["bridge-stp"], attribute: 5, wire: Wire::U32,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "take part in the spanning tree: a port then waits twice the forward delay before it forwards",
    }
    /// `forward_delay`: how long a port listens, and then learns, before it forwards.
    FORWARD_DELAY = {
        name: "forward_delay", keys: &["bridge-fd"], attribute: 1, wire: Wire::U32,
        domain: Domain::Seconds { min: 0, max: 3000 }, unit: Unit::Seconds, default: Default::Number(1500),
        modes: Modes::ALL, class: Class::Live,
        help: "how long a port listens, and then learns, before it forwards",
    }
    /// `hello_time`: how often the root bridge says hello.
    HELLO_TIME = {
        name: "hello_time", keys: &["bridge-hello"], attribute: 2, wire: Wire::U32,
        domain: Domain::Seconds { min: 100, max: 1000 }, unit: Unit::Seconds, default: Default::Number(200),
        modes: Modes::ALL, class: Class::Live,
        help: "how often the root bridge says hello",
    }
    /// `max_age`: how long a silent root bridge is believed in.
    MAX_AGE = {
        name: "max_age", keys: &["bridge-maxage"], attribute: 3, wire: Wire::U32,
        domain: Domain::Seconds { min: 600, max: 4000 }, unit: Unit::Seconds, default: Default::Number(2000),
        modes: Modes::ALL, class: Class::Live,
        help: "how long a silent root bridge is believed in",
    }
    /// `ageing_time`: how long a silent MAC address is remembered.
    AGEING_TIME = {
        name: "ageing_time", keys: &["bridge-ageing"], attribute: 4, wire: Wire::U32,
        domain: Domain::Seconds { min: 0, max: 100000000 }, unit: Unit::Seconds, default: Default::Number(30000),
        modes: Modes::ALL, class: Class::Live,
        help: "how long a silent MAC address is remembered",
    }
    /// `priority`: this bridge's priority in the spanning tree; lower wins.
    PRIORITY = {
        name: "priority", keys: &["bridge-bridgeprio"], attribute: 6, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 65535 }, unit: Unit::None, default: Default::Number(32768),
        modes: Modes::ALL, class: Class::Live,
        help: "this bridge's priority in the spanning tree; lower wins",
    }
    /// `group_fwd_mask`: which link-local frames (01:80:c2:00:00:0X) to forward: a bit each, bits 0 to 2 can't be set.
    GROUP_FWD_MASK = {
        name: "group_fwd_mask", keys: &["bridge-group-fwd-mask"], attribute: 9, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 65535 }, unit: Unit::None, default: Default::Left(0),
        modes: Modes::ALL, class: Class::Live,
        help: "which link-local frames (01:80:c2:00:00:0X) to forward: a bit each, bits 0 to 2 can't be set",
    }
    /// `mcast_router`: whether multicast routers are behind this bridge: 0 never, 1 learn, 2 always.
    MCAST_ROUTER = {
        name: "mcast_router", keys: &["bridge-mcrouter"], attribute: 22, wire: Wire::U8,
        domain: Domain::Choice(&[("no", 0), ("yes", 1), ("always", 2)]), unit: Unit::None, default: Default::Left(1),
        modes: Modes::ALL, class: Class::Live,
        help: "whether multicast routers are behind this bridge: no, yes (learn it), always",
    }
    /// `mcast_snooping`: send multicast only to the ports that asked for it.
    MCAST_SNOOPING = {
        name: "mcast_snooping", keys: &["bridge-mcsnoop"], attribute: 23, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Left(1),
        modes: Modes::ALL, class: Class::Live,
        help: "send multicast only to the ports that asked for it",
    }
    /// `mcast_query_use_ifaddr`: send IGMP queries from the bridge's own address.
    MCAST_QUERY_USE_IFADDR = {
        name: "mcast_query_use_ifaddr", keys: &["bridge-mcqifaddr"], attribute: 24, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
        modes: Modes::ALL, class: Class::Live,
        help: "send IGMP queries from the bridge's own address",
    }
    /// `mcast_querier`: ask for multicast memberships when no router does.
    MCAST_QUERIER = {
        name: "mcast_querier", keys: &["bridge-mcquerier"], attribute: 25, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
        modes: Modes::ALL, class: Class::Live,
        help: "ask for multicast memberships when no router does",
    }
    /// `mcast_hash_max`: how many multicast groups to remember; the kernel rounds to a power of two.
    MCAST_HASH_MAX = {
        name: "mcast_hash_max", keys: &["bridge-hashmax"], attribute: 27, wire: Wire::U32,
        domain: Domain::Number { min: 1, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Left(4096),
        modes: Modes::ALL, class: Class::Live,
        help: "how many multicast groups to remember; the kernel rounds to a power of two",
    }
    /// `mcast_last_member_count`: how many queries to send after a leave.
    MCAST_LAST_MEMBER_CNT = {
        name: "mcast_last_member_count", keys: &["bridge-mclmc"], attribute: 28, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Left(2),
        modes: Modes::ALL, class: Class::Live,
        help: "how many queries to send after a leave",
    }
    /// `mcast_startup_query_count`: how many queries to send at the start.
    MCAST_STARTUP_QUERY_CNT = {
        name: "mcast_startup_query_count", keys: &["bridge-mcsqc"], attribute: 29, wire: Wire::U32,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Left(2),
        modes: Modes::ALL, class: Class::Live,
        help: "how many queries to send at the start",
    }
    /// `mcast_last_member_interval`: how long to wait for answers after a leave.
    MCAST_LAST_MEMBER_INTVL = {
        name: "mcast_last_member_interval", keys: &["bridge-mclmi"], attribute: 30, wire: Wire::U64,
        domain: Domain::Seconds { min: 0, max: u32::MAX as i64 }, unit: Unit::Seconds, default: Default::Left(100),
        modes: Modes::ALL, class: Class::Live,
        help: "how long to wait for answers after a leave",
    }
    /// `mcast_membership_interval`: how long a silent member is remembered.
    MCAST_MEMBERSHIP_INTVL = {
        name: "mcast_membership_interval", keys: &["bridge-mcmi"], attribute: 31, wire: Wire::U64,
        domain: Domain::Seconds { min: 0, max: u32::MAX as i64 }, unit: Unit::Seconds, default: Default::Left(26000),
        modes: Modes::ALL, class: Class::Live,
        help: "how long a silent member is remembered",
    }
    /// `mcast_querier_interval`: how long another querier is believed in.
    MCAST_QUERIER_INTVL = {
        name: "mcast_querier_interval", keys: &["bridge-mcqpi"], attribute: 32, wire: Wire::U64,
        domain: Domain::Seconds { min: 0, max: u32::MAX as i64 }, unit: Unit::Seconds, default: Default::Left(25500),
        modes: Modes::ALL, class: Class::Live,
        help: "how long another querier is believed in",
    }
    /// `mcast_query_interval`: how often to query.
    MCAST_QUERY_INTVL = {
        name: "mcast_query_interval", keys: &["bridge-mcqi"], attribute: 33, wire: Wire::U64,
        domain: Domain::Seconds { min: 100, max: u32::MAX as i64 }, unit: Unit::Seconds, default: Default::Left(12500),
        modes: Modes::ALL, class: Class::Live,
        help: "how often to query",
    }
    /// `mcast_query_response_interval`: how long members may take to answer.
    MCAST_QUERY_RESPONSE_INTVL = {
        name: "mcast_query_response_interval", keys: &["bridge-mcqri"], attribute: 34, wire: Wire::U64,
        domain: Domain::Seconds { min: 0, max: u32::MAX as i64 }, unit: Unit::Seconds, default: Default::Left(1000),
        modes: Modes::ALL, class: Class::Live,
        help: "how long members may take to answer",
    }
    /// `mcast_startup_query_interval`: how often to query at the start.
    MCAST_STARTUP_QUERY_INTVL = {
        name: "mcast_startup_query_interval", keys: &["bridge-mcsqi"], attribute: 35, wire: Wire::U64,
        domain: Domain::Seconds { min: 100, max: u32::MAX as i64 }, unit: Unit::Seconds, default: Default::Left(3125),
        modes: Modes::ALL, class: Class::Live,
        help: "how often to query at the start",
    }
    /// `vlan_default_pvid`: the PVID that a new port gets; 0 gives none.
    VLAN_DEFAULT_PVID = {
        name: "vlan_default_pvid", keys: &["bridge-vlan-default-pvid"], attribute: 39, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 4094 }, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "the PVID that a new port gets; 0 gives none",
    }
    /// `vlan_stats_enabled`: count traffic by VLAN.
    VLAN_STATS_ENABLED = {
        name: "vlan_stats_enabled", keys: &["bridge-vlan-stats"], attribute: 41, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
        modes: Modes::ALL, class: Class::Live,
        help: "count traffic by VLAN",
    }
    /// `mcast_stats_enabled`: count multicast traffic.
    MCAST_STATS_ENABLED = {
        name: "mcast_stats_enabled", keys: &["bridge-mcstats"], attribute: 42, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Left(0),
        modes: Modes::ALL, class: Class::Live,
        help: "count multicast traffic",
    }
    /// `mcast_igmp_version`: the IGMP version that queries speak.
    MCAST_IGMP_VERSION = {
        name: "mcast_igmp_version", keys: &["bridge-igmp-version"], attribute: 43, wire: Wire::U8,
        domain: Domain::Number { min: 2, max: 3 }, unit: Unit::None, default: Default::Left(2),
        modes: Modes::ALL, class: Class::Live,
        help: "the IGMP version that queries speak",
    }
    /// `mcast_mld_version`: the MLD version that queries speak.
    MCAST_MLD_VERSION = {
        name: "mcast_mld_version", keys: &["bridge-mld-version"], attribute: 44, wire: Wire::U8,
        domain: Domain::Number { min: 1, max: 2 }, unit: Unit::None, default: Default::Left(1),
        modes: Modes::ALL, class: Class::Live,
        help: "the MLD version that queries speak",
    }
}
