//! What every face works with, once its command line is read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use guard::{Ending, News};
use interfaces::{Files, LoadError};
use linux::Disk;
use network::Host;
use plan::Impact;
use record::{Stanza, State, client, lock, state};

use crate::arguments::{Arguments, Flag};
use crate::file::File;
use crate::guarded::Companion;
use crate::hooks::{Phase, Runner, Tally};
use crate::log::Level;
use crate::settings::{Settings, own};
use crate::{Face, Failure, Log, World};

/// Where the folders if-PHASE.d are (`ifupdownMain.scripts_dir`).
const SCRIPTS: &str = "/etc/network";
/// The socket of syslog(3).
const SYSLOG: &str = "/dev/log";
/// What the standard input is called in messages.
const STDIN: &str = "/dev/stdin";
/// What can be done where the guard can't begin, as on a full disk.
const NOT_GUARDED: &str = "ifreload: the guard can't begin: the file counts at the next start all the same, and \
                           `ifreload -a --systemd` makes the change now, without a guard";

type Opener<'a> = dyn FnMut() -> Result<Box<dyn Host>, Failure> + 'a;

/// A command line at work.
pub struct Session<'a> {
    /// What is asked for.
    pub arguments: Arguments,
    /// What the administrator has set.
    pub settings: Settings,
    /// What is said beside the output.
    pub log: Log<'a>,
    disk: Disk,
    runner: Runner,
    guard: Option<PathBuf>,
    companion: Option<Companion>,
    /// Whether a guard saw to this change: which file is the last good one is its matter then.
    was_guarded: bool,
    out: &'a mut dyn Write,
    open: &'a mut Opener<'a>,
}

impl<'a> Session<'a> {
    /// Reads the settings, and says on the world's error stream what is wrong with them.
    pub fn new<'b: 'a>(arguments: Arguments, world: &'a mut World<'b>) -> Self {
        let disk = world.disk();
        let most = match () {
            () if arguments.has(Flag::Debug) => Level::Debug,
            () if arguments.has(Flag::Verbose) => Level::Info,
            () => Level::Warning,
        };
        let mut log = Log::new(&mut *world.err, most);
        if arguments.has(Flag::Syslog) && arguments.face != Face::Ifquery {
            log.to_syslog(&disk.locate(Path::new(SYSLOG)), arguments.face);
        }
        let settings = Settings::read(&disk, &mut |warning| log.warning(warning));
        let scripts = disk.locate(Path::new(SCRIPTS));
        let runner = Runner::new(scripts, settings.conf.runs_scripts, settings.own.hook_timeout);
        let (guard, companion) = (world.guard.clone(), None);
        let (out, open) = (&mut *world.out, &mut *world.open);
        Self { arguments, settings, log, disk, runner, guard, companion, was_guarded: false, out, open }
    }

    /// Where a path is.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.disk.locate(Path::new(path))
    }

    /// Writes what was asked for.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn print(&mut self, text: &str) -> Result<(), Failure> {
        Ok(self.out.write_all(text.as_bytes()).and_then(|()| self.out.flush())?)
    }

    /// Opens the host.
    ///
    /// # Errors
    /// When the kernel can't be reached.
    pub fn open(&mut self) -> Result<Box<dyn Host>, Failure> {
        (self.open)()
    }

    /// Opens the host before it is needed, and lets it read while this program reads its files: the kernel takes most of
    /// the time that a reload of an unchanged file takes.
    ///
    /// # Errors
    /// See [`Session::open`].
    pub fn open_early(&mut self) -> Result<Box<dyn Host>, Failure> {
        let mut host = self.open()?;
        host.expect();
        Ok(host)
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// See [`lock::take`]; when a guarded change is open.
    pub fn lock(&self) -> Result<lock::Lock, Failure> {
        let taken = lock::take(&self.path(lock::PATH));
        // The guard of an `ifreload` that was killed takes the lock only once it notices.
        let may_be_guarded = match &taken {
            Ok(_) => !matches!(client::Client::connect(&self.path(client::PATH)), Ok(None)),
            Err(error) => matches!(error, lock::LockError::Held),
        };
        if may_be_guarded && let Some(begun) = self.guarded() {
            let guard::Begun { id, by, .. } = begun;
            return Err(Failure::Guarded { id, by });
        }
        Ok(taken?)
    }

    /// The guarded change that is open, if one is: its guard holds the lock until it is over. Of one that can't be read
    /// there is nothing to say beyond the lock's being held.
    fn guarded(&self) -> Option<guard::Begun> {
        let bytes = linux::Vault::new(self.disk.clone()).open_journal().ok()??;
        guard::journal::read(&bytes).records.into_iter().find_map(|record| match record {
            guard::Record::Begun(begun) => Some(*begun),
            _ => None,
        })
    }

    /// Reads the state. One that can't be used is told, and taken for none.
    pub fn state(&mut self) -> State {
        State::read(&self.disk, Path::new(state::PATH)).unwrap_or_else(|error| {
            let why = crate::failure::chain(&error);
            self.log.warning(format!("{}: {why}: starting without it, so nothing is taken away", state::PATH));
            State::default()
        })
    }

    /// Writes the state, if it is another than it was.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn save(&self, old: &State, new: &State) -> Result<(), Failure> {
        if old == new { Ok(()) } else { Ok(new.write(&self.path(state::PATH))?) }
    }

    /// Keeps the host's own file as the last good one, to which a guarded change goes back, once all of it was brought up
    /// without an error. Where that can't be written there is no harm done now: it is told to whom asks for more. A guard has
    /// kept the file that it confirmed, and another may be in its place by now.
    pub fn keep_good(&mut self) {
        let own = Path::new(linux::staged::CURRENT);
        if !self.arguments.has(Flag::All) || !self.is_for_good() || self.was_guarded || self.log.has_failed() {
            return;
        }
        let read = self.disk.read(own, interfaces::load::MAX_FILE);
        let kept = read.map_err(|error| error.to_string()).and_then(|text| {
            linux::Vault::new(self.disk.clone()).keep_good(&text).map_err(|error| crate::failure::chain(&error))
        });
        if let Err(why) = kept {
            self.log.info(format!("{}: not kept as the last good file: {why}", own.display()));
        }
    }

    /// Whether the host's own file is really carried out.
    fn is_for_good(&self) -> bool {
        let is_own =
            self.arguments.interfaces.is_none() && self.settings.conf.interfaces == Path::new(linux::staged::CURRENT);
        is_own && !self.arguments.has(Flag::NoAct)
    }

    /// Says that so many changes of the kernel come next, and whether they disturb what runs: a reload is guarded from the
    /// first of them on. At the start of the host (`--systemd`) there is nothing to go back to.
    ///
    /// # Errors
    /// When it is to be guarded and can't be; nothing may be changed then.
    pub fn about_to_change(&mut self, steps: usize, impact: Impact) -> Result<(), Failure> {
        let starts = self.arguments.has(Flag::Systemd) || self.arguments.face != Face::Ifreload;
        if steps == 0 || starts || !self.settings.own.guard.ifreload || !self.is_for_good() {
            return Ok(());
        }
        if let Some(companion) = &mut self.companion {
            companion.may_go_on()?;
        } else {
            let Some(program) = self.guard.take() else { return Ok(()) };
            if !program.exists() {
                let program = program.display();
                self.log
                    .warning(format!("ifreload: not guarded: {program} is not there, so nothing undoes this change"));
                return Ok(());
            }
            let begun = Companion::begin(&program, &self.disk, self.settings.own.guard, steps);
            // A change that was left open is to be ended first, and takes the file with it.
            if begun.is_err() && self.guarded().is_none() {
                self.log.warning(NOT_GUARDED);
            }
            self.companion = Some(begun?);
            self.was_guarded = true;
        }
        if let Some(companion) = &mut self.companion {
            companion.disturbs |= impact != Impact::Hitless;
        }
        Ok(())
    }

    /// Waits until a guarded change is kept, or is undone. Whether what was done stands. `file` is what was carried out: of
    /// what was undone it is told which of its files are still there.
    pub fn conclude(&mut self, file: &File, failed: bool) -> bool {
        let Some(companion) = self.companion.take() else { return true };
        let log = &mut self.log;
        let ending = companion.conclude(failed, &mut |news| match news {
            News::Waiting { left } => {
                let left = left.as_secs();
                log.info(format!("ifreload: kept once what worked before works, undone after {left} s"))
            }
            News::Missing { signs } if signs.is_empty() => log.warning("ifreload: all that worked before works again"),
            News::Missing { signs } => {
                let signs = signs.join("; ");
                log.warning(format!("ifreload: waiting, or undoing it: not so any more: {signs}"));
            }
            News::Noted { text } => log.info(format!("ifreload: {text}")),
            News::Amiss { text } => log.error(format!("ifreload: {text}")),
            _ => {}
        });
        match ending {
            Some(Ending::Confirmed { by }) => {
                log.info(format!("ifreload: kept: {by}"));
                return true;
            }
            Some(Ending::RolledBack { reason, left }) => {
                log.error(format!("ifreload: rolled back: {reason}: the kernel has what it had before"));
                left.iter().for_each(|line| log.error(format!("ifreload: not restored: {line}")));
                let stays = stays(file, &self.disk).join(", ");
                if !stays.is_empty() {
                    log.warning(format!("ifreload: not put back, so the next reload carries it out again: {stays}"));
                }
            }
            Some(Ending::NotBegun { why }) => log.error(format!("ifreload: {why}")),
            None => {
                log.error("ifreload: the guard is gone: `bowline history` says how it ended, `bowline recover` ends it")
            }
        }
        false
    }

    /// Reads the interfaces file that is meant.
    ///
    /// # Errors
    /// When it can't be read, or another one than the host's own is not allowed.
    pub fn file(&mut self) -> Result<File, Failure> {
        let other = self.arguments.interfaces.clone();
        if other.is_some() && self.settings.conf.forbids_other_file && self.arguments.face != Face::Ifquery {
            return Err(Failure::InterfacesFileForbidden);
        }
        let configuration = if self.arguments.reads_stdin() {
            let files = WithStdin { disk: &self.disk };
            interfaces::load(&files, Path::new(STDIN))?
        } else {
            // What -i names is where the caller sees it.
            let path = other.as_deref().unwrap_or(&self.settings.conf.interfaces);
            interfaces::load(&self.disk, path).map_err(|error| at_its_place(error, &self.disk))?
        };
        Ok(File::of(configuration, &self.disk, &self.settings.policy))
    }

    /// Runs the hooks and scripts of an interface in some phases; with `-n`, prints them instead.
    ///
    /// # Errors
    /// When they can't be printed.
    pub fn hooks(&mut self, stanzas: &[Stanza], phases: &[Phase]) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        for phase in phases {
            if !self.arguments.has(Flag::NoAct) {
                tally += self.runner.run(stanzas, *phase, &mut self.log);
                continue;
            }
            let name = stanzas.first().map_or("", |stanza| stanza.name.as_str());
            let named = self.runner.name(stanzas, *phase, &mut self.log);
            let lines: String = named.iter().map(|what| format!("{name}: {}: {what}\n", phase.name())).collect();
            self.print(&lines)?;
        }
        Ok(tally)
    }

    /// Whether an interface has hooks or scripts in a phase.
    pub fn has_hooks(&mut self, stanzas: &[Stanza], phase: Phase) -> bool {
        !self.runner.name(stanzas, phase, &mut self.log).is_empty()
    }

    /// How long a DHCP lease is waited for.
    #[must_use]
    pub fn lease_wait(&self) -> Duration {
        let policy = self.settings.policy.defaults("", "nic", |_| true).remove("dhcp-wait");
        let by_policy = if policy.as_deref() == Some("no") { Duration::ZERO } else { own::LEASE };
        self.settings.own.lease_wait.unwrap_or(by_policy)
    }
}

/// Which files are still as they were read: those that a file sources, of which no older ones are kept, and the file itself
/// where there is none to go back to.
fn stays(file: &File, disk: &Disk) -> Vec<String> {
    let is_there = |path: &Path, text: &[u8]| {
        let read = disk.read(path, interfaces::load::MAX_FILE);
        // One that can't be read now is no other one for that.
        read.map_or(true, |found| found == text)
    };
    let files = file.configuration.files.iter().filter(|it| is_there(&it.path, it.document.source()));
    files.map(|it| it.path.display().to_string()).collect()
}

fn at_its_place(error: LoadError, disk: &Disk) -> LoadError {
    match error {
        LoadError::Read { path, source } => LoadError::Read { path: disk.locate(&path), source },
        other => other,
    }
}

/// The disk, with the standard input as a file.
struct WithStdin<'a> {
    disk: &'a Disk,
}

impl Files for WithStdin<'_> {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        if path != Path::new(STDIN) {
            return self.disk.read(path, limit);
        }
        let mut bytes = Vec::new();
        io::Read::read_to_end(&mut io::Read::take(io::stdin().lock(), limit.saturating_add(1)), &mut bytes)?;
        if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }
}
