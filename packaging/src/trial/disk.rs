//! A disk with a clean Debian for a machine of user-mode-linux, on which systemd is the first process.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::root::{self, RootError, failed, remove};
use crate::arguments::Suite;
use crate::place;
use crate::tool;

/// Where Debian's user-mode-linux keeps its modules, a folder a release.
const MODULES: &str = "/usr/lib/uml/modules";
/// Changes with what is below, so that an older disk is not taken for this one.
const EDITION: &str = "1";
/// Room for what the trials install; what is not written takes none.
const SIZE: &str = "1G";

/// What a network needs. `bonding` makes no device of its own.
const LOADED: &str = "ipv6\nbridge\nveth\nbonding\n";
const BONDING: &str = "options bonding max_bonds=0\n";
/// What the machine runs when it is up, each time. It is ended by what it runs.
const UNIT: &str = "\
[Unit]
Description=The trial
After=multi-user.target

[Service]
Type=exec
ExecStart=/bin/sh /usr/local/lib/trial

[Install]
WantedBy=multi-user.target
";
/// The host's folder is mounted, whose name the kernel was told, and what lies in it is run.
const START: &str = r"mkdir -p /given
folder=$(sed -n 's/.*\btrial=\([^ ]*\).*/\1/p' /proc/cmdline)
mount -t hostfs none /given -o $folder
exec /bin/sh /given/stages >>/given/log 2>&1
";

/// The disk of a suite, made the first time.
///
/// # Errors
/// When it can't be made.
pub fn of(suite: Suite) -> Result<PathBuf, RootError> {
    let base = root::of(suite)?;
    tool::need(super::machine::PROGRAM, "user-mode-linux")?;
    tool::need("/usr/sbin/mke2fs", "e2fsprogs")?;
    let modules = newest(Path::new(MODULES)).map_err(failed(Path::new(MODULES)))?;
    let release = modules.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = base.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let disk = place::output().join(format!("{name}-{release}-{EDITION}.ext4"));
    if disk.exists() {
        return Ok(disk);
    }
    eprintln!("packaging: making a disk with a clean Debian, {}", suite.name());
    let (tree, part) = (disk.with_extension("tree"), disk.with_extension("part"));
    remove(&tree)?;
    tool::run(Command::new("cp").args(["--archive", "--reflink=auto"]).arg(&base).arg(&tree))?;
    let kept = tree.join("usr/lib/modules");
    fs::create_dir_all(&kept).map_err(failed(&kept))?;
    tool::run(Command::new("cp").arg("--archive").arg(&modules).arg(&kept))?;
    for (path, text) in [
        ("etc/modules-load.d/trial.conf", LOADED),
        ("etc/modprobe.d/trial.conf", BONDING),
        ("etc/systemd/system/trial.service", UNIT),
        ("usr/local/lib/trial", START),
    ] {
        write(&tree.join(path), text)?;
    }
    let wants = tree.join("etc/systemd/system/multi-user.target.wants");
    fs::create_dir_all(&wants).map_err(failed(&wants))?;
    std::os::unix::fs::symlink("../trial.service", wants.join("trial.service")).map_err(failed(&wants))?;
    // Renamed last: one that was cut off is not taken for a whole one.
    let mut make = Command::new("mke2fs");
    make.args(["-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d"]).arg(&tree).arg(&part).arg(SIZE);
    tool::run(&mut make)?;
    remove(&tree)?;
    fs::rename(&part, &disk).map_err(failed(&disk))?;
    Ok(disk)
}

/// The folder of the newest release, as Debian has one kernel at a time.
fn newest(folder: &Path) -> io::Result<PathBuf> {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.into_iter().max().ok_or_else(|| io::ErrorKind::NotFound.into())
}

fn write(path: &Path, text: &str) -> Result<(), RootError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    fs::write(path, text).map_err(failed(path))
}
