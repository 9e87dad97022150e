//! What is asked of the host, beyond its network's settings, to see whether the network works.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use ifupdown::hooks::command;
use linux::neighbour::{self, Neighbour};
use linux::sessions::{Session, sessions};
use linux::{Disk, DumpError, OpenError, Socket};

/// How long a neighbour may take to answer: one lost question is asked again after a second (`retrans_time_ms`).
const ANSWER: Duration = Duration::from_millis(1500);
/// Where corosync's own tool is, on a host that is in a cluster.
const QUORUM: &str = "/usr/sbin/corosync-quorumtool";
/// How long it may take; it asks a daemon on this host.
const QUORUM_ANSWER: Duration = Duration::from_secs(2);

/// What can be asked.
pub trait Senses {
    /// Which of these neighbours answer now.
    ///
    /// # Errors
    /// When the kernel can't be asked.
    fn answering(&mut self, asked: &BTreeSet<Neighbour>) -> Result<BTreeSet<Neighbour>, SenseError>;

    /// The TCP connections.
    ///
    /// # Errors
    /// When they can't be listed.
    fn sessions(&mut self) -> Result<Vec<Session>, SenseError>;

    /// Whether the cluster that this host is part of has a quorum here; `None`: it is in none.
    fn is_quorate(&mut self) -> Option<bool>;
}

/// Why something can't be asked.
#[derive(Debug, thiserror::Error)]
pub enum SenseError {
    /// The kernel can't be reached.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its neighbours can't be listed.
    #[error("can't list the neighbours")]
    Neighbours(#[from] DumpError),
    /// The TCP connections can't be listed.
    #[error("can't list the TCP connections")]
    Sessions(#[from] std::io::Error),
}

/// Those of this host, in the network namespace of the calling thread.
#[derive(Debug)]
pub struct Own {
    quorum: PathBuf,
}

impl Own {
    /// With its programs on that disk.
    #[must_use]
    pub fn of(disk: &Disk) -> Self {
        Self { quorum: disk.locate(QUORUM.as_ref()) }
    }
}

impl Senses for Own {
    fn answering(&mut self, asked: &BTreeSet<Neighbour>) -> Result<BTreeSet<Neighbour>, SenseError> {
        if asked.is_empty() {
            return Ok(BTreeSet::new());
        }
        // A socket of its own each time: one that was left in the middle of an answer is no good for the next.
        Ok(neighbour::answering(&mut Socket::open()?, asked, ANSWER)?)
    }

    fn sessions(&mut self) -> Result<Vec<Session>, SenseError> {
        Ok(sessions()?)
    }

    fn is_quorate(&mut self) -> Option<bool> {
        if !self.quorum.exists() {
            return None;
        }
        let mut tool = Command::new(&self.quorum);
        tool.arg("-s").env("LC_ALL", "C");
        // It ends with another code than 0 where there is no quorum, and where corosync does not run.
        let said = command::run(tool, QUORUM, Some(QUORUM_ANSWER));
        Some(said.is_ok_and(|text| is_quorate(&text)))
    }
}

/// Whether `corosync-quorumtool -s` says so: `Quorate:          Yes`.
fn is_quorate(text: &str) -> bool {
    let quorate = text.lines().find_map(|line| line.trim().strip_prefix("Quorate:"));
    quorate.is_some_and(|word| word.trim() == "Yes")
}

/// None: nobody is asked. For a host that is not this one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Blind;

impl Senses for Blind {
    fn answering(&mut self, _: &BTreeSet<Neighbour>) -> Result<BTreeSet<Neighbour>, SenseError> {
        Ok(BTreeSet::new())
    }

    fn sessions(&mut self) -> Result<Vec<Session>, SenseError> {
        Ok(Vec::new())
    }

    fn is_quorate(&mut self) -> Option<bool> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn corosync_is_asked_where_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let mut own = Own::of(&Disk { root: Some(folder.path().to_owned()) });
        assert_eq!(own.is_quorate(), None);
        let tool = folder.path().join(QUORUM.trim_start_matches('/'));
        std::fs::create_dir_all(tool.parent().unwrap()).unwrap();
        for (script, expected) in [
            ("echo 'Quorum information'; echo 'Quorate:          Yes'", true),
            ("echo 'Quorate:          No'", false),
            ("echo 'Quorate:          Yes'; exit 2", false),
            ("echo 'Cannot initialize CMAP service'", false),
        ] {
            // Beside it and renamed: a program that is open for writing can't be run.
            let next = tool.with_extension("new");
            std::fs::write(&next, format!("#!/bin/sh\n{script}\n")).unwrap();
            std::fs::set_permissions(&next, std::fs::Permissions::from_mode(0o755)).unwrap();
            std::fs::rename(&next, &tool).unwrap();
            assert_eq!(own.is_quorate(), Some(expected), "{script}");
        }
    }
}
