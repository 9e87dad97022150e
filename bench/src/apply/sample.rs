//! One contender once, in namespaces made for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::check::check;
use super::error::SampleError;
use super::{Contender, bridges};
use crate::arguments::SampleOrder;
use crate::namespace::{self, NETWORK, SCRATCH};
use crate::process::{Finished, run};
use crate::{ifupdown2, process};

/// The kernel goes on for a while about links that came up: duplicate addresses, multicast groups, and at most once a
/// second what carrier changed. What is measured next should not pay for that.
const SETTLE: Duration = Duration::from_secs(2);
/// Where programs are looked for: the same for all, whatever the caller's PATH.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// What one contender took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Making the bridges, from before its process is started until that is gone.
    pub first: Duration,
    /// The same again, with nothing changed.
    pub again: Duration,
}

/// Takes one sample and prints it. Must run in the namespaces of [`namespace::myself`].
///
/// # Errors
/// When a program fails or takes too long, and when the kernel does not have what the file says after each run.
pub fn take_sample(order: &SampleOrder) -> Result<(), SampleError> {
    namespace::mounts()?;
    let bench = Stage { order, folder: PathBuf::from(SCRATCH).join("bench") };
    bench.prepare()?;
    sleep(SETTLE);
    let sample = bench.take()?;
    bench.clear()?;
    println!("{}", serde_json::to_string(&sample)?);
    Ok(())
}

/// Where a sample is taken.
struct Stage<'a> {
    order: &'a SampleOrder,
    /// For batches and output.
    folder: PathBuf,
}

impl Stage<'_> {
    /// Writes the file and the batches, and makes the veth pairs.
    fn prepare(&self) -> Result<(), SampleError> {
        let size = self.order.size;
        fs::create_dir_all(&self.folder).map_err(failed(&self.folder))?;
        if self.order.contender == Contender::Ifupdown2 {
            namespace::mount_ifupdown2()?;
            let from = ifupdown2::root().join(ifupdown2::CONFIGURATION);
            copy_files(&from, &Path::new("/").join(ifupdown2::CONFIGURATION))?;
            // For its lock: on Debian the boot makes it.
            let locks = Path::new(ifupdown2::LOCKS);
            fs::create_dir_all(locks).map_err(failed(locks))?;
        }
        write(&Path::new(NETWORK).join("interfaces"), &bridges::file(size))?;
        write(&self.batch("changes"), &bridges::changes(size))?;
        write(&self.batch("after"), &bridges::after(size))?;
        write(&self.batch("before"), &bridges::before(size))?;
        self.run(&mut self.ip_batch("before"))?;
        Ok(())
    }

    /// The two runs, and a look at what each left.
    fn take(&self) -> Result<Sample, SampleError> {
        let [first, again] = self.order.contender.commands();
        let made = self.commands(first_of(self.order.contender))?;
        let indexes = self.check(first)?;
        sleep(SETTLE);
        let repeated = self.commands(again_of(self.order.contender))?;
        if self.check(again)? != indexes {
            return Err(SampleError::Remade { after: again });
        }
        Ok(Sample { first: made, again: repeated })
    }

    /// Removes the links: a namespace that still had them would be cleared in the background, while the next sample runs.
    fn clear(&self) -> Result<(), SampleError> {
        self.run(&mut self.ip_batch("after"))?;
        Ok(())
    }

    /// What these took together.
    fn commands(&self, runs: &[Run]) -> Result<Duration, SampleError> {
        runs.iter().map(|run| Ok(self.run(&mut self.command(*run))?.took)).sum()
    }

    fn command(&self, run: Run) -> Command {
        match run {
            Run::Bowline => {
                let mut command = Command::new(&self.order.bowline);
                command.args(["apply", "--unguarded"]);
                command
            }
            Run::Ifreload => ifupdown2::ifreload(),
            Run::IpBatch => self.ip_batch("changes"),
            Run::IpLink => ip(&["-j", "link"]),
            Run::IpAddr => ip(&["-j", "addr"]),
        }
    }

    fn check(&self, after: &'static str) -> Result<Vec<u32>, SampleError> {
        let shown = self.run(&mut ip(&["-j", "-d", "address"]))?.out;
        let json = fs::read(&shown).map_err(failed(&shown))?;
        check(&json, self.order.size).map_err(|source| SampleError::Check { after, source })
    }

    fn run(&self, command: &mut Command) -> Result<Finished, process::ProcessError> {
        command.env_clear().env("PATH", PATH).env("LC_ALL", "C.UTF-8").current_dir("/");
        run(command, &self.folder, Duration::from_secs(u64::from(self.order.timeout)))
    }

    fn batch(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn ip_batch(&self, name: &str) -> Command {
        let mut command = ip(&["-batch"]);
        command.arg(self.batch(name));
        command
    }
}

/// One program of a contender's.
#[derive(Clone, Copy)]
enum Run {
    Bowline,
    Ifreload,
    IpBatch,
    IpLink,
    IpAddr,
}

fn first_of(contender: Contender) -> &'static [Run] {
    match contender {
        Contender::Bowline => &[Run::Bowline],
        Contender::Ifupdown2 => &[Run::Ifreload],
        Contender::IpBatch => &[Run::IpBatch],
    }
}

fn again_of(contender: Contender) -> &'static [Run] {
    match contender {
        Contender::IpBatch => &[Run::IpLink, Run::IpAddr],
        other => first_of(other),
    }
}

fn ip(arguments: &[&str]) -> Command {
    let mut command = Command::new("ip");
    command.args(arguments);
    command
}

/// Copies a folder's files; ifupdown2's configuration has no folders in it that matter.
fn copy_files(from: &Path, to: &Path) -> Result<(), SampleError> {
    fs::create_dir_all(to).map_err(failed(to))?;
    for entry in fs::read_dir(from).map_err(failed(from))? {
        let path = entry.map_err(failed(from))?.path();
        if let (true, Some(name)) = (path.is_file(), path.file_name()) {
            fs::copy(&path, to.join(name)).map_err(failed(&path))?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), SampleError> {
    fs::write(path, text).map_err(failed(path))
}

fn failed(path: &Path) -> impl Fn(std::io::Error) -> SampleError + use<> {
    let path = path.to_owned();
    move |source| SampleError::File { path: path.clone(), source }
}
