//! The modules of the guest's kernel.

use std::path::PathBuf;

pub(super) use bench::modules::release;
use bench::modules::{LINKS, load as insert};

/// What is loaded beside [`LINKS`]. Each needs only those before it.
const OTHERS: [&str; 19] = [
    "drivers/net/dummy",
    "drivers/net/nlmon",
    "drivers/net/tun",
    "net/ipv4/udp_tunnel",
    "net/ipv6/ip6_udp_tunnel",
    "drivers/net/vxlan/vxlan",
    "drivers/net/vrf",
    "net/ipv4/ip_tunnel",
    "net/ipv4/gre",
    "net/ipv4/ip_gre",
    "net/ipv4/tunnel4",
    "net/ipv4/ipip",
    "net/ipv4/ip_vti",
    "net/ipv6/sit",
    "net/ipv6/tunnel6",
    "net/ipv6/ip6_tunnel",
    "net/ipv6/ip6_gre",
    "net/mpls/mpls_router",
    "net/sched/sch_netem",
];

/// The modules could not be loaded.
#[derive(Debug, thiserror::Error)]
pub(super) enum ModulesError {
    #[error(transparent)]
    Module(#[from] bench::modules::ModuleError),
    #[error("can't write {}", .0.display())]
    Setting(PathBuf, #[source] std::io::Error),
}

/// Loads all of them. `bonding` keeps its own `max_bonds=1`: the stray bond0 that it makes in the first namespace is what
/// a real host has, and a test looks at it.
pub(super) fn load() -> Result<(), ModulesError> {
    // The tunnels' drivers would make a device each in every namespace, which no host has that never had a tunnel.
    let no_tunnels = PathBuf::from("/proc/sys/net/core/fb_tunnels_only_for_init_net");
    std::fs::write(&no_tunnels, "2").map_err(|source| ModulesError::Setting(no_tunnels, source))?;
    insert(&LINKS)?;
    insert(&OTHERS)?;
    Ok(())
}
