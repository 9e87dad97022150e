//! Programs of others that some tests run, laid over /usr of the kernel that the lab boots.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::Venue;
use crate::net::NetError;

/// Debian's packages of them.
pub(crate) const PACKAGES: &[&str] = &["openvswitch-switch", "isc-dhcp-client", "udhcpc", "udhcpd", "dnsmasq-base"];

/// Where they are fetched to.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lab/programs")
}

/// Where they are unpacked.
pub(crate) fn root() -> PathBuf {
    folder().join("root")
}

/// Says why a test that needs such a program can't run: on the host's own kernel the program would be looked for among the
/// machine's, and its daemons' files would be the machine's.
///
/// # Errors
/// When it is not there.
pub fn need(venue: Venue, program: &str) -> Result<(), NetError> {
    let missing = |why: &str| {
        let source = io::Error::new(io::ErrorKind::NotFound, format!("{program}: {why}"));
        Err(NetError::Io { doing: "use a program of others", source })
    };
    match venue {
        Venue::Native => missing("only on the lab's own kernel; run it with LAB=uml"),
        Venue::Uml if Path::new(program).exists() => Ok(()),
        Venue::Uml => missing("it could not be fetched from Debian"),
    }
}

/// A daemon of a test, ended with it.
#[derive(Debug)]
pub struct Daemon(Child);

impl Daemon {
    /// Starts it in the namespace of the calling thread; what it says goes to a file.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self, NetError> {
        let failed = |source| NetError::Io { doing: "start a daemon", source };
        let log = File::create(log).map_err(failed)?;
        let other = log.try_clone().map_err(failed)?;
        command.stdin(Stdio::null()).stdout(log).stderr(other);
        Ok(Self(command.spawn().map_err(failed)?))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // One that has ended by itself needs no more.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
