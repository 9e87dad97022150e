//! Other people's programs, installed first where they are missing.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// The version of cargo-deb that builds the package.
const CARGO_DEB: &str = "3.8.0";

/// A program that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// It can't be run.
    #[error("can't run {program}")]
    Start {
        /// Which.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It failed, and said why.
    #[error("`{program}` failed ({status})")]
    Failed {
        /// Which.
        program: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// It is missing, and only root may install it.
    #[error("{program} is missing; as root, type: apt-get update && apt-get install -y {package}")]
    Missing {
        /// Which.
        program: &'static str,
        /// Where it is.
        package: &'static str,
    },
}

/// What a command is called in messages.
#[must_use]
pub fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

/// Runs a program to its end. Its output goes to standard error: standard output is for results.
///
/// # Errors
/// When it can't be run or fails.
pub fn run(command: &mut Command) -> Result<(), ToolError> {
    let started = command.stdin(Stdio::null()).stdout(io::stderr()).status();
    let program = name(command);
    match started {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(ToolError::Failed { program, status }),
        Err(source) => Err(ToolError::Start { program, source }),
    }
}

/// Runs a program to its end, and gives what it printed.
///
/// # Errors
/// When it can't be run or fails.
pub fn read(command: &mut Command) -> Result<String, ToolError> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let program = name(command);
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(ToolError::Failed { program, status: output.status }),
        Err(source) => Err(ToolError::Start { program, source }),
    }
}

/// Sees that Debian's `package` is there, of which `program` is a file.
///
/// # Errors
/// When it can't be installed.
pub fn need(program: &'static str, package: &'static str) -> Result<(), ToolError> {
    if Path::new(program).exists() {
        return Ok(());
    }
    if !rustix::process::geteuid().is_root() {
        return Err(ToolError::Missing { program, package });
    }
    eprintln!("packaging: {program} is missing, so I install {package}");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-q", "-o", "DPkg::Lock::Timeout=120"]).args(arguments);
        run(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])?;
    apt(&["install", "-y", "--no-install-recommends", package])?;
    if Path::new(program).exists() { Ok(()) } else { Err(ToolError::Missing { program, package }) }
}

/// Sees that cargo-deb is there.
///
/// # Errors
/// When it can't be installed.
pub fn need_cargo_deb() -> Result<(), ToolError> {
    let asked = Command::new("cargo").args(["deb", "--version"]).stdin(Stdio::null()).output();
    if asked.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).trim().ends_with(CARGO_DEB)) {
        return Ok(());
    }
    eprintln!("packaging: cargo-deb {CARGO_DEB} is missing, so I install it");
    let mut install = Command::new("cargo");
    // From another folder: this project's static linking is not meant for other people's programs.
    run(install.args(["install", "--locked", "--version", CARGO_DEB, "cargo-deb"]).current_dir("/"))
}
