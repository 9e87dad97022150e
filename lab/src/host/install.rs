//! Finding user-mode-linux, or installing it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The program that is the kernel.
const PROGRAM: &str = "linux.uml";
/// Where Debian's package keeps the kernel's modules.
const MODULES: &str = "/usr/lib/uml/modules";
const BY_HAND: &str = "apt-get update && apt-get install -y user-mode-linux";

/// Why there is no user-mode-linux to run.
#[derive(Debug, thiserror::Error)]
pub enum InstallError {
    /// It is not there, and we can't install it.
    #[error(
        "the lab needs Debian's package user-mode-linux ({missing} is missing), and {why}; as root, type: {BY_HAND}"
    )]
    Missing {
        /// What was looked for.
        missing: String,
        /// Why it is not installed now.
        why: &'static str,
    },
    /// apt-get could not be started.
    #[error("can't run apt-get to install user-mode-linux; as root, type: {BY_HAND}")]
    NoApt(#[source] io::Error),
    /// apt-get failed.
    #[error("`apt-get {arguments}` failed ({status}), so user-mode-linux is not installed; as root, type: {BY_HAND}")]
    Apt {
        /// What it was asked.
        arguments: String,
        /// How it ended.
        status: ExitStatus,
    },
}

/// The program, installed first where that is possible.
///
/// # Errors
/// When it is not there and can't be installed; the message says what to type.
pub(super) fn find_or_install() -> Result<PathBuf, InstallError> {
    let missing = match find() {
        Ok(program) => return Ok(program),
        Err(missing) => missing,
    };
    if !Path::new("/usr/bin/apt-get").exists() {
        return Err(InstallError::Missing { missing, why: "this is no Debian to install it on" });
    }
    if !rustix::process::geteuid().is_root() {
        return Err(InstallError::Missing { missing, why: "only root may install it" });
    }
    eprintln!("lab: {missing} is missing, so I install it: {BY_HAND}");
    apt(&["update"])?;
    apt(&["install", "-y", "--no-install-recommends", "user-mode-linux"])?;
    find().map_err(|missing| InstallError::Missing { missing, why: "the package did not bring it" })
}

/// The program, or what is missing.
fn find() -> Result<PathBuf, String> {
    if !Path::new(MODULES).is_dir() {
        return Err(MODULES.to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian puts it into /usr/bin, which a bare PATH may lack.
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]);
    folders.map(|folder| folder.join(PROGRAM)).find(|file| file.is_file()).ok_or_else(|| PROGRAM.to_owned())
}

fn apt(arguments: &[&str]) -> Result<(), InstallError> {
    let status = Command::new("apt-get")
        .args(["-q", "-o", "DPkg::Lock::Timeout=120"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        // Standard output is for the tests' results.
        .stdout(io::stderr())
        .status()
        .map_err(InstallError::NoApt)?;
    if status.success() { Ok(()) } else { Err(InstallError::Apt { arguments: arguments.join(" "), status }) }
}
