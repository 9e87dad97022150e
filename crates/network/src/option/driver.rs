//! What a NIC's driver is set to: its link, its rings, its interrupts (`ethtool -s`, `-A`, `-G`, `-C`, `--set-fec`).
//!
//! From ifupdown2's addon `ethtool` and the scripts of Debian's package ethtool. The attribute is a number of our own: 32 for
//! each structure of the kernel's, and the place of a word in it (include/uapi/linux/ethtool.h). All are left alone where the
//! file says nothing: each driver has its own defaults.

use super::{Class, Default, Domain, Modes, Opt, Unit, Wire};

super::rows! { Nic;
    /// Whether speed and duplex are agreed on with the other end (`ethtool -s`). Before those, which depend on it.
    AUTONEG = {
        name: "autoneg", keys: &["link-autoneg", "ethernet-autoneg"], attribute: 32, wire: Wire::Ethtool,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "agree on speed and duplex with the other end",
    }
    /// Megabits a second.
    SPEED = {
        name: "speed", keys: &["link-speed"], attribute: 33, wire: Wire::Ethtool,
        domain: Domain::Number { min: 10, max: 1_600_000 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "megabits a second: the only one offered where it is agreed on, else the one used",
    }
    /// Half or full duplex.
    DUPLEX = {
        name: "duplex", keys: &["link-duplex"], attribute: 34, wire: Wire::Ethtool,
        domain: Domain::Choice(&[("half", 0), ("full", 1)]), unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "half or full duplex",
    }
    /// Forward error correction (`ethtool --set-fec`).
    FEC = {
        name: "fec", keys: &["link-fec"], attribute: 66, wire: Wire::Ethtool,
        domain: Domain::Choice(&[("auto", 2), ("off", 4), ("rs", 8), ("baser", 16)]), unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "forward error correction: auto, off, rs, baser",
    }
    /// What wakes the host (`ethtool -s wol`).
    WOL = {
        name: "wol", keys: &["ethernet-wol"], attribute: 98, wire: Wire::Ethtool,
        domain: Domain::Choice(&[("d", 0), ("p", 1), ("u", 2), ("m", 4), ("b", 8), ("a", 16), ("g", 32)]), unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "what wakes the host: d nothing, p the link, u, m or b a frame to it, to a group or to all, a ARP, g a magic packet",
    }
    /// Flow control (`ethtool -A autoneg`).
    PAUSE_AUTONEG = {
        name: "pause-autoneg", keys: &["ethernet-pause-autoneg"], attribute: 129, wire: Wire::Ethtool,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "agree on flow control with the other end",
    }
    /// Flow control (`ethtool -A rx`).
    PAUSE_RX = {
        name: "pause-rx", keys: &["ethernet-pause-rx"], attribute: 130, wire: Wire::Ethtool,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "heed PAUSE frames that come in",
    }
    /// Flow control (`ethtool -A tx`).
    PAUSE_TX = {
        name: "pause-tx", keys: &["ethernet-pause-tx"], attribute: 131, wire: Wire::Ethtool,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "send PAUSE frames",
    }
    /// Ring buffers (`ethtool -G rx`).
    RING_RX = {
        name: "ring-rx", keys: &["hardware-dma-ring-rx"], attribute: 165, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "how many receive buffers the ring has",
    }
    /// Ring buffers (`ethtool -G rx-mini`).
    RING_RX_MINI = {
        name: "ring-rx-mini", keys: &["hardware-dma-ring-rx-mini"], attribute: 166, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "how many small receive buffers the ring has",
    }
    /// Ring buffers (`ethtool -G rx-jumbo`).
    RING_RX_JUMBO = {
        name: "ring-rx-jumbo", keys: &["hardware-dma-ring-rx-jumbo"], attribute: 167, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "how many jumbo receive buffers the ring has",
    }
    /// Ring buffers (`ethtool -G tx`).
    RING_TX = {
        name: "ring-tx", keys: &["hardware-dma-ring-tx"], attribute: 168, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "how many send buffers the ring has",
    }
    /// Interrupt coalescing (`ethtool -C rx-usecs`).
    COALESCE_RX_USECS = {
        name: "coalesce-rx-usecs", keys: &["hardware-irq-coalesce-rx-usecs"], attribute: 193, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is received",
    }
    /// Interrupt coalescing (`ethtool -C rx-frames`).
    COALESCE_RX_FRAMES = {
        name: "coalesce-rx-frames", keys: &["hardware-irq-coalesce-rx-frames"], attribute: 194, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is received",
    }
    /// Interrupt coalescing (`ethtool -C rx-usecs-irq`).
    COALESCE_RX_USECS_IRQ = {
        name: "coalesce-rx-usecs-irq", keys: &["hardware-irq-coalesce-rx-usecs-irq"], attribute: 195, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is received, while one is served",
    }
    /// Interrupt coalescing (`ethtool -C rx-frames-irq`).
    COALESCE_RX_FRAMES_IRQ = {
        name: "coalesce-rx-frames-irq", keys: &["hardware-irq-coalesce-rx-frames-irq"], attribute: 196, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is received, while one is served",
    }
    /// Interrupt coalescing (`ethtool -C tx-usecs`).
    COALESCE_TX_USECS = {
        name: "coalesce-tx-usecs", keys: &["hardware-irq-coalesce-tx-usecs"], attribute: 197, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is sent",
    }
    /// Interrupt coalescing (`ethtool -C tx-frames`).
    COALESCE_TX_FRAMES = {
        name: "coalesce-tx-frames", keys: &["hardware-irq-coalesce-tx-frames"], attribute: 198, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is sent",
    }
    /// Interrupt coalescing (`ethtool -C tx-usecs-irq`).
    COALESCE_TX_USECS_IRQ = {
        name: "coalesce-tx-usecs-irq", keys: &["hardware-irq-coalesce-tx-usecs-irq"], attribute: 199, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is sent, while one is served",
    }
    /// Interrupt coalescing (`ethtool -C tx-frames-irq`).
    COALESCE_TX_FRAMES_IRQ = {
        name: "coalesce-tx-frames-irq", keys: &["hardware-irq-coalesce-tx-frames-irq"], attribute: 200, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is sent, while one is served",
    }
    /// Interrupt coalescing (`ethtool -C stats-block-usecs`).
    COALESCE_STATS_BLOCK_USECS = {
        name: "coalesce-stats-block-usecs", keys: &["hardware-irq-coalesce-stats-block-usecs"], attribute: 201, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds between updates of the statistics",
    }
    /// Interrupt coalescing (`ethtool -C adaptive-rx`).
    COALESCE_ADAPTIVE_RX = {
        name: "coalesce-adaptive-rx", keys: &["hardware-irq-coalesce-adaptive-rx"], attribute: 202, wire: Wire::Ethtool,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the driver choose how long interrupts wait for what is received",
    }
    /// Interrupt coalescing (`ethtool -C adaptive-tx`).
    COALESCE_ADAPTIVE_TX = {
        name: "coalesce-adaptive-tx", keys: &["hardware-irq-coalesce-adaptive-tx"], attribute: 203, wire: Wire::Ethtool,
        domain: Domain::Switch, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "let the driver choose how long interrupts wait for what is sent",
    }
    /// Interrupt coalescing (`ethtool -C pkt-rate-low`).
    COALESCE_PKT_RATE_LOW = {
        name: "coalesce-pkt-rate-low", keys: &["hardware-irq-coalesce-pkt-rate-low"], attribute: 204, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets a second below which the -low settings count",
    }
    /// Interrupt coalescing (`ethtool -C rx-usecs-low`).
    COALESCE_RX_USECS_LOW = {
        name: "coalesce-rx-usecs-low", keys: &["hardware-irq-coalesce-rx-usecs-low"], attribute: 205, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is received, at a low packet rate",
    }
    /// Interrupt coalescing (`ethtool -C rx-frames-low`).
    COALESCE_RX_FRAMES_LOW = {
        name: "coalesce-rx-frames-low", keys: &["hardware-irq-coalesce-rx-frames-low"], attribute: 206, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is received, at a low packet rate",
    }
    /// Interrupt coalescing (`ethtool -C tx-usecs-low`).
    COALESCE_TX_USECS_LOW = {
        name: "coalesce-tx-usecs-low", keys: &["hardware-irq-coalesce-tx-usecs-low"], attribute: 207, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is sent, at a low packet rate",
    }
    /// Interrupt coalescing (`ethtool -C tx-frames-low`).
    COALESCE_TX_FRAMES_LOW = {
        name: "coalesce-tx-frames-low", keys: &["hardware-irq-coalesce-tx-frames-low"], attribute: 208, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is sent, at a low packet rate",
    }
    /// Interrupt coalescing (`ethtool -C pkt-rate-high`).
    COALESCE_PKT_RATE_HIGH = {
        name: "coalesce-pkt-rate-high", keys: &["hardware-irq-coalesce-pkt-rate-high"], attribute: 209, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets a second above which the -high settings count",
    }
    /// Interrupt coalescing (`ethtool -C rx-usecs-high`).
    COALESCE_RX_USECS_HIGH = {
        name: "coalesce-rx-usecs-high", keys: &["hardware-irq-coalesce-rx-usecs-high"], attribute: 210, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is received, at a high packet rate",
    }
    /// Interrupt coalescing (`ethtool -C rx-frames-high`).
    COALESCE_RX_FRAMES_HIGH = {
        name: "coalesce-rx-frames-high", keys: &["hardware-irq-coalesce-rx-frames-high"], attribute: 211, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is received, at a high packet rate",
    }
    /// Interrupt coalescing (`ethtool -C tx-usecs-high`).
    COALESCE_TX_USECS_HIGH = {
        name: "coalesce-tx-usecs-high", keys: &["hardware-irq-coalesce-tx-usecs-high"], attribute: 212, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "microseconds that an interrupt waits for what is sent, at a high packet rate",
    }
    /// Interrupt coalescing (`ethtool -C tx-frames-high`).
    COALESCE_TX_FRAMES_HIGH = {
        name: "coalesce-tx-frames-high", keys: &["hardware-irq-coalesce-tx-frames-high"], attribute: 213, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "packets that an interrupt waits for of what is sent, at a high packet rate",
    }
    /// Interrupt coalescing (`ethtool -C sample-interval`).
    COALESCE_SAMPLE_INTERVAL = {
        name: "coalesce-sample-interval", keys: &["hardware-irq-coalesce-sample-interval"], attribute: 214, wire: Wire::Ethtool,
        domain: Domain::Number { min: 0, max: u32::MAX as i64 }, unit: Unit::None, default: Default::Observed, modes: Modes::ALL, class: Class::Live,
        help: "seconds between samples of the packet rate",
    }
}

/// Rows with which a driver sets its link or its queues up anew: the signal goes for a moment, for as long as two ends need
/// to agree (a second or more with copper).
pub const RESETTING: [Opt; 11] =
    [AUTONEG, SPEED, DUPLEX, FEC, PAUSE_AUTONEG, PAUSE_RX, PAUSE_TX, RING_RX, RING_RX_MINI, RING_RX_JUMBO, RING_TX];
