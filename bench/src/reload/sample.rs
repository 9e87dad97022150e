//! One contender once: the first run, the same again, and one line changed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::arguments::ReloadOrder;
use super::error::SampleError;
use super::look::look;
use super::{Contender, Setup, venue};
use crate::namespace::{self, NETWORK, SCRATCH};
use crate::process::{Finished, ProcessError, run};
use crate::{ifupdown2, memory};

/// The kernel goes on for a while about links that came up: duplicate addresses, multicast groups, and at most once a
/// second what carrier changed. What is measured next should not pay for that.
const SETTLE: Duration = Duration::from_secs(2);
/// How long removing all links may take, which is no figure: the kernel waits for its readers (RCU) once for each port that
/// leaves a bridge, and on a busy machine that is long.
const CLEARED_WITHIN: Duration = Duration::from_secs(300);
/// Where programs are looked for: the same for all, whatever the caller's PATH.
const PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";

/// What one contender took. A run that took longer than it may is `None`, and so are those after it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Making it all, from before its process is started until that is gone.
    pub first: Option<Duration>,
    /// The same again, with nothing changed.
    pub again: Option<Duration>,
    /// The same with one line changed.
    pub changed: Option<Duration>,
    /// The most memory that a run of it had, in KiB; 0 where that was not asked for.
    pub peak: u64,
}

/// Takes one sample and prints it. Must run where nothing of the host's network is: in [`namespace::myself`], or in
/// user-mode-linux.
///
/// # Errors
/// When a program fails, and when the kernel does not have what the file says after each run.
pub fn take_sample(order: &ReloadOrder) -> Result<(), SampleError> {
    if order.modules {
        venue::load_modules().map_err(SampleError::Modules)?;
    }
    namespace::mounts()?;
    let stage = Stage { order, folder: PathBuf::from(SCRATCH).join("bench") };
    stage.prepare()?;
    sleep(SETTLE);
    let sample = stage.take()?;
    stage.clear(&sample)?;
    println!("{}", serde_json::to_string(&sample)?);
    Ok(())
}

/// Where a sample is taken.
struct Stage<'a> {
    order: &'a ReloadOrder,
    /// For batches and output.
    folder: PathBuf,
}

/// What a contender is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Task {
    First,
    Again,
    Changed,
}

impl Task {
    fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Again => "second",
            Self::Changed => "changed",
        }
    }
}

impl Stage<'_> {
    /// Writes the file and the batches, and makes what is there beforehand.
    fn prepare(&self) -> Result<(), SampleError> {
        let (setup, bonding) = (self.order.setup, self.order.bonding);
        fs::create_dir_all(&self.folder).map_err(failed(&self.folder))?;
        // For the lock: on Debian the boot makes it.
        let locks = Path::new(ifupdown2::LOCKS);
        fs::create_dir_all(locks).map_err(failed(locks))?;
        match self.order.contender {
            Contender::Ifupdown2 => {
                namespace::mount_ifupdown2()?;
                let from = ifupdown2::root().join(ifupdown2::CONFIGURATION);
                copy_files(&from, &Path::new("/").join(ifupdown2::CONFIGURATION))?;
            }
            Contender::Bowline => {
                // It asks its own name what to do.
                let link = self.ifreload();
                symlink(&self.order.bowline, &link).map_err(failed(&link))?;
            }
            Contender::IpBatch => {}
        }
        let ((ip, vlans), (ip_change, vlans_change)) = (setup.changes(), setup.change());
        for (name, text) in [
            ("before", setup.before(bonding)),
            ("after", setup.after()),
            ("first", ip),
            ("first-vlans", vlans),
            ("changed", ip_change),
            ("changed-vlans", vlans_change),
        ] {
            write(&self.folder.join(name), &text)?;
        }
        self.write_file(false)?;
        self.batch("ip", "before")?;
        Ok(())
    }

    fn write_file(&self, changed: bool) -> Result<(), SampleError> {
        write(&Path::new(NETWORK).join("interfaces"), &self.order.setup.file(changed, self.order.bonding))
    }

    fn ifreload(&self) -> PathBuf {
        self.folder.join("ifreload")
    }

    /// The three runs, and a look at what each left.
    fn take(&self) -> Result<Sample, SampleError> {
        let mut sample = Sample::default();
        let Some(took) = self.carry_out(Task::First, &mut sample.peak)? else { return Ok(sample) };
        sample.first = Some(took);
        let indexes = self.look(Task::First)?;
        sleep(SETTLE);
        for task in [Task::Again, Task::Changed] {
            self.write_file(task == Task::Changed)?;
            let Some(took) = self.carry_out(task, &mut sample.peak)? else { return Ok(sample) };
            if task == Task::Again {
                sample.again = Some(took)
            } else {
                sample.changed = Some(took)
            }
            if self.look(task)? != indexes {
                return Err(SampleError::Remade { run: task.name() });
            }
            if task == Task::Again {
                sleep(SETTLE);
            }
        }
        Ok(sample)
    }

    /// What the task's programs took together; `None` when one did not end in time.
    fn carry_out(&self, task: Task, peak: &mut u64) -> Result<Option<Duration>, SampleError> {
        let mut took = Duration::ZERO;
        for mut command in self.commands(task) {
            let ended = if self.order.memory {
                memory::peak(bare(&mut command), &self.folder, self.limit())
            } else {
                self.run(&mut command).map(|finished| (finished, 0))
            };
            match ended {
                Ok((finished, memory)) => {
                    took += finished.took;
                    *peak = (*peak).max(memory);
                }
                Err(ProcessError::TimeOut { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(took))
    }

    fn commands(&self, task: Task) -> Vec<Command> {
        match self.order.contender {
            Contender::Bowline => {
                let mut command = Command::new(self.ifreload());
                command.arg("-a");
                vec![command]
            }
            Contender::Ifupdown2 => vec![ifupdown2::ifreload()],
            Contender::IpBatch => self.ip_commands(task),
        }
    }

    fn ip_commands(&self, task: Task) -> Vec<Command> {
        let has_vlans = matches!(self.order.setup, Setup::Trunk(_));
        match task {
            Task::Again => {
                let mut commands = vec![program("ip", &["-j", "link"]), program("ip", &["-j", "addr"])];
                if has_vlans {
                    commands.push(program("bridge", &["-j", "-compressvlans", "vlan"]));
                }
                commands
            }
            Task::First | Task::Changed => {
                let name = task.name();
                // A program that gets nothing to do is not run.
                let batches = [("ip", name.to_owned()), ("bridge", format!("{name}-vlans"))];
                let wanted = batches.into_iter().filter(|(program, _)| match (*program, task) {
                    ("bridge", _) => has_vlans,
                    (_, Task::Changed) => !has_vlans,
                    _ => true,
                });
                wanted.map(|(program, batch)| self.batch_command(program, &batch)).collect()
            }
        }
    }

    fn look(&self, task: Task) -> Result<Vec<u32>, SampleError> {
        let shown = |mut command: Command| -> Result<Vec<u8>, SampleError> {
            let out = self.run(&mut command)?.out;
            fs::read(&out).map_err(failed(&out))
        };
        let ip = shown(program("ip", &["-j", "-d", "address"]))?;
        let vlans = match self.order.setup {
            Setup::Trunk(_) => shown(program("bridge", &["-j", "-compressvlans", "vlan"]))?,
            _ => Vec::new(),
        };
        look(self.order.setup, task == Task::Changed, &ip, &vlans)
            .map_err(|source| SampleError::Look { run: task.name(), source })
    }

    fn run(&self, command: &mut Command) -> Result<Finished, ProcessError> {
        run(bare(command), &self.folder, self.limit())
    }

    fn limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.order.timeout))
    }

    fn batch_command(&self, name: &str, batch: &str) -> Command {
        let mut command = program(name, &["-batch"]);
        command.arg(self.folder.join(batch));
        command
    }

    /// Removes the links: the kernel would go on about it when the next sample is taken. Where a run was stopped there are
    /// not all of them, and `ip` passes over those that are not there.
    fn clear(&self, sample: &Sample) -> Result<(), SampleError> {
        let is_whole = sample.changed.is_some();
        let mut command = program("ip", if is_whole { &["-batch"] } else { &["-force", "-batch"] });
        match run(bare(command.arg(self.folder.join("after"))), &self.folder, CLEARED_WITHIN) {
            Err(ProcessError::Failed { .. }) if !is_whole => Ok(()),
            ended => Ok(ended.map(drop)?),
        }
    }

    fn batch(&self, name: &str, batch: &str) -> Result<(), SampleError> {
        self.run(&mut self.batch_command(name, batch))?;
        Ok(())
    }
}

/// The same surroundings for all.
fn bare(command: &mut Command) -> &mut Command {
    command.env_clear().env("PATH", PATH).env("LC_ALL", "C.UTF-8").current_dir("/")
}

fn program(name: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(name);
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
