//! What the bonding driver tells about LACP, for people to read. The machines themselves are another matter.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::Mac;

/// The active aggregator of a bond (`IFLA_BOND_AD_INFO`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Aggregator {
    /// The driver's number for it.
    pub id: u16,
    /// How many ports it has.
    pub ports: u16,
    /// Our operational key.
    pub actor_key: u16,
    /// The partner's operational key.
    pub partner_key: u16,
    /// The partner's system; zero without a partner.
    pub partner_mac: Mac,
}

/// What LACP makes of a port (a slave of an 802.3ad bond).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PortLacp {
    /// The aggregator that the port chose.
    pub aggregator: u16,
    /// Our end's state.
    pub actor_state: PortState,
    /// The other end's state, as we heard it last.
    pub partner_state: PortState,
    /// Our end, from /proc/net/bonding: needs CAP_NET_ADMIN.
    pub actor: Option<LacpEnd>,
    /// The other end, from /proc/net/bonding: needs CAP_NET_ADMIN.
    pub partner: Option<LacpEnd>,
    /// Whether our end fails to come into sync (60 s without: churned).
    pub actor_churn: Option<Churn>,
    /// Whether the other end fails to come into sync.
    pub partner_churn: Option<Churn>,
}

/// One end of a link as its LACPDUs name it (IEEE 802.1AX, 6.4.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct LacpEnd {
    /// Lower wins.
    pub system_priority: u16,
    /// The system: one a host, a switch, or an MLAG pair.
    pub system: Mac,
    /// The operational key: ports with the same key may bundle.
    pub key: u16,
    /// Lower wins.
    pub port_priority: u16,
    /// The port's number in its system.
    pub port: u16,
}

/// The churn detection machine's verdict (IEEE 802.1AX, 6.4.17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Churn {
    /// Counting towards the 60 s.
    Monitoring,
    /// In sync.
    None,
    /// 60 s went by without sync.
    Churned,
}

/// The state octet of an LACPDU (IEEE 802.1AX, 6.4.2.3).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct PortState(pub u8);

impl PortState {
    /// It sends without being asked.
    pub const ACTIVITY: u8 = 0x01;
    /// It wants a PDU a second, and gives up after three.
    pub const SHORT_TIMEOUT: u8 = 0x02;
    /// It may bundle.
    pub const AGGREGATION: u8 = 0x04;
    /// It is in the right aggregator.
    pub const SYNCHRONIZATION: u8 = 0x08;
    /// It takes frames in.
    pub const COLLECTING: u8 = 0x10;
    /// It sends frames out.
    pub const DISTRIBUTING: u8 = 0x20;
    /// It uses made-up values for its partner: it has not heard one.
    pub const DEFAULTED: u8 = 0x40;
    /// It heard its partner once, and does not any more.
    pub const EXPIRED: u8 = 0x80;

    /// Every bit with its name in the standard.
    pub const BITS: [(u8, &'static str); 8] = [
        (Self::ACTIVITY, "active"),
        (Self::SHORT_TIMEOUT, "short timeout"),
        (Self::AGGREGATION, "aggregatable"),
        (Self::SYNCHRONIZATION, "in sync"),
        (Self::COLLECTING, "collecting"),
        (Self::DISTRIBUTING, "distributing"),
        (Self::DEFAULTED, "defaulted"),
        (Self::EXPIRED, "expired"),
    ];

    /// Whether all of these bits are set.
    #[must_use]
    pub fn has(self, bits: u8) -> bool {
        self.0 & bits == bits
    }

    /// Sets or clears these bits.
    pub fn set(&mut self, bits: u8, to: bool) {
        self.0 = if to { self.0 | bits } else { self.0 & !bits };
    }

    /// Whether the port carries traffic both ways, as this end sees it.
    #[must_use]
    pub fn carries_traffic(self) -> bool {
        self.has(Self::SYNCHRONIZATION | Self::COLLECTING | Self::DISTRIBUTING)
    }
}

impl fmt::Display for PortState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for (bit, name) in Self::BITS {
            // The two bits that are a choice are said either way; the others only when set.
            let name = match bit {
                Self::ACTIVITY if !self.has(bit) => "passive",
                Self::SHORT_TIMEOUT if !self.has(bit) => "long timeout",
                _ if !self.has(bit) => continue,
                _ => name,
            };
            write!(f, "{separator}{name}")?;
            separator = ", ";
        }
        Ok(())
    }
}

impl fmt::Debug for PortState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#04x} ({self})", self.0)
    }
}

impl Serialize for PortState {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(Self::BITS.iter().filter(|(bit, _)| self.has(*bit)).map(|(_, name)| name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speaks_in_words() {
        let healthy = PortState(0x3f);
        assert_eq!(healthy.to_string(), "active, short timeout, aggregatable, in sync, collecting, distributing");
        assert!(healthy.carries_traffic());
        assert_eq!(PortState(0x44).to_string(), "passive, long timeout, aggregatable, defaulted");
        assert!(!PortState(0x4d).carries_traffic());
    }
}
