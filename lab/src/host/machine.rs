//! A kernel booted with a job: user-mode-linux, this program as its PID 1, the host's file system read-only beneath.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::fs::StatVfsMountFlags;

use super::console::{Console, Echo};
use super::install::{self, InstallError};
use super::keeper;
use crate::guest;
use crate::message::{self, Job, Mailbox, Report};

/// The guest's memory, in MiB: a file of which only what is touched takes room.
const MEMORY: u64 = 512;
/// How often the mailbox is looked at.
const POLL: Duration = Duration::from_millis(5);
/// How long a kernel takes to end once it has said that it is done. It is over then in any case.
const POWER_OFF: Duration = Duration::from_secs(10);

/// How long the machine may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the start until it has its modules.
    pub boot: Duration,
    /// Between two reports.
    pub silence: Duration,
    /// In all.
    pub total: Duration,
}

/// Why a job could not be done. The last of the console is with those that it may explain.
#[derive(Debug, thiserror::Error)]
pub enum MachineError {
    /// There is no user-mode-linux.
    #[error(transparent)]
    Install(#[from] InstallError),
    /// There is no folder that user-mode-linux can keep its memory in.
    #[error("user-mode-linux needs {MEMORY} MiB in a folder that may be executed from: neither /dev/shm nor {} is one", .0.display())]
    NoMemory(PathBuf),
    /// The scratch folder or the process could not be made, or the reports not be read.
    #[error("can't {doing}")]
    Io {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// It did not come up.
    #[error("the kernel did not come up within {after:?}; the end of its console:\n{console}")]
    BootTimedOut {
        /// The limit.
        after: Duration,
        /// The end of the console.
        console: String,
    },
    /// It came up and then got stuck.
    #[error("the kernel was silent for {after:?}, so it was ended; the end of its console:\n{console}")]
    Silent {
        /// The limit.
        after: Duration,
        /// The end of the console.
        console: String,
    },
    /// It took too long in all.
    #[error("the job took more than {after:?}, so the kernel was ended")]
    TooLong {
        /// The limit.
        after: Duration,
    },
    /// It ended before the job was done: a kernel panic, or a kill.
    #[error("the kernel ended before its work; the end of its console:\n{console}")]
    Died {
        /// The end of the console.
        console: String,
    },
    /// The guest said that it can't go on.
    #[error("inside the kernel: {reason}")]
    Guest {
        /// In its words.
        reason: String,
    },
}

/// Boots a kernel, has it do the job, and hands over its reports as they come. Blocks until the machine is off; whatever
/// happens, none of its processes is left.
///
/// # Errors
/// When the job was not done to its end.
pub fn run_job(job: &Job, limits: Limits, echo: Echo, on_report: &mut dyn FnMut(Report)) -> Result<(), MachineError> {
    let program = install::find_or_install()?;
    let failed = |doing| move |source| MachineError::Io { doing, source };
    let scratch = tempfile::Builder::new().prefix("lab-").tempdir().map_err(failed("make a scratch folder"))?;
    message::leave_job(scratch.path(), job).map_err(failed("leave the job in the scratch folder"))?;
    let mailbox = Mailbox::open(scratch.path()).map_err(failed("open the reports"))?;
    let own = std::env::current_exe().map_err(failed("find this program's own file"))?;
    let environment = [("TMPDIR", memory_folder()?.into_os_string())];
    // What the kernel says as an error is for whoever looks for one, not for a person who watches the job.
    let verbosity = if echo == Echo::Stdout { "loglevel=1" } else { "loglevel=4" };
    let arguments = arguments(&own, scratch.path(), verbosity);
    let mut keeper =
        keeper::start(scratch.path(), &program, &arguments, &environment).map_err(failed("start user-mode-linux"))?;
    let console = Console::pump(&mut keeper, echo);
    let mut machine = Machine { keeper, console, mailbox, limits, start: Instant::now() };
    let followed = machine.follow(on_report);
    if matches!(followed, Ok(End::SaidSo)) {
        machine.await_power_off().map_err(failed("watch user-mode-linux"))?;
    }
    machine.end().map_err(failed("end user-mode-linux"))?;
    match followed? {
        End::SaidSo => Ok(()),
        End::Guest { reason } => Err(MachineError::Guest { reason }),
        End::Died => Err(MachineError::Died { console: machine.console.tail(true) }),
    }
}

/// The kernel's command line.
fn arguments(own: &Path, scratch: &Path, verbosity: &str) -> Vec<OsString> {
    let quoted = |before: &str, path: &Path| {
        // The kernel splits at blanks outside of double quotes.
        let mut out = OsString::from(before);
        out.push("\"");
        out.push(path);
        out.push("\"");
        out
    };
    let mut uml_dir = OsString::from("uml_dir=");
    uml_dir.push(scratch);
    let mut out: Vec<OsString> = [
        "root=/dev/root",
        "rootfstype=hostfs",
        "rootflags=/",
        "ro",
        "con0=null,fd:1",
        "con=null",
        "quiet",
        verbosity,
        "panic=-1",
    ]
    .map(OsString::from)
    .to_vec();
    out.extend([format!("mem={MEMORY}M").into(), "umid=lab".into(), uml_dir, quoted("init=", own)]);
    out.extend(["--".into(), guest::MARK.into(), quoted("", scratch)]);
    out
}

/// A folder for the guest's memory: it is mapped from a file there, executable.
fn memory_folder() -> Result<PathBuf, MachineError> {
    let temporary = std::env::temp_dir();
    let fits = |folder: &PathBuf| {
        rustix::fs::statvfs(folder).is_ok_and(|system| {
            let room = system.f_bavail.saturating_mul(system.f_frsize);
            room >= MEMORY << 20 && !system.f_flag.contains(StatVfsMountFlags::NOEXEC)
        })
    };
    // Memory first: on a disk, what the guest touches would be written out.
    [PathBuf::from("/dev/shm"), temporary.clone()].into_iter().find(fits).ok_or(MachineError::NoMemory(temporary))
}

struct Machine {
    keeper: Child,
    console: Console,
    mailbox: Mailbox,
    limits: Limits,
    start: Instant,
}

/// How the machine's work ended.
enum End {
    /// With the job done.
    SaidSo,
    /// The guest gave up.
    Guest { reason: String },
    /// Without a word.
    Died,
}

impl Machine {
    /// Hands over reports until the job is done or can't be.
    fn follow(&mut self, on_report: &mut dyn FnMut(Report)) -> Result<End, MachineError> {
        let failed = |doing| move |source| MachineError::Io { doing, source };
        let (mut ready, mut heard) = (false, self.start);
        loop {
            // Asked before the reports are read: what it reported before it ended is in them.
            let has_ended = self.has_ended().map_err(failed("watch user-mode-linux"))?;
            for report in self.mailbox.read().map_err(failed("read the reports"))? {
                heard = Instant::now();
                match report {
                    Report::Done => return Ok(End::SaidSo),
                    Report::Failed { reason } => return Ok(End::Guest { reason }),
                    Report::Ready { .. } => ready = true,
                    Report::Ended { .. } => {}
                }
                on_report(report);
            }
            if has_ended {
                return Ok(End::Died);
            }
            if self.start.elapsed() > self.limits.total {
                return Err(MachineError::TooLong { after: self.limits.total });
            }
            let after = if ready { self.limits.silence } else { self.limits.boot };
            if heard.elapsed() > after {
                let console = self.console.tail(false);
                return Err(if ready {
                    MachineError::Silent { after, console }
                } else {
                    MachineError::BootTimedOut { after, console }
                });
            }
            std::thread::sleep(POLL);
        }
    }

    /// Whether the kernel has ended, and with it the keeper.
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.keeper.try_wait()?.is_some())
    }

    fn await_power_off(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + POWER_OFF;
        while !self.has_ended()? && Instant::now() < deadline {
            std::thread::sleep(POLL);
        }
        Ok(())
    }

    /// Has the keeper end every process of the machine, and waits for it.
    fn end(&mut self) -> io::Result<()> {
        drop(self.keeper.stdin.take());
        self.keeper.wait()?;
        Ok(())
    }
}
