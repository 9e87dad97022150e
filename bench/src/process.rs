//! A program run, timed and bounded.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

/// How much of what a failed program said goes into the error, in bytes from its end.
const SAID_AT_MOST: usize = 2000;

/// A program that did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ProcessError {
    /// It can't be run.
    #[error("can't run {program}")]
    Start {
        /// Which.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It can't be waited for.
    #[error("can't wait for {program}")]
    Wait {
        /// Which.
        program: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Its output can't be kept.
    #[error("can't keep output in {}", path.display())]
    Output {
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It did not end, and was killed.
    #[error("{program} did not end within {} s", limit.as_secs())]
    TimeOut {
        /// Which.
        program: String,
        /// What it was given.
        limit: Duration,
    },
    /// It says that it failed.
    #[error("{program} failed ({status}) and said:\n{said}")]
    Failed {
        /// Which.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it said.
        said: String,
    },
}

/// What a program that did its work left.
#[derive(Debug)]
pub struct Finished {
    /// From before it was started until it was gone.
    pub took: Duration,
    /// Its standard output.
    pub out: PathBuf,
}

/// Runs a program to its end, its output into two files in `folder`: every program's output goes the same way, and no
/// reader takes time beside it.
///
/// # Errors
/// When it can't be run, takes longer than `limit` (it is killed then), or does not exit with 0.
pub fn run(command: &mut Command, folder: &Path, limit: Duration) -> Result<Finished, ProcessError> {
    let (out, err) = (folder.join("out"), folder.join("err"));
    let program = name(command);
    let file =
        |path: &PathBuf| File::create(path).map_err(|source| ProcessError::Output { path: path.clone(), source });
    command.stdin(Stdio::null()).stdout(file(&out)?).stderr(file(&err)?);
    let start = Instant::now();
    let mut child = command.spawn().map_err(|source| ProcessError::Start { program: program.clone(), source })?;
    let status = wait(&mut child, &program, limit)?;
    let took = start.elapsed();
    if status.success() {
        return Ok(Finished { took, out });
    }
    let mut said = String::new();
    for path in [&out, &err] {
        let bytes = fs::read(path).map_err(|source| ProcessError::Output { path: path.clone(), source })?;
        said += &end_of(&bytes);
    }
    Err(ProcessError::Failed { program, status, said })
}

/// Waits for a program to end; kills it when it takes longer than `limit`.
///
/// # Errors
/// When it did not end in time or the kernel refuses to tell.
pub fn wait(child: &mut Child, program: &str, limit: Duration) -> Result<ExitStatus, ProcessError> {
    let failed = |source| ProcessError::Wait { program: program.to_owned(), source };
    if !ends_within(child, limit).map_err(failed)? {
        child.kill().map_err(failed)?;
        child.wait().map_err(failed)?;
        return Err(ProcessError::TimeOut { program: program.to_owned(), limit });
    }
    child.wait().map_err(failed)
}

/// Whether it ends in time. A pidfd wakes us the moment it does: polling would round what we measure.
fn ends_within(child: &Child, limit: Duration) -> io::Result<bool> {
    let pid = Pid::from_child(child);
    let fd = pidfd_open(pid, PidfdFlags::empty())?;
    let deadline = Instant::now() + limit;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // A limit that no timespec holds (292 billion years) is no limit.
        let timeout = Timespec::try_from(left).ok();
        match poll(&mut [PollFd::new(&fd, PollFlags::IN)], timeout.as_ref()) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

/// What a command is called in messages.
#[must_use]
pub fn name(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// The end of what a program said, which mostly says what went wrong.
#[must_use]
pub fn end_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[bytes.len().saturating_sub(SAID_AT_MOST)..]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_what_was_said_is_bounded() {
        assert_eq!(end_of(b"short"), "short");
        let long = [vec![b'a'; 5000], b"the end".to_vec()].concat();
        let end = end_of(&long);
        assert_eq!((end.len(), end.ends_with("the end")), (SAID_AT_MOST, true));
    }

    #[test]
    fn a_command_is_called_by_its_words() {
        assert_eq!(name(Command::new("ip").args(["-j", "link"])), "ip -j link");
    }
}
