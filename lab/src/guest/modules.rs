//! The modules of the guest's kernel, from the host's folder of them.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::path::PathBuf;

/// Where Debian's user-mode-linux keeps its modules, a folder a release.
const MODULES: &str = "/usr/lib/uml/modules";

/// Each needs only those before it. `bonding` keeps its own `max_bonds=1`: the stray bond0 that it makes in the first
/// namespace is what a real host has, and a test looks at it.
const ORDER: [&str; 29] = [
    "lib/crc-ccitt",
    "net/ipv6/ipv6",
    "net/llc/llc",
    "net/802/stp",
    "net/802/garp",
    "net/802/mrp",
    "net/8021q/8021q",
    "net/bridge/bridge",
    "drivers/net/veth",
    "drivers/net/dummy",
    "drivers/net/bonding/bonding",
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
    "net/sched/sch_netem",
    "fs/overlayfs/overlay",
];

/// A module that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("can't load the module {}", .path.display())]
pub(super) struct ModuleError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The release of the running kernel, as `uname -r` says.
pub(super) fn release() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

/// Loads all of them.
pub(super) fn load() -> Result<(), ModuleError> {
    let folder = PathBuf::from(MODULES).join(release()).join("kernel");
    // The tunnels' drivers would make a device each in every namespace, which no host has that never had a tunnel.
    let no_tunnels = PathBuf::from("/proc/sys/net/core/fb_tunnels_only_for_init_net");
    std::fs::write(&no_tunnels, "2").map_err(|source| ModuleError { path: no_tunnels, source })?;
    for module in ORDER {
        let path = folder.join(format!("{module}.ko"));
        insert(&path).map_err(|source| ModuleError { path, source })?;
    }
    Ok(())
}

fn insert(path: &PathBuf) -> io::Result<()> {
    match rustix::system::finit_module(File::open(path)?, &CString::default(), 0) {
        // Built into this kernel, or loaded by another's need.
        Err(rustix::io::Errno::EXIST) => Ok(()),
        other => Ok(other?),
    }
}
