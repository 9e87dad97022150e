//! The one table of every option: of bonds and bridges, of IP on a link, of a NIC.
//!
//! A row ([`Spec`]) says how an option is spelled in the file, what values it takes, in which bond modes it means
//! anything, how the kernel carries it, and what changing it disturbs. Resolve, check, plan, the kernel's edge and the
//! help all read the row; nothing else in the program knows an option by heart, but for the few that others depend on.
//!
//! Followed: `drivers/net/bonding/bond_options.c` and `bond_netlink.c` (6.1 to 6.12), `net/bridge/br_netlink.c`, and the
//! spellings of ifupdown2, ifenslave and bridge-utils.

pub mod bond;
pub mod bond_port;
pub mod bridge;
pub mod bridge_port;
pub mod driver;
pub mod ip;
pub mod nic;
pub(crate) mod read;
mod set;
mod spec;
mod value;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

pub use set::Options;
pub use spec::{Class, Default, Domain, Modes, Opt, Scope, Spec, Unit, Wire};
pub use value::{Value, ValueError};

/// Every row of the table.
pub fn all() -> impl Iterator<Item = Opt> {
    [
        bond::ALL,
        bond_port::ALL,
        bridge::ALL,
        bridge_port::ALL,
        ip::v4::ALL,
        ip::v6::ALL,
        ip::mpls::ALL,
        nic::ALL,
        driver::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The rows of one scope.
#[must_use]
pub fn of(scope: Scope) -> &'static [Opt] {
    static NIC: LazyLock<Vec<Opt>> = LazyLock::new(|| [nic::ALL, driver::ALL].concat());
    match scope {
        Scope::Bond => bond::ALL,
        Scope::BondPort => bond_port::ALL,
        Scope::Bridge => bridge::ALL,
        Scope::BridgePort => bridge_port::ALL,
        Scope::Ipv4 => ip::v4::ALL,
        Scope::Ipv6 => ip::v6::ALL,
        Scope::Mpls => ip::mpls::ALL,
        Scope::Nic => &NIC,
    }
}

/// The row that a key of the file means, in any of its spellings; `_` counts as `-`.
#[must_use]
pub fn by_key(key: &str) -> Option<Opt> {
    // Each line of a file asks several times.
    static BY_KEY: LazyLock<FxHashMap<&str, Opt>> =
        LazyLock::new(|| all().flat_map(|option| option.keys.iter().map(move |key| (*key, option))).collect());
    let found = if key.contains('_') { BY_KEY.get(key.replace('_', "-").as_str()) } else { BY_KEY.get(key) };
    found.copied()
}

/// The row of a netlink attribute.
#[must_use]
pub fn by_attribute(scope: Scope, attribute: u16) -> Option<Opt> {
    of(scope).iter().copied().find(|option| option.attribute == attribute)
}

/// Makes a module's rows: a handle for each, and the list of all.
macro_rules! rows {
    ($scope:ident; $($(#[$doc:meta])* $name:ident = { $($field:tt)* })*) => {
        $(
            $(#[$doc])*
            pub const $name: $crate::option::Opt = $crate::option::Opt::new({
                static SPEC: $crate::option::Spec = $crate::option::Spec {
                    scope: $crate::option::Scope::$scope,
                    $($field)*
                };
                &SPEC
            });
        )*
        /// Every row, in the order in which they are to be set.
        pub const ALL: &[$crate::option::Opt] = &[$($name),*];
    };
}
use rows;

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_rows_share_a_key_or_an_attribute() {
        let (mut keys, mut attributes) = (BTreeSet::new(), BTreeSet::new());
        for option in all() {
            assert!(!option.keys.is_empty() || option.default == Default::Observed, "{option:?} can't be said");
            for key in option.keys {
                assert!(keys.insert(*key), "two rows are spelled {key}");
                assert_eq!(by_key(key), Some(option));
                assert_eq!(by_key(&key.replace('-', "_")), Some(option));
            }
            assert!(attributes.insert((option.scope, option.attribute)), "{option:?} shares its attribute");
        }
    }

    #[test]
    fn every_default_is_a_value_that_reads_back() {
        for option in all() {
            for mode in crate::BondMode::ALL {
                let Some(value) = option.default_in(mode) else { continue };
                let shown = option.show(&value);
                assert_eq!(option.parse(&shown).as_ref(), Ok(&value), "{option:?}: {shown}");
            }
        }
    }
}
