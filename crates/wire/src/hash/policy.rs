//! The transmit hash policies (`xmit_hash_policy`).

/// A policy, with the driver's number (`BOND_XMIT_POLICY_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Policy {
    /// 0: MACs and ethertype.
    Layer2 = 0,
    /// 1: addresses and ports.
    Layer34 = 1,
    /// 2: MACs and addresses.
    Layer23 = 2,
    /// 3: as 2, of what a tunnel carries.
    Encap23 = 3,
    /// 4: as 1, of what a tunnel carries.
    Encap34 = 4,
    /// 5: the VLAN and the source MAC: a guest keeps its slave.
    VlanSrcMac = 5,
}

impl Policy {
    /// All of them, in the driver's order.
    pub const ALL: [Self; 6] =
        [Self::Layer2, Self::Layer34, Self::Layer23, Self::Encap23, Self::Encap34, Self::VlanSrcMac];

    /// The policy with that number, as the table of options has it.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.number() == number)
    }

    /// The driver's number.
    #[must_use]
    pub fn number(self) -> i64 {
        i64::from(self as u8)
    }
}

#[cfg(test)]
mod tests {
    use network::option::{Domain, bond};

    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_table_of_options() {
        let Domain::Choice(choices) = bond::XMIT_HASH_POLICY.domain else { panic!("it is a choice") };
        for policy in Policy::ALL {
            assert_eq!(Policy::from_number(policy.number()), Some(policy));
            assert!(choices.iter().any(|(_, number)| *number == policy.number()), "{policy:?}");
        }
        assert_eq!(choices.len(), Policy::ALL.len());
    }
}
