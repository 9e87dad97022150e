//! On which kernel a sample is taken: this machine's own, in namespaces, where it can do what is asked for; else Debian's
//! user-mode-linux, a kernel that runs as an ordinary process (the kernels of build machines often lack VLANs and bonds).
//! There programs start slower, which all contenders pay alike.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Serialize;

use super::arguments::ReloadOrder;
use super::error::ReloadError;
use super::sample::Sample;
use super::setup::Setup;
use crate::modules::{self, LINKS, ModuleError};
use crate::namespace;
use crate::process::{end_of, wait};
use crate::program::workspace;

/// Debian's user-mode-linux.
const UML: &str = "/usr/bin/linux.uml";
/// The module of bonds.
const BONDING: &str = "drivers/net/bonding/bonding";
/// How much longer than its programs a sample may take, for what is between them.
const SLACK: Duration = Duration::from_secs(400);
/// The programs of a sample that are bounded each: what is there before, three runs of at most three, a look after each.
const PROGRAMS: u32 = 12;

/// On which kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kernel {
    /// This machine's.
    Own,
    /// user-mode-linux.
    UserMode,
}

/// A kernel, and whether it has bonds.
#[derive(Clone, Copy, Debug)]
pub struct Venue {
    /// Which.
    pub kernel: Kernel,
    /// Whether it has bonds.
    pub bonding: bool,
}

impl Venue {
    /// Where a set-up can be measured.
    ///
    /// # Errors
    /// When no kernel here can do it.
    pub fn of(setup: Setup) -> Result<Self, ReloadError> {
        let own = match setup {
            Setup::Bridges(_) => true,
            Setup::Trunk(_) => can(&["link", "add", "name", "probe0", "type", "bridge", "vlan_filtering", "1"])?,
            Setup::Vlans(_) => can(&["link", "add", "link", "lo", "name", "probe0", "type", "vlan", "id", "2"])?,
        };
        if own {
            let bonding = can(&["link", "add", "name", "probe0", "type", "bond"])?;
            return Ok(Self { kernel: Kernel::Own, bonding });
        }
        if Path::new(UML).exists() {
            return Ok(Self { kernel: Kernel::UserMode, bonding: true });
        }
        Err(ReloadError::NoKernel(setup))
    }

    /// Takes one sample.
    ///
    /// # Errors
    /// When it can't be taken or fails.
    pub fn sample(self, order: &ReloadOrder) -> Result<Sample, ReloadError> {
        let limit = Duration::from_secs(u64::from(order.timeout)) * PROGRAMS + SLACK;
        match self.kernel {
            Kernel::Own => in_namespaces(order, limit),
            Kernel::UserMode => in_user_mode(order, limit),
        }
    }
}

/// Whether this machine's kernel does what `ip` asks, in a network namespace of its own.
fn can(ip: &[&str]) -> Result<bool, ReloadError> {
    let mut command = Command::new("unshare");
    command.arg("--net");
    if !rustix::process::geteuid().is_root() {
        command.arg("--map-root-user");
    }
    command.args(["--", "ip"]).args(ip).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Ok(command.status().map_err(|source| ReloadError::Venue("unshare", source))?.success())
}

fn in_namespaces(order: &ReloadOrder, limit: Duration) -> Result<Sample, ReloadError> {
    let failed = |source| ReloadError::Venue("unshare", source);
    let mut command = namespace::myself().map_err(failed)?;
    // It says little enough for the pipes to hold it until it is gone.
    command.args(order.words()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    wait(&mut child, "a sample", limit)?;
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err(ReloadError::Sample {
            contender: order.contender.name(),
            setup: order.setup,
            status: output.status,
            said: String::from_utf8_lossy(&output.stderr).into_owned(),
        });
    }
    read(&output.stdout, &output.stderr)
}

/// Boots a kernel for the sample. What it says comes back through files: its exit status is not the sample's.
fn in_user_mode(order: &ReloadOrder, limit: Duration) -> Result<Sample, ReloadError> {
    let folder = workspace().join("target/bench/uml");
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ReloadError::Path { path, source }
    };
    fs::create_dir_all(&folder).map_err(failed(&folder))?;
    let (init, out, err) = (folder.join("init"), folder.join("out"), folder.join("err"));
    for path in [&out, &err] {
        fs::write(path, "").map_err(failed(path))?;
    }
    let myself = std::env::current_exe().map_err(|source| ReloadError::Venue("user-mode-linux", source))?;
    fs::write(&init, script(&myself, &order.words(), &folder)).map_err(failed(&init))?;
    let mut command = Command::new(UML);
    command.args([
        "root=/dev/root",
        "rootfstype=hostfs",
        "rootflags=/",
        "ro",
        "mem=1024M",
        "con=null",
        "con0=null,fd:1",
        "quiet",
    ]);
    command.arg("init=/bin/sh").arg(&init).current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|source| ReloadError::Venue("user-mode-linux", source))?;
    wait(&mut child, UML, limit)?;
    let bytes = |path: &PathBuf| fs::read(path).map_err(failed(path));
    read(&bytes(&out)?, &bytes(&err)?)
}

/// Loads the modules of user-mode-linux, inside it. bonding makes none by itself then: a sample makes its own bond0.
///
/// # Errors
/// When one is missing or the kernel refuses it.
pub fn load_modules() -> Result<(), ModuleError> {
    LINKS.iter().try_for_each(|module| {
        let options = if *module == BONDING { c"max_bonds=0" } else { c"" };
        modules::load_with(module, options)
    })
}

/// What the kernel runs: it makes its file systems, takes the sample and stops.
fn script(myself: &Path, words: &[String], folder: &Path) -> String {
    let (myself, folder, words) = (myself.display(), folder.display(), words.join(" "));
    format!(
        "export PATH=/usr/sbin:/usr/bin:/sbin:/bin\n\
         mount -t proc none /proc && mount -t tmpfs none /run\n\
         mount -t hostfs none /mnt -o {folder}\n\
         exec >/mnt/out 2>/mnt/err\n\
         {myself} {words} --modules\n\
         sync\necho o >/proc/sysrq-trigger\nsleep 60\n"
    )
}

fn read(out: &[u8], err: &[u8]) -> Result<Sample, ReloadError> {
    serde_json::from_slice(out).map_err(|source| ReloadError::Result { said: end_of(err), source })
}

/// The release of user-mode-linux, as its folder of modules is called.
///
/// # Errors
/// When that can't be read.
pub fn user_mode_release() -> io::Result<String> {
    let entry = fs::read_dir(modules::FOLDER)?.next().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))??;
    Ok(entry.file_name().to_string_lossy().into_owned())
}
