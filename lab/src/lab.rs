//! What a test is given.

use std::path::{Path, PathBuf};

use network::{Address, IfName, Mac};
use tempfile::TempDir;

use crate::net::{Cable, End, Guest, Namespace, NetError, Switch};
use crate::venue::Venue;

/// What a test is given: a network namespace that plays the host, and the means to build a network around it. The test's
/// own thread is in that namespace.
#[derive(Debug)]
pub struct Lab {
    /// The namespace that plays the host.
    pub host: Namespace,
    /// Which of its family the test is; empty for a test by itself.
    pub member: &'static str,
    venue: Venue,
    folder: TempDir,
    notes: Vec<String>,
    finding: Option<String>,
}

impl Lab {
    /// Moves the calling thread into a new host.
    ///
    /// # Errors
    /// When the namespace or the test's folder can't be made.
    pub fn new(venue: Venue) -> Result<Self, NetError> {
        let folder = tempfile::Builder::new().prefix("lab-").tempdir();
        let folder = folder.map_err(|source| NetError::Io { doing: "make the test's folder", source })?;
        Ok(Self { host: Namespace::leave_into_new()?, member: "", venue, folder, notes: Vec::new(), finding: None })
    }

    /// On which kernel this is.
    #[must_use]
    pub fn venue(&self) -> Venue {
        self.venue
    }

    /// Says something with the test's result: a measurement, never a verdict.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Hands what was found to the host's side of the program, which judges it ([`crate::Extra::judge`]).
    pub fn found(&mut self, finding: impl Into<String>) {
        self.finding = Some(finding.into());
    }

    /// What was found.
    pub(crate) fn take_finding(&mut self) -> Option<String> {
        self.finding.take()
    }

    /// What was said.
    pub(crate) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// Lays a cable from a NIC of the host to a port of a switch, and lets the port forward.
    ///
    /// # Errors
    /// When a name is taken.
    pub fn cable(&self, nic: &str, switch: &Switch, port: &str) -> Result<Cable, NetError> {
        let cable = self.loose_cable(nic, None, switch.port(port)?)?;
        switch.join(&cable.far.link)?;
        Ok(cable)
    }

    /// Lays a cable from a NIC of the host, with that MAC or one of the kernel's choice, to anywhere. For a port that is
    /// to be in a LAG.
    ///
    /// # Errors
    /// When a name is taken.
    pub fn loose_cable(&self, nic: &str, mac: Option<Mac>, far: End) -> Result<Cable, NetError> {
        Cable::lay(End { namespace: self.host.clone(), link: IfName::new(nic)? }, mac, far)
    }

    /// Starts a guest whose port on the host is named `port`, in a bridge of the host.
    ///
    /// # Errors
    /// When a name is taken or there is no such bridge.
    pub fn guest(&self, port: &str, bridge: &str, address: Address) -> Result<Guest, NetError> {
        Guest::start(&self.host, &IfName::new(port)?, &IfName::new(bridge)?, address)
    }

    /// Writes /etc/network/interfaces below the test's own folder and gives back that folder, for `--root`.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn file(&self, text: &str) -> Result<PathBuf, NetError> {
        let folder = self.folder.path().join("etc/network");
        let failed = |source| NetError::Io { doing: "write the test's interfaces file", source };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        std::fs::write(folder.join("interfaces"), text).map_err(failed)?;
        Ok(self.folder.path().to_owned())
    }

    /// The test's own folder. It goes with the test.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}
