//! One trial: a root that is the clean one until something is written, a network with nothing but lo, and processes of
//! its own.
//!
//! `unshare` of util-linux makes the namespaces, so that none of our own code needs `unsafe`; what runs inside is this
//! program again. Killing `unshare` kills all that runs inside.

use std::ffi::CString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus};

use rustix::io::Errno;
use rustix::mount::{MountFlags, mount, mount_bind};

use super::root::PREDECESSORS;
use crate::arguments::Order;
use crate::place;
use crate::tool::ToolError;

/// Where the work of a trial is mounted; on the host it stays empty.
pub(super) const WORK: &str = "work";

/// The trial could not be run.
#[derive(Debug, thiserror::Error)]
pub enum InsideError {
    /// A file system could not be mounted.
    #[error("can't mount {what} on {}", target.display())]
    Mount {
        /// What.
        what: String,
        /// Where.
        target: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file could not be put into the root.
    #[error("can't put {} into the root", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program did not do its work.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// A program could not be run.
    #[error("can't run {0}")]
    Start(&'static str, #[source] io::Error),
}

/// The command that starts a trial: this program as `task`, in namespaces of its own.
///
/// # Errors
/// When this program's file can't be found.
pub fn command(task: &str, order: &Order) -> io::Result<Command> {
    let mut command = Command::new("unshare");
    command.args(["--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--uts", "--"]);
    command.arg(std::env::current_exe()?).arg(task);
    command.arg("--base").arg(&order.base).arg("--deb").arg(&order.deb).arg("--script").arg(&order.script);
    Ok(command)
}

/// Makes the root and runs the script in it.
///
/// # Errors
/// When it can't be run; a script that fails is an exit code.
pub fn inside(order: &Order) -> Result<ExitCode, InsideError> {
    let root = mounts(&order.base)?;
    let given = root.join("given");
    make(&given)?;
    copy(&order.deb, &given.join("bowline.deb"))?;
    copy(&order.script, &given.join("script"))?;
    copy(&place::packaging().join("trials/common"), &given.join("common"))?;
    let status = Command::new("chroot")
        .arg(&root)
        .args(["/bin/sh", "-eu", "-c", ". /given/common; . /given/script", "trial"])
        .env_clear()
        .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LC_ALL", "C.UTF-8")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .env("PREDECESSORS", Path::new("/").join(PREDECESSORS))
        .status()
        .map_err(|source| InsideError::Start("chroot", source))?;
    Ok(code(status))
}

/// 0 for a trial that passed.
fn code(status: ExitStatus) -> ExitCode {
    if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The root of a trial: what is written goes to memory.
fn mounts(base: &Path) -> Result<PathBuf, InsideError> {
    let work = place::output().join(WORK);
    make(&work)?;
    attach("tmpfs", &work, None)?;
    let (upper, scratch, root) = (work.join("upper"), work.join("scratch"), work.join("root"));
    for folder in [&upper, &scratch, &root] {
        make(folder)?;
    }
    let (lower, upper, scratch) = (base.display(), upper.display(), scratch.display());
    attach("overlay", &root, Some(&format!("lowerdir={lower},upperdir={upper},workdir={scratch}")))?;
    // This process and network namespace's, not the host's.
    attach("proc", &root.join("proc"), None)?;
    attach("sysfs", &root.join("sys"), None)?;
    attach("tmpfs", &root.join("run"), None)?;
    let dev = root.join("dev");
    attach("tmpfs", &dev, None)?;
    for name in ["null", "zero", "full", "random", "urandom", "tty"] {
        let (from, to) = (Path::new("/dev").join(name), dev.join(name));
        fs::write(&to, "").map_err(failed(&to))?;
        mount_bind(&from, &to).map_err(|errno| refused(name, &to, errno))?;
    }
    std::os::unix::fs::symlink("/proc/self/fd", dev.join("fd")).map_err(failed(&dev))?;
    Ok(root)
}

pub(super) fn attach(what: &str, target: &Path, options: Option<&str>) -> Result<(), InsideError> {
    let options = options.map(CString::new).transpose().map_err(|nul| InsideError::Mount {
        what: what.to_owned(),
        target: target.to_owned(),
        source: nul.into(),
    })?;
    mount("none", target, what, MountFlags::empty(), options.as_deref()).map_err(|errno| refused(what, target, errno))
}

fn refused(what: &str, target: &Path, errno: Errno) -> InsideError {
    InsideError::Mount { what: what.to_owned(), target: target.to_owned(), source: errno.into() }
}

pub(super) fn make(folder: &Path) -> Result<(), InsideError> {
    fs::create_dir_all(folder).map_err(failed(folder))
}

pub(super) fn copy(from: &Path, to: &Path) -> Result<(), InsideError> {
    fs::copy(from, to).map(drop).map_err(failed(from))
}

pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> InsideError + use<> {
    let path = path.to_owned();
    move |source| InsideError::File { path: path.clone(), source }
}
