//! Programs of others that some tests run: Open vSwitch, DHCP clients and servers. They are fetched from Debian and unpacked
//! beside our own build, never installed: their daemons would start, and be the machine's.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use crate::programs::{PACKAGES, folder, root};

/// Why they are not there.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    /// A program can't be run.
    #[error("can't run {program}")]
    Start {
        /// Which.
        program: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A program failed, and said why.
    #[error("`{program}` failed ({status})")]
    Failed {
        /// Which.
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
    },
    /// A folder or file can't be made or read.
    #[error("can't prepare {}", path.display())]
    Prepare {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Fetches and unpacks them, the first time.
///
/// # Errors
/// When they can't be had. The tests that need them fail then, and no others.
pub(super) fn fetch() -> Result<(), FetchError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| FetchError::Prepare { path, source }
    };
    // Written last: a fetch that was cut off begins anew.
    let (folder, root) = (folder(), root());
    let (done, wanted) = (folder.join("packages"), PACKAGES.join(" "));
    if std::fs::read_to_string(&done).is_ok_and(|had| had == wanted) {
        return Ok(());
    }
    match std::fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(&folder)(error)),
        _ => {}
    }
    let archives = folder.join("archives");
    std::fs::create_dir_all(archives.join("partial")).map_err(failed(&archives))?;
    eprintln!("lab: fetching {wanted} into {}: apt-get install --download-only", folder.display());
    let cache = format!("Dir::Cache::archives={}", archives.display());
    let options = ["-q", "-y", "-o", "Debug::NoLocking=1", "-o", &cache, "--download-only", "--no-install-recommends"];
    execute("apt-get", Command::new("apt-get").args(options).arg("install").args(PACKAGES))?;
    // As on a host whose /bin is /usr/bin.
    for name in ["bin", "sbin", "lib"] {
        let target = Path::new("usr").join(name);
        std::fs::create_dir_all(root.join(&target)).map_err(failed(&root))?;
        std::os::unix::fs::symlink(&target, root.join(name)).map_err(failed(&root))?;
    }
    for entry in std::fs::read_dir(&archives).map_err(failed(&archives))? {
        let path = entry.map_err(failed(&archives))?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            unpack(&path, &root)?;
        }
    }
    std::fs::write(&done, wanted).map_err(failed(&done))
}

/// Not `dpkg -x`, which puts a folder in the place of /sbin.
fn unpack(package: &Path, root: &Path) -> Result<(), FetchError> {
    let start = |program| move |source| FetchError::Start { program, source };
    let mut files = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(start("dpkg-deb"))?;
    let mut tar = Command::new("tar");
    tar.args(["-x", "--keep-directory-symlink", "--no-same-owner", "-C"]).arg(root);
    tar.stdin(files.stdout.take().map_or_else(Stdio::null, Stdio::from));
    let unpacked = execute("tar", &mut tar);
    let status = files.wait().map_err(start("dpkg-deb"))?;
    unpacked?;
    if status.success() { Ok(()) } else { Err(FetchError::Failed { program: "dpkg-deb", status }) }
}

fn execute(program: &'static str, command: &mut Command) -> Result<(), FetchError> {
    // Standard output is for the tests' results.
    let status = command.stdout(io::stderr()).status();
    let status = status.map_err(|source| FetchError::Start { program, source })?;
    if status.success() { Ok(()) } else { Err(FetchError::Failed { program, status }) }
}
