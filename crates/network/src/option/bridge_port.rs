//! The options of a bridge's port (`IFLA_BRPORT_*`), said in the port's own stanza or as `port=value` in the bridge's.

use super::{Class, Default, Domain, Modes, Unit, Wire};

super::rows! { BridgePort;
    /// `priority`: the port's priority in the spanning tree; lower wins.
    PRIORITY = {
        name: "priority", keys: &["bridge-portprios"], attribute: 2, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 63 }, unit: Unit::None, default: Default::Number(32),
        modes: Modes::ALL, class: Class::Live,
        help: "the port's priority in the spanning tree; lower wins",
    }
    /// `cost`: the port's cost in the spanning tree; the kernel's own goes by speed.
    COST = {
        name: "cost", keys: &["bridge-pathcosts"], attribute: 3, wire: Wire::U32,
        domain: Domain::Number { min: 1, max: 65535 }, unit: Unit::None, default: Default::Observed,
        modes: Modes::ALL, class: Class::Live,
        help: "the port's cost in the spanning tree; the kernel's own goes by speed",
    }
    /// `hairpin`: send a frame back out of the port that it came in by.
    HAIRPIN = {
        name: "hairpin", keys: &["bridge-hairpin"], attribute: 4, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "send a frame back out of the port that it came in by",
    }
    /// `guard`: shut the port when a spanning-tree frame arrives.
    BPDU_GUARD = {
        name: "guard", keys: &["mstpctl-bpduguard", "bridge-bpduguard"], attribute: 5, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "shut the port when a spanning-tree frame arrives",
    }
    /// `root_block`: never take the root bridge to be behind this port.
    ROOT_BLOCK = {
        name: "root_block", keys: &["bridge-rootblock"], attribute: 6, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "never take the root bridge to be behind this port",
    }
    /// `fastleave`: stop multicast at once after a leave.
    FAST_LEAVE = {
        name: "fastleave", keys: &["bridge-portmcfl"], attribute: 7, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "stop multicast at once after a leave",
    }
    /// `learning`: learn which MAC addresses are behind the port.
    LEARNING = {
        name: "learning", keys: &["bridge-learning"], attribute: 8, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "learn which MAC addresses are behind the port",
    }
    /// `flood`: send frames for unknown addresses out of the port.
    UNICAST_FLOOD = {
        name: "flood", keys: &["bridge-unicast-flood"], attribute: 9, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "send frames for unknown addresses out of the port",
    }
    /// `mcast_router`: whether a multicast router is behind the port: 0 never, 1 learn, 2 always, 3 for a while.
    MULTICAST_ROUTER = {
        name: "mcast_router", keys: &["bridge-portmcrouter"], attribute: 25, wire: Wire::U8,
        domain: Domain::Choice(&[
            ("disabled", 0), ("automatic", 1), ("every", 2), ("temporary", 3), ("no", 0), ("yes", 1), ("always", 2),
        ]),
        unit: Unit::None, default: Default::Number(1), modes: Modes::ALL, class: Class::Live,
        help: "whether a multicast router is behind the port: disabled, automatic, every (always), temporary",
    }
    /// `mcast_flood`: send unasked-for multicast out of the port.
    MCAST_FLOOD = {
        name: "mcast_flood", keys: &["bridge-multicast-flood"], attribute: 27, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "send unasked-for multicast out of the port",
    }
    /// `bcast_flood`: send broadcasts out of the port.
    BCAST_FLOOD = {
        name: "bcast_flood", keys: &["bridge-broadcast-flood"], attribute: 30, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(1),
        modes: Modes::ALL, class: Class::Live,
        help: "send broadcasts out of the port",
    }
    /// `group_fwd_mask`: which link-local frames of other protocols to forward from the port. Those of CDP and PVST have
    /// addresses that every Linux bridge forwards; PAUSE can't be set (`br_setport`: EINVAL).
    GROUP_FWD_MASK = {
        name: "group_fwd_mask", keys: &["bridge-l2protocol-tunnel"], attribute: 31, wire: Wire::U16,
        domain: Domain::Flags(&[("stp", 0x1), ("lacp", 0x4), ("lldp", 0x4000), ("cdp", 0), ("pvst", 0), ("all", 0x4005)]),
        unit: Unit::None, default: Default::Number(0), modes: Modes::ALL, class: Class::Live,
        help: "which protocols' frames to send on from the port instead of keeping them: stp, lacp, lldp, all",
    }
    /// `neigh_suppress`: answer ARP and neighbour discovery for known hosts in place of the port.
    NEIGH_SUPPRESS = {
        name: "neigh_suppress", keys: &["bridge-arp-nd-suppress"], attribute: 32, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "answer ARP and neighbour discovery for known hosts in place of the port",
    }
    /// `isolated`: never talk to other isolated ports.
    ISOLATED = {
        name: "isolated", keys: &["bridge-isolated", "bridge-port-isolated"], attribute: 33, wire: Wire::U8,
        domain: Domain::Switch, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "never talk to other isolated ports",
    }
}
