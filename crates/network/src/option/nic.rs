//! What a NIC does in place of the processor (`ethtool -K`).
//!
//! A row is one switch of `ethtool`, which may be several features of the kernel ([`features`]); the attribute is a number
//! of our own, and their order is the one to set them in: segments can't be cut off where no checksum is written
//! (`netdev_fix_features`). All are left alone where the file says nothing: each driver has its own defaults.

use super::{Class, Default, Domain, Modes, Opt, Unit, Wire};

super::rows! { Nic;
    /// Checksums of what is received.
    RX = {
        name: "rx-checksumming", keys: &["rx-offload", "offload-rx"], attribute: 1, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC check the checksums of what is received",
    }
    /// Checksums of what is sent.
    TX = {
        name: "tx-checksumming", keys: &["tx-offload", "offload-tx"], attribute: 2, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC write the checksums of what is sent",
    }
    /// Scatter and gather.
    SG = {
        name: "scatter-gather", keys: &["offload-sg", "sg-offload"], attribute: 3, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC gather a packet from several places in memory",
    }
    /// Generic receive offload.
    GRO = {
        name: "generic-receive-offload", keys: &["gro-offload", "offload-gro"], attribute: 4, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "put received segments together before the stack sees them",
    }
    /// Generic segmentation offload.
    GSO = {
        name: "generic-segmentation-offload", keys: &["gso-offload", "offload-gso"], attribute: 5, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "cut large packets into segments as late as possible",
    }
    /// TCP segmentation offload.
    TSO = {
        name: "tcp-segmentation-offload", keys: &["tso-offload", "offload-tso"], attribute: 6, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC cut large TCP packets into segments",
    }
    /// Large receive offload.
    LRO = {
        name: "large-receive-offload", keys: &["lro-offload", "offload-lro"], attribute: 7, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC put received segments together; not for a bridge or router",
    }
    /// UDP fragmentation offload, which kernels since 4.14 have for few devices.
    UFO = {
        name: "udp-fragmentation-offload", keys: &["ufo-offload", "offload-ufo"], attribute: 8, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC cut large UDP packets into fragments",
    }
    /// VLAN tags of what is received.
    RX_VLAN = {
        name: "rx-vlan-offload", keys: &["offload-rxvlan", "rxvlan-offload"], attribute: 9, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC take the VLAN tag off what is received",
    }
    /// VLAN tags of what is sent.
    TX_VLAN = {
        name: "tx-vlan-offload", keys: &["offload-txvlan", "txvlan-offload"], attribute: 10, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC write the VLAN tag of what is sent",
    }
    /// The NIC's own VLAN filter: its table may be shorter than what a VLAN-aware bridge asks for.
    RX_VLAN_FILTER = {
        name: "rx-vlan-filter", keys: &["rx-vlan-filter", "offload-rx-vlan-filter"], attribute: 11, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC drop VLANs that nobody wants; off where its table is too short for the bridge's VLANs",
    }
    /// Hashes of what is received.
    RX_HASH = {
        name: "receive-hashing", keys: &["offload-rxhash", "rxhash-offload"], attribute: 12, wire: Wire::Feature,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the NIC hash what is received, so that flows are spread over processors",
    }
}

/// The kernel's features behind a switch (`netdev_features_strings`), as `ethtool` groups them (`off_flag_def`).
#[must_use]
pub fn features(row: Opt) -> &'static [&'static str] {
    match row.attribute {
        1 => &["rx-checksum"],
        2 => &[
            "tx-checksum-ipv4",
            "tx-checksum-ip-generic",
            "tx-checksum-ipv6",
            "tx-checksum-fcoe-crc",
            "tx-checksum-sctp",
        ],
        3 => &["tx-scatter-gather", "tx-scatter-gather-fraglist"],
        4 => &["rx-gro"],
        5 => &["tx-generic-segmentation"],
        6 => {
            &["tx-tcp-segmentation", "tx-tcp-ecn-segmentation", "tx-tcp-mangleid-segmentation", "tx-tcp6-segmentation"]
        }
        7 => &["rx-lro"],
        8 => &["tx-udp-fragmentation"],
        9 => &["rx-vlan-hw-parse"],
        10 => &["tx-vlan-hw-insert"],
        11 => &["rx-vlan-filter"],
        12 => &["rx-hashing"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_has_its_features() {
        for row in ALL.iter().filter(|row| row.wire == Wire::Feature) {
            assert!(!features(*row).is_empty(), "{row:?}");
        }
    }
}
