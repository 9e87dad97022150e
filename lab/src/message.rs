//! What the host tells the guest, and what the guest reports: a job in one file, a line of JSON a report in another.
//!
//! Both files are in a folder of the host that the guest mounts. A file and not the console: the kernel and the tests
//! print there too.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::attempt::Ended;

/// What to do with a kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// Run these tests and report each as it ends.
    Tests {
        /// Their names.
        names: Vec<String>,
        /// How many at a time.
        at_once: usize,
        /// How long each may take.
        limit: Duration,
    },
    /// Play the article to a person.
    Demo {
        /// Whether its output may have colours.
        colour: bool,
    },
}

/// What the guest says of its work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    /// The kernel is up and has its modules.
    Ready {
        /// Its release, as `uname -r` says.
        kernel: String,
    },
    /// A test ended.
    Ended {
        /// Its name.
        name: String,
        /// How.
        ended: Ended,
    },
    /// The job is done, and the kernel about to power off.
    Done,
    /// The guest can't go on.
    Failed {
        /// Why.
        reason: String,
    },
}

const JOB: &str = "job.json";
const REPORTS: &str = "reports.jsonl";
/// More than any run writes: 1000 tests with a screenful each.
const MAX_REPORTS: u64 = 64 << 20;

/// Leaves a job for the guest.
///
/// # Errors
/// When the files can't be written.
pub fn leave_job(folder: &Path, job: &Job) -> io::Result<()> {
    File::create(folder.join(REPORTS))?;
    std::fs::write(folder.join(JOB), serde_json::to_vec(job)?)
}

/// Takes the job that the host left.
///
/// # Errors
/// When it can't be read, or is no job.
pub fn take_job(folder: &Path) -> io::Result<Job> {
    Ok(serde_json::from_slice(&std::fs::read(folder.join(JOB))?)?)
}

/// The guest's end: appends reports.
pub struct Reporter(Mutex<File>);

impl Reporter {
    /// Opens the file that the host made.
    ///
    /// # Errors
    /// When it is not there or not writable.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self(Mutex::new(OpenOptions::new().append(true).open(folder.join(REPORTS))?)))
    }

    /// Writes a report through to the host.
    ///
    /// # Errors
    /// When the host's file can't be written.
    pub fn report(&self, report: &Report) -> io::Result<()> {
        let mut line = serde_json::to_vec(report)?;
        line.push(b'\n');
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.write_all(&line)?;
        // The guest's page cache would hold it back until then.
        file.sync_data()
    }
}

/// The host's end: reads what has come in since it was asked last.
pub struct Mailbox {
    file: File,
    unread: Vec<u8>,
    total: u64,
}

impl Mailbox {
    /// Opens the file.
    ///
    /// # Errors
    /// When it is not there.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: File::open(folder.join(REPORTS))?, unread: Vec::new(), total: 0 })
    }

    /// The reports that are complete by now.
    ///
    /// # Errors
    /// When the file can't be read, is larger than any run makes it, or holds something else.
    pub fn read(&mut self) -> io::Result<Vec<Report>> {
        let left = MAX_REPORTS.saturating_sub(self.total);
        let count = (&mut self.file).take(left).read_to_end(&mut self.unread)?;
        self.total += u64::try_from(count).unwrap_or(u64::MAX);
        if self.total >= MAX_REPORTS {
            return Err(io::Error::other("the guest reports without end"));
        }
        let mut reports = Vec::new();
        while let Some(end) = self.unread.iter().position(|&byte| byte == b'\n') {
            let line: Vec<u8> = self.unread.drain(..=end).collect();
            reports.push(serde_json::from_slice(&line)?);
        }
        Ok(reports)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_arrive_whole_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let job = Job::Tests { names: vec!["a::b".into()], at_once: 2, limit: Duration::from_secs(1) };
        leave_job(folder.path(), &job).unwrap();
        assert_eq!(take_job(folder.path()).unwrap(), job);
        let (reporter, mut mailbox) = (Reporter::open(folder.path()).unwrap(), Mailbox::open(folder.path()).unwrap());
        assert_eq!(mailbox.read().unwrap(), []);
        let ended =
            Ended { failure: Some("line\nline".into()), notes: vec![], finding: None, took: Duration::from_millis(5) };
        let sent = [Report::Ready { kernel: "6.1".into() }, Report::Ended { name: "a::b".into(), ended }];
        sent.iter().for_each(|report| reporter.report(report).unwrap());
        assert_eq!(mailbox.read().unwrap(), sent);
        // Half a line is kept until the rest is there.
        let mut raw = OpenOptions::new().append(true).open(folder.path().join(REPORTS)).unwrap();
        raw.write_all(b"\"Do").unwrap();
        assert_eq!(mailbox.read().unwrap(), []);
        raw.write_all(b"ne\"\n").unwrap();
        assert_eq!(mailbox.read().unwrap(), [Report::Done]);
    }
}
