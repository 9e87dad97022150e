//! The options of a bond's slave (`IFLA_BOND_SLAVE_*`), said in the slave's own stanza.

use super::{Class, Default, Domain, Modes, Unit, Wire};

super::rows! { BondPort;
    /// `queue_id`: which transmit queue of the bond leads to this slave (for tc).
    QUEUE_ID = {
        name: "queue_id", keys: &["bond-queue-id"], attribute: 5, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 65535 }, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ALL, class: Class::Live,
        help: "which transmit queue of the bond leads to this slave (for tc)",
    }
    /// `prio`: which slave to fail over to; higher wins, the primary above all.
    PRIO = {
        name: "prio", keys: &["bond-prio", "bond-slave-prio"], attribute: 9, wire: Wire::I32,
        domain: Domain::Number { min: i32::MIN as i64, max: i32::MAX as i64 }, unit: Unit::None, default: Default::Number(0),
        modes: Modes::ACTIVE_SLAVE, class: Class::Live,
        help: "which slave to fail over to; higher wins, the primary above all",
    }
    /// `actor_port_prio`: our port priority in LACPDUs; lower wins.
    ACTOR_PORT_PRIO = {
        name: "actor_port_prio", keys: &["bond-actor-port-prio"], attribute: 10, wire: Wire::U16,
        domain: Domain::Number { min: 0, max: 65535 }, unit: Unit::None, default: Default::Number(255),
        modes: Modes::LACP, class: Class::Live,
        help: "our port priority in LACPDUs; lower wins",
    }
}
