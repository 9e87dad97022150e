//! The modules of user-mode-linux, from the host's folder of them.

use std::ffi::CStr;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// Where Debian's user-mode-linux keeps its modules, a folder a release.
pub const FOLDER: &str = "/usr/lib/uml/modules";
/// What bonds, bridges and VLAN devices on veth pairs need, and an overlay of files. Each needs only those before it.
pub const LINKS: [&str; 11] = [
    "lib/crc-ccitt",
    "net/ipv6/ipv6",
    "net/llc/llc",
    "net/802/stp",
    "net/802/garp",
    "net/802/mrp",
    "net/8021q/8021q",
    "net/bridge/bridge",
    "drivers/net/veth",
    "drivers/net/bonding/bonding",
    "fs/overlayfs/overlay",
];

/// A module that could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("can't load the module {}", .path.display())]
pub struct ModuleError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// The release of the running kernel, as `uname -r` says.
#[must_use]
pub fn release() -> String {
    rustix::system::uname().release().to_string_lossy().into_owned()
}

/// Loads modules into the running kernel, which must be user-mode-linux; those that it has already are passed over.
///
/// # Errors
/// When one is missing or the kernel refuses it.
pub fn load(modules: &[&str]) -> Result<(), ModuleError> {
    modules.iter().try_for_each(|module| load_with(module, c""))
}

/// Loads one, with its options.
///
/// # Errors
/// See [`load`].
pub fn load_with(module: &str, options: &CStr) -> Result<(), ModuleError> {
    let path = Path::new(FOLDER).join(release()).join("kernel").join(format!("{module}.ko"));
    insert(&path, options).map_err(|source| ModuleError { path, source })
}

fn insert(path: &Path, options: &CStr) -> io::Result<()> {
    match rustix::system::finit_module(File::open(path)?, options, 0) {
        // Built into this kernel, or loaded by another's need.
        Err(rustix::io::Errno::EXIST) => Ok(()),
        other => Ok(other?),
    }
}
