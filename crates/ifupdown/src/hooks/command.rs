//! Running one command.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::MemfdFlags;
use rustix::process::{Pid, Signal, kill_process_group};

/// The most bytes of a command's output that are kept.
const OUTPUT: u64 = 64 << 10;
/// How long a command has to end after SIGTERM, before SIGKILL.
const GRACE: Duration = Duration::from_secs(2);

/// Why a command did not do.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// It could not be started.
    #[error("cmd '{command}' failed ({source})")]
    Start {
        /// As it was to be run.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended with another code than 0, or by a signal (then the code is the negative number, as Python has it).
    #[error("cmd '{command}' failed: returned {code}{}", in_brackets(.output))]
    Code {
        /// As it was run.
        command: String,
        /// Its code.
        code: i32,
        /// What it printed, on both streams.
        output: String,
    },
    /// It took too long, and was ended with all that it had started.
    #[error("cmd '{command}' failed: took longer than {} s and was ended{}", .limit.as_secs(), in_brackets(.output))]
    TooLong {
        /// As it was run.
        command: String,
        /// How long it may take.
        limit: Duration,
        /// What it printed, on both streams.
        output: String,
    },
}

fn in_brackets(output: &str) -> String {
    if output.trim().is_empty() { String::new() } else { format!(" ({})", output.trim()) }
}

impl CommandError {
    /// Whether it says that something exists already, which ifupdown2 takes for no error at all (`ignore_error`).
    #[must_use]
    pub fn is_only_that_it_exists(&self) -> bool {
        self.to_string().to_ascii_lowercase().contains("exists")
    }
}

/// Runs a command and waits until it ends, but not for what it leaves running behind it. Gives what it printed, on both
/// streams. `text` is what messages call it.
///
/// # Errors
/// When it can't be started, ends with another code than 0, or takes longer than `limit`.
pub fn run(mut command: Command, text: &str, limit: Option<Duration>) -> Result<String, CommandError> {
    let failure = |source| CommandError::Start { command: text.to_owned(), source };
    // A file, not a pipe: what a daemon keeps open behind its starter must not be waited for, and can't fill up.
    let memory = rustix::fs::memfd_create("hook", MemfdFlags::CLOEXEC).map_err(|error| failure(error.into()))?;
    let mut output = File::from(memory);
    let copy = |output: &File| output.try_clone().map(Stdio::from);
    command.stdin(Stdio::null()).stdout(copy(&output).map_err(failure)?).stderr(copy(&output).map_err(failure)?);
    // A group of its own, so that all of it can be ended.
    let mut child = command.process_group(0).spawn().map_err(failure)?;
    let ended = wait(&mut child, limit).map_err(failure)?;
    let text_of = |output: &mut File| {
        let mut bytes = Vec::new();
        // What can't be read of it is not worth an error of its own: the code tells how it went.
        let _ = output.rewind().and_then(|()| output.take(OUTPUT).read_to_end(&mut bytes));
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let output = text_of(&mut output);
    match ended {
        Some(status) if status.success() => Ok(output),
        Some(status) => {
            let code = status.code().or_else(|| status.signal().map(|signal| -signal)).unwrap_or(-1);
            Err(CommandError::Code { command: text.to_owned(), code, output })
        }
        None => {
            let limit = limit.unwrap_or_default();
            Err(CommandError::TooLong { command: text.to_owned(), limit, output })
        }
    }
}

/// Waits for the child; ends it and its group when the time is over (`None`).
fn wait(child: &mut Child, limit: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let Some(limit) = limit else { return child.wait().map(Some) };
    if let Some(status) = wait_until(child, Instant::now() + limit)? {
        return Ok(Some(status));
    }
    let group = Pid::from_child(child);
    for signal in [Signal::TERM, Signal::KILL] {
        // A group that is gone already needs no signal.
        let _ = kill_process_group(group, signal);
        if wait_until(child, Instant::now() + GRACE)?.is_some() {
            return Ok(None);
        }
    }
    child.wait().map(|_| None)
}

/// Looks again and again, each time a little later: most hooks take a few milliseconds.
fn wait_until(child: &mut Child, end: Instant) -> io::Result<Option<ExitStatus>> {
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(line: &str, limit: Option<Duration>) -> Result<String, CommandError> {
        let mut command = Command::new("/bin/sh");
        command.arg("-c").arg(line);
        run(command, line, limit)
    }

    #[test]
    fn output_and_code_are_told() {
        assert_eq!(shell("echo a; echo b >&2", None).unwrap(), "a\nb\n");
        let error = shell("echo no such luck; exit 3", Some(Duration::from_secs(60))).unwrap_err();
        assert_eq!(error.to_string(), "cmd 'echo no such luck; exit 3' failed: returned 3 (no such luck)");
        assert!(!error.is_only_that_it_exists());
        let error = shell("echo RTNETLINK answers: File exists; exit 2", None).unwrap_err();
        assert!(error.is_only_that_it_exists());
        assert_eq!(shell("kill -9 $$", None).unwrap_err().to_string(), "cmd 'kill -9 $$' failed: returned -9");
        let error = run(Command::new("/nonexistent"), "/nonexistent", None).unwrap_err();
        assert!(error.to_string().starts_with("cmd '/nonexistent' failed ("), "{error}");
    }

    /// ifupdown2 waits here for as long as the daemon lives.
    #[test]
    fn what_stays_behind_is_not_waited_for() {
        let started = Instant::now();
        assert_eq!(shell("sleep 30 & echo on", Some(Duration::from_secs(20))).unwrap(), "on\n");
        assert!(started.elapsed() < Duration::from_secs(15));
    }

    #[test]
    fn what_takes_too_long_is_ended_with_all_that_it_started() {
        let started = Instant::now();
        let error = shell("echo begun; sleep 60 & sleep 60", Some(Duration::from_millis(100))).unwrap_err();
        assert!(matches!(&error, CommandError::TooLong { output, .. } if output == "begun\n"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }
}
