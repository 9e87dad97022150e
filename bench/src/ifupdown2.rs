//! ifupdown2, fetched from Debian and unpacked beside our own build: it is never installed, for it would take the
//! machine's own network over. What it calls (`brctl`, `ethtool`) is installed where it is missing.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::{fs, io};

use crate::program::workspace;

/// The interpreter that Debian's ifupdown2 runs on, whatever else there is in the PATH.
pub const PYTHON: &str = "/usr/bin/python3";
/// Where its modules must be for it to work, below the folder that it is unpacked in and in a sample's file system.
pub const MODULES: &str = "usr/share/ifupdown2";
/// Its configuration, in the same two places.
pub const CONFIGURATION: &str = "etc/network/ifupdown2";
/// The folder of its lock, which it does not make.
pub const LOCKS: &str = "/run/network";
/// What it calls by these very paths, and the package of each.
const NEEDS: [(&str, &str); 4] =
    [(PYTHON, "python3"), IPROUTE2, ("/sbin/brctl", "bridge-utils"), ("/sbin/ethtool", "ethtool")];
/// `ip` and `bridge`, and their package.
pub const IPROUTE2: (&str, &str) = ("/sbin/ip", "iproute2");

/// No ifupdown2 to measure.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// What is needed is missing, and only root may install it.
    #[error("this needs {packages}; as root, type: apt-get update && apt-get install -y {packages}")]
    Missing {
        /// The packages, with spaces between.
        packages: String,
    },
    /// A program can't be run.
    #[error("can't run {program}")]
    Start {
        /// Which.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program failed, and said why.
    #[error("`{program}` failed ({status})")]
    Failed {
        /// Which.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A folder or a link can't be made or read.
    #[error("can't prepare {}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The download brought no package.
    #[error("`apt-get download ifupdown2` left no package in {}", .0.display())]
    NoPackage(PathBuf),
}

/// The folder that it is unpacked in, whether it was fetched yet or not.
#[must_use]
pub fn root() -> PathBuf {
    folder().join("root")
}

fn folder() -> PathBuf {
    workspace().join("target/bench/ifupdown2")
}

/// Fetches and unpacks it, the first time, and sees that there is what it needs. Gives its version.
///
/// # Errors
/// When something is missing that can't be had; the message says what to type.
pub fn fetch() -> Result<String, FetchError> {
    install(&NEEDS)?;
    let (folder, root) = (folder(), root());
    // Written last: a fetch that was cut off begins anew.
    let done = folder.join("version");
    if let Ok(version) = fs::read_to_string(&done) {
        return Ok(version);
    }
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| FetchError::Folder { path, source }
    };
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&folder)(error)),
        _ => fs::create_dir_all(&folder).map_err(failed(&folder))?,
    }
    eprintln!("bench: fetching ifupdown2 into {}: apt-get download ifupdown2", folder.display());
    let download = || execute(Command::new("apt-get").args(["-q", "download", "ifupdown2"]).current_dir(&folder));
    // A machine on which nothing was installed for long, or ever, does not know where the package is.
    if download().is_err() {
        apt(&["update"])?;
        download()?;
    }
    let package = package(&folder)?;
    execute(Command::new("dpkg").arg("-x").arg(&package).arg(&root))?;
    // As Debian does when it installs the package; else each run would compile what it can't keep.
    let compile = ["-m", "compileall", "-q", "-s"];
    execute(Command::new(PYTHON).args(compile).arg(&root).arg(root.join(MODULES)))?;
    let link = root.join("ifreload");
    symlink(Path::new("/").join(MODULES).join("__main__.py"), &link).map_err(failed(&link))?;
    let mut show = Command::new("dpkg-deb");
    show.arg("-f").arg(&package).arg("Version");
    let version = output(&mut show)?.trim().to_owned();
    fs::write(&done, &version).map_err(failed(&done))?;
    Ok(version)
}

/// The command `ifreload -a`, in a sample's file system.
#[must_use]
pub fn ifreload() -> Command {
    let mut command = Command::new(PYTHON);
    // It asks its own name what to do.
    command.arg(root().join("ifreload")).arg("-a");
    command
}

/// The package that was downloaded.
fn package(folder: &Path) -> Result<PathBuf, FetchError> {
    let failed = |source| FetchError::Folder { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            return Ok(path);
        }
    }
    Err(FetchError::NoPackage(folder.to_owned()))
}

/// Installs the packages of those files, by Debian's path, that are not there.
///
/// # Errors
/// When something is missing and can't be installed; the message says what to type.
pub fn install(needs: &[(&str, &str)]) -> Result<(), FetchError> {
    let missing: Vec<_> =
        needs.iter().filter(|(file, _)| !Path::new(file).exists()).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    if !rustix::process::geteuid().is_root() {
        return Err(FetchError::Missing { packages });
    }
    eprintln!("bench: {packages} is missing, so I install it: apt-get install -y {packages}");
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], &*missing].concat())
}

fn apt(arguments: &[&str]) -> Result<(), FetchError> {
    let mut command = Command::new("apt-get");
    command.args(["-q", "-o", "DPkg::Lock::Timeout=120"]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    execute(&mut command)
}

/// Runs what prepares a measurement; what it says goes to standard error, for standard output is the result's.
fn execute(command: &mut Command) -> Result<(), FetchError> {
    let program = crate::process::name(command);
    let status = command.stdin(Stdio::null()).stdout(io::stderr()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(FetchError::Failed { program, status }),
        Err(source) => Err(FetchError::Start { program, source }),
    }
}

fn output(command: &mut Command) -> Result<String, FetchError> {
    let program = crate::process::name(command);
    match command.stdin(Stdio::null()).stderr(Stdio::inherit()).output() {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(FetchError::Failed { program, status: output.status }),
        Err(source) => Err(FetchError::Start { program, source }),
    }
}
