//! The namespaces that a sample has to itself: network, files and processes.
//!
//! `unshare` of util-linux makes them, so that none of our own code needs `unsafe`; what runs inside is this program
//! again. Killing `unshare` kills all that runs inside.

use std::ffi::CString;
use std::io;
use std::path::Path;
use std::process::Command;

use rustix::mount::{MountFlags, mount, mount_bind, mount_remount};

use crate::ifupdown2::{self, MODULES};

/// Where a sample may write: a tmpfs.
pub const SCRATCH: &str = "/run";
/// The folder of the host's network configuration: in a sample an empty tmpfs.
pub const NETWORK: &str = "/etc/network";
/// Where ifupdown2 names routing tables.
const TABLES: &str = "/etc/iproute2/rt_tables.d";

/// A file system that could not be mounted.
#[derive(Debug, thiserror::Error)]
#[error("can't mount {what} on {target}")]
pub struct MountError {
    what: String,
    target: String,
    #[source]
    source: io::Error,
}

/// This program again, in namespaces of its own; as another user than root, in a user namespace too.
///
/// # Errors
/// When this program's file can't be found.
pub fn myself() -> io::Result<Command> {
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command.arg("--").arg(std::env::current_exe()?);
    Ok(command)
}

/// Makes the file system of a sample: the machine's own, read-only, with something else where programs write, and this
/// network namespace's /sys.
///
/// # Errors
/// When the kernel refuses.
pub fn mounts() -> Result<(), MountError> {
    // Locks go to /run, and ifupdown2's state below /var/tmp, Debian's default for it.
    for target in [SCRATCH, "/var/tmp"] {
        attach("tmpfs", target, None)?;
    }
    // The overlay makes the folders that a machine may lack.
    let (upper, work) = (Path::new(SCRATCH).join("etc/upper"), Path::new(SCRATCH).join("etc/work"));
    folder(&upper)?;
    folder(&work)?;
    let options = format!("lowerdir=/etc,upperdir={},workdir={}", upper.display(), work.display());
    attach("overlay", "/etc", Some(&options))?;
    // Nothing of the machine's own network configuration is seen, scripts included.
    for target in [NETWORK, TABLES] {
        folder(Path::new(target))?;
        attach("tmpfs", target, None)?;
    }
    attach("sysfs", "/sys", None)?;
    let bare = MountFlags::BIND | MountFlags::RDONLY;
    mount_remount("/", bare, c"").map_err(|errno| error("read-only", "/", errno.into()))
}

/// Puts ifupdown2 where it must be: an overlay makes the place, should the machine have none, and
/// the modules are bound over it, so that nothing reads them through the overlay.
///
/// # Errors
/// When the kernel refuses.
pub fn mount_ifupdown2() -> Result<(), MountError> {
    let root = ifupdown2::root();
    let share = root.join("usr/share");
    let options = format!("lowerdir={}:/usr/share", share.display());
    attach("overlay", "/usr/share", Some(&options))?;
    let (from, to) = (root.join(MODULES), Path::new("/").join(MODULES));
    mount_bind(&from, &to).map_err(|errno| error(&from.to_string_lossy(), &to.to_string_lossy(), errno.into()))
}

fn attach(what: &str, target: &str, options: Option<&str>) -> Result<(), MountError> {
    let options = options.map(CString::new).transpose().map_err(|nul| error(what, target, nul.into()))?;
    mount("none", target, what, MountFlags::empty(), options.as_deref())
        .map_err(|errno| error(what, target, errno.into()))
}

fn folder(path: &Path) -> Result<(), MountError> {
    std::fs::create_dir_all(path).map_err(|source| error("a folder", &path.to_string_lossy(), source))
}

fn error(what: &str, target: &str, source: io::Error) -> MountError {
    MountError { what: what.to_owned(), target: target.to_owned(), source }
}
