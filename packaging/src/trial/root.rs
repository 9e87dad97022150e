//! A clean Debian, with the packages that ours takes the place of beside it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::arguments::Suite;
use crate::place;
use crate::tool::{self, ToolError};

/// What is installed: what a unit needs to be verified, what the trials look with, and what the predecessors
/// need.
const PACKAGES: &str = "systemd,udev,iproute2,man-db,bash-completion,python3,perl,adduser";
/// Where the predecessors' packages lie in the root, fetched and not installed.
pub const PREDECESSORS: &str = "predecessors";
/// Changes with what is above, so that an older root is not taken for this one.
const EDITION: &str = "3";

/// No clean Debian.
#[derive(Debug, thiserror::Error)]
pub enum RootError {
    /// A program did not do its work.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// A folder can't be made, moved or removed.
    #[error("can't prepare {}", path.display())]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The folder of the clean root of a suite, made the first time.
///
/// # Errors
/// When it can't be made.
pub fn of(suite: Suite) -> Result<PathBuf, RootError> {
    let root = place::output().join(format!("{}-{EDITION}", suite.name()));
    if root.exists() {
        return Ok(root);
    }
    tool::need("/usr/bin/mmdebstrap", "mmdebstrap")?;
    eprintln!("packaging: making a clean Debian, {}", suite.name());
    // Renamed last: one that was cut off is not taken for a whole one.
    let part = root.with_extension("part");
    remove(&part)?;
    let mut command = Command::new("mmdebstrap");
    command
        .args(["--quiet", "--mode=root", "--format=directory", "--variant=minbase"])
        .arg(format!("--include={PACKAGES}"));
    let fetch = format!("mkdir /{PREDECESSORS} && cd /{PREDECESSORS} && apt-get -q download ifupdown ifupdown2");
    // Before mmdebstrap removes apt's lists.
    command.arg(format!("--customize-hook=chroot \"$1\" sh -c '{fetch}'"));
    tool::run(command.arg(suite.name()).arg(&part))?;
    fs::rename(&part, &root).map_err(failed(&root))?;
    Ok(root)
}

/// Removes a folder that may not be there.
pub(super) fn remove(folder: &Path) -> Result<(), RootError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(folder)(error)),
        _ => Ok(()),
    }
}

/// What to make of an error about that path.
pub(super) fn failed(path: &Path) -> impl Fn(io::Error) -> RootError + use<> {
    let path = path.to_owned();
    move |source| RootError::Folder { path: path.clone(), source }
}
