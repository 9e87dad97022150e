//! The file systems of the guest: the host's own, read-only, with something writable over what programs write to.

use std::ffi::CString;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::mount::{MountFlags, mount};

/// Where the scratch folder of the host appears.
pub(super) const HOST_FOLDER: &str = "/run/lab/host";

/// The project: tests read its examples.
const PROJECT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A file system that could not be mounted.
#[derive(Debug, thiserror::Error)]
#[error("can't mount {what} on {target}")]
pub(super) struct MountError {
    what: &'static str,
    target: PathBuf,
    #[source]
    source: io::Error,
}

/// Mounts what needs no module, and the folder in which the host listens.
pub(super) fn first(scratch: &Path) -> Result<(), MountError> {
    plain("proc", Path::new("/proc"))?;
    plain("sysfs", Path::new("/sys"))?;
    plain("tmpfs", Path::new("/run"))?;
    plain("tmpfs", Path::new("/tmp"))?;
    let target = Path::new(HOST_FOLDER);
    folder(target)?;
    attach("hostfs", target, Some(scratch.as_os_str().as_bytes()))?;
    show_project()
}

/// A checkout below /tmp or /run is hidden by now: it is shown again, read-only.
fn show_project() -> Result<(), MountError> {
    let project = Path::new(PROJECT);
    if project.exists() {
        return Ok(());
    }
    folder(project)?;
    mount_with("hostfs", project, Some(project.as_os_str().as_bytes()), MountFlags::RDONLY)
}

/// Lays a tmpfs over folders that belong to the host, so that what is written there stays here. Needs the overlay module.
pub(super) fn overlays() -> Result<(), MountError> {
    for lower in ["/etc", "/var"] {
        let base = Path::new("/run/lab/overlay").join(lower.trim_start_matches('/'));
        let (upper, work) = (base.join("upper"), base.join("work"));
        folder(&upper)?;
        folder(&work)?;
        let options = format!("lowerdir={lower},upperdir={},workdir={}", upper.display(), work.display());
        attach("overlay", Path::new(lower), Some(options.as_bytes()))?;
    }
    // Programs of others over the host's, where they could be fetched.
    let programs = crate::programs::root().join("usr");
    if programs.exists() {
        let options = format!("lowerdir={}:/usr", programs.display());
        attach("overlay", Path::new("/usr"), Some(options.as_bytes()))?;
    }
    Ok(())
}

fn plain(what: &'static str, target: &Path) -> Result<(), MountError> {
    attach(what, target, None)
}

fn attach(what: &'static str, target: &Path, options: Option<&[u8]>) -> Result<(), MountError> {
    mount_with(what, target, options, MountFlags::empty())
}

fn mount_with(what: &'static str, target: &Path, options: Option<&[u8]>, flags: MountFlags) -> Result<(), MountError> {
    let failed = |source| MountError { what, target: target.to_owned(), source };
    let options = options.map(CString::new).transpose().map_err(|error| failed(error.into()))?;
    mount("none", target, what, flags, options.as_deref()).map_err(|errno| failed(errno.into()))
}

fn folder(path: &Path) -> Result<(), MountError> {
    std::fs::create_dir_all(path).map_err(|source| MountError { what: "a folder", target: path.to_owned(), source })
}
