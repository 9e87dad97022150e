//! What a face works on: files, output, the host.

use std::io::Write;
use std::path::{Path, PathBuf};

use network::Host;

use crate::Failure;

/// Where files are, where output goes, and which host is meant. Tests give it a folder, two buffers and a host in memory.
pub struct World<'a> {
    /// What was asked for.
    pub out: &'a mut dyn Write,
    /// What went wrong, and what else there is to say.
    pub err: &'a mut dyn Write,
    /// What absolute paths of this program are below; none for `/`. Hooks and scripts are not held to it.
    pub root: Option<PathBuf>,
    /// Whether the effective user is root, which all but `ifquery` need.
    pub is_root: bool,
    /// The program that guards a reload (`bowline`), if one is to.
    pub guard: Option<PathBuf>,
    /// Opens the host; not called by what can do without.
    pub open: Box<dyn FnMut() -> Result<Box<dyn Host>, Failure> + 'a>,
}

impl<'a> World<'a> {
    /// This host: its files, and the kernel of the calling thread's network namespace.
    pub fn this_host(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        let open = || match linux::Linux::open() {
            Ok(host) => Ok(Box::new(host) as Box<dyn Host>),
            Err(error) => Err(Failure::Open(Box::new(error))),
        };
        let guard = Some(crate::guarded::program());
        Self { out, err, root: None, guard, is_root: rustix::process::geteuid().is_root(), open: Box::new(open) }
    }

    /// Where a path is.
    #[must_use]
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.disk().locate(path.as_ref())
    }

    /// The files that it reads.
    #[must_use]
    pub fn disk(&self) -> linux::Disk {
        linux::Disk { root: self.root.clone() }
    }
}
