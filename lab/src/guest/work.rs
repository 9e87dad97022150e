//! PID 1's main: set up, do the job, power off.

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{modules, mounts};
use crate::attempt::{Ended, attempt, chain};
use crate::message::{self, Job, Report, Reporter};
use crate::{Case, Venue, demo};

/// Why the guest can't go on.
#[derive(Debug, thiserror::Error)]
enum GuestError {
    #[error(transparent)]
    Mount(#[from] mounts::MountError),
    #[error(transparent)]
    Module(#[from] modules::ModulesError),
    #[error("can't take the job that the host left")]
    Job(#[source] io::Error),
    #[error("can't report to the host")]
    Report(#[source] io::Error),
    #[error("this program has no test `{0}`")]
    NoSuchTest(String),
}

/// Never comes back: the machine is off afterwards. `scratch` is the host's folder, by the host's name for it.
pub fn main(scratch: &Path) -> ! {
    if let Err(error) = live(scratch) {
        let reason = chain(&error);
        // The console has it in any case; the host may not be able to hear the report.
        eprintln!("lab: {reason}");
        if let Ok(reporter) = Reporter::open(Path::new(mounts::HOST_FOLDER)) {
            let _ = reporter.report(&Report::Failed { reason });
        }
    }
    rustix::fs::sync();
    // Else "System halted" ends up in what a person reads. In vain it is no matter.
    let _ = std::fs::write("/proc/sys/kernel/printk", "0");
    let error = rustix::system::reboot(rustix::system::RebootCommand::PowerOff);
    // Leaving PID 1 is a kernel panic, which ends the machine too.
    panic!("can't power off: {error:?}");
}

fn live(scratch: &Path) -> Result<(), GuestError> {
    mounts::first(scratch)?;
    let folder = Path::new(mounts::HOST_FOLDER);
    let reporter = Reporter::open(folder).map_err(GuestError::Report)?;
    modules::load()?;
    mounts::overlays()?;
    let job = message::take_job(folder).map_err(GuestError::Job)?;
    let say = |report| reporter.report(&report).map_err(GuestError::Report);
    say(Report::Ready { kernel: modules::release() })?;
    match job {
        Job::Tests { names, at_once, limit } => tests(&names, at_once, limit, &reporter)?,
        Job::Demo { colour } => {
            if let Err(error) = demo::play(colour) {
                return say(Report::Failed { reason: chain(error.as_ref()) });
            }
        }
    }
    say(Report::Done)
}

/// Runs tests, several at a time: most of them wait for the driver's timers, each in a namespace of its own.
fn tests(names: &[String], at_once: usize, limit: Duration, reporter: &Reporter) -> Result<(), GuestError> {
    let all: HashMap<_, _> = Case::all().into_iter().map(|case| (case.name(), case)).collect();
    let mut cases = Vec::new();
    for name in names {
        cases.push(*all.get(name.as_str()).ok_or_else(|| GuestError::NoSuchTest(name.clone()))?);
    }
    let next = AtomicUsize::new(0);
    let work = || -> Result<(), GuestError> {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let ended: Ended = attempt(*case, Venue::Uml, limit);
            let report = Report::Ended { name: case.name().to_owned(), ended };
            reporter.report(&report).map_err(GuestError::Report)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..at_once.max(1)).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
