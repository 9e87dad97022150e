//! What was brought up, and with which configuration: the memory between two runs.
//!
//! ifupdown2 keeps a pickle of its own in /var/tmp/network; this is a JSON file in /run/network, gone with the boot as the
//! kernel's state is. It tells which interfaces the file no longer names (so that what Bowline made is taken away, and
//! nothing else), with which lines their hooks ran (so that they run again only when something changes), and what `ifdown`
//! has to undo.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use interfaces::Files;
use network::{Kind, Link};
use serde::{Deserialize, Serialize};

use crate::stanza::Stanza;

/// Where it is.
pub const PATH: &str = "/run/network/bowline.json";
/// The most bytes that are read: a thousand times what 4000 interfaces need would still be less.
const MAX: u64 = 64 << 20;
/// The form of the file. Another is not understood, and taken for none.
const VERSION: u32 = 1;

/// All that is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    version: u32,
    /// Every interface that was brought up and not brought down since, by name.
    pub interfaces: BTreeMap<String, Shared>,
}

/// What is remembered of an interface. Copies share their memory until one of them changes: a run compares what it
/// remembers with what was, and mostly nothing is another.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub struct Shared(Arc<Saved>);

impl Shared {
    /// The same, to be changed.
    pub fn to_mut(&mut self) -> &mut Saved {
        Arc::make_mut(&mut self.0)
    }
}

impl Deref for Shared {
    type Target = Saved;
    fn deref(&self) -> &Saved {
        &self.0
    }
}

impl From<Saved> for Shared {
    fn from(saved: Saved) -> Self {
        Self(Arc::new(saved))
    }
}

impl From<Shared> for Saved {
    fn from(shared: Shared) -> Self {
        Arc::unwrap_or_clone(shared.0)
    }
}

/// What is remembered of an interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// The stanzas that it was brought up with, and whose hooks ran.
    pub stanzas: Vec<Stanza>,
    /// The device, where the file has it made: a bond, a bridge, a VLAN device and the like. Only this very device is
    /// ever deleted: one that others made under the same name has another number.
    pub device: Option<Device>,
    /// Something of it failed, or its hooks have not run for these lines: it is taken as changed until all of it is done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unfinished: bool,
    /// Addresses that hooks gave it: they are not the file's, and not taken away while the hooks stay the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_hooks: Vec<String>,
}

/// A device, so that it is known again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its kind, in the kernel's word.
    pub kind: String,
    /// Its number in the kernel.
    pub index: u32,
}

impl Device {
    /// The device of a link that the kernel numbers.
    #[must_use]
    pub fn of(link: &Link) -> Option<Self> {
        if matches!(link.kind, Kind::Nic | Kind::Loopback) {
            return None;
        }
        let kind = plan::kind_name(&link.kind);
        Some(Self { kind: kind.to_owned(), index: link.index().map_or(0, |index| index.0) })
    }
}

impl Default for State {
    fn default() -> Self {
        Self { version: VERSION, interfaces: BTreeMap::new() }
    }
}

/// Why a file of what is remembered, or the lock, can't be used.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing} {}", path.display())]
pub struct FileError {
    /// What was being done: "open the lock".
    pub doing: &'static str,
    /// Which.
    pub path: PathBuf,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// Why the state could not be read. It is started anew then: nothing is taken for Bowline's own.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file can't be read.
    #[error("the state file can't be read")]
    Read(#[source] io::Error),
    /// It is no state.
    #[error("the state file makes no sense")]
    Corrupt(#[source] serde_json::Error),
    /// It is of another form than this version's.
    #[error("the state file is of form {0}, not {VERSION}")]
    Form(u32),
}

impl State {
    /// Reads it. A missing file is an empty state: nothing was brought up since the boot.
    ///
    /// # Errors
    /// When there is a file that can't be used.
    pub fn read(disk: &dyn Files, path: &Path) -> Result<Self, StateError> {
        let bytes = match disk.read(path, MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(StateError::Read(error)),
        };
        let state: Self = serde_json::from_slice(&bytes).map_err(StateError::Corrupt)?;
        if state.version == VERSION { Ok(state) } else { Err(StateError::Form(state.version)) }
    }

    /// Writes it, so that a reader sees the old one or the new one whole, and a crash leaves one of them.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn write(&self, path: &Path) -> Result<(), FileError> {
        let failure = |doing| move |source| FileError { doing, path: path.to_owned(), source };
        let bytes = serde_json::to_vec(self).map_err(io::Error::from).map_err(failure("write"))?;
        let folder = path.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(folder).map_err(failure("make the folder of"))?;
        let next = path.with_extension("json.new");
        let mut file = fs::File::create(&next).map_err(failure("write"))?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failure("write"))?;
        fs::rename(&next, path).map_err(failure("replace"))?;
        fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failure("write the folder of"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_comes_back_as_it_was_and_a_broken_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/bowline.json");
        let disk = linux::Disk::default();
        assert_eq!(State::read(&disk, &path).unwrap(), State::default());
        let mut state = State::default();
        let stanza =
            Stanza { name: "vmbr0".into(), settings: vec![("up".into(), vec!["x".into()])], ..Stanza::default() };
        let device = Some(Device { kind: "bridge".into(), index: 7 });
        state.interfaces.insert(
            "vmbr0".into(),
            Saved { stanzas: vec![stanza], device, unfinished: true, from_hooks: vec!["10.0.0.1/8".into()] }.into(),
        );
        state.write(&path).unwrap();
        assert_eq!(State::read(&disk, &path).unwrap(), state);
        for (text, message) in [
            ("", "the state file makes no sense"),
            ("{\"version\":1,\"interfaces\":{", "the state file makes no sense"),
            ("{\"version\":9,\"interfaces\":{}}", "the state file is of form 9, not 1"),
        ] {
            fs::write(&path, text).unwrap();
            assert_eq!(State::read(&disk, &path).unwrap_err().to_string(), message);
        }
    }
}
