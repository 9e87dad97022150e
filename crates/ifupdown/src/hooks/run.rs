//! All hooks and scripts of a phase.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use super::Phase;
use super::command::{self, CommandError};
use super::environment::environment;
use crate::Log;
use record::stanza::Stanza;

/// Scripts that other packages leave there and whose work is done here: those of ifenslave, bridge-utils, vlan and
/// ethtool. (ifupdown2 skips those that have the name of one of its modules.)
const REPLACED: &[&str] = &["ifenslave", "bridge", "vlan", "ethtool", "mtu", "ifupdown2", "ip"];
/// Ends of names of what editors and dpkg leave behind.
const LEFTOVERS: &[&str] = &["~", ".bak", ".dpkg-old", ".dpkg-dist", ".dpkg-new", ".dpkg-tmp", ".ucf-dist"];
/// The most scripts of a folder that are run.
const MAX_SCRIPTS: usize = 1024;

/// Runs hooks and scripts.
pub struct Runner {
    /// Where the folders if-PHASE.d are.
    folder: PathBuf,
    /// Whether scripts are run at all.
    scripts: bool,
    /// How long each may take.
    limit: Option<Duration>,
    /// The scripts of the phases so far. As in ifupdown2, a folder is read once, however many interfaces there are
    /// (`load_scripts`).
    known: BTreeMap<Phase, Rc<[PathBuf]>>,
}

/// What came of hooks and scripts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many were run.
    pub run: usize,
    /// How many scripts failed. (A hook that fails is only a warning.)
    pub failed: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.run += other.run;
        self.failed += other.failed;
    }
}

impl Runner {
    /// Of the scripts in these folders.
    #[must_use]
    pub fn new(folder: PathBuf, scripts: bool, limit: Option<Duration>) -> Self {
        Self { folder, scripts, limit, known: BTreeMap::new() }
    }

    /// Runs the lines of the phase of every stanza of an interface, each followed by the scripts, as ifupdown2 does.
    pub fn run(&mut self, stanzas: &[Stanza], phase: Phase, log: &mut Log<'_>) -> Tally {
        let mut tally = Tally::default();
        let scripts = self.of(phase, log);
        for stanza in stanzas {
            for line in stanza.values(phase.name()) {
                tally += self.hook(stanza, phase, line, log);
            }
            for script in &*scripts {
                tally += self.script(stanza, phase, script, log);
            }
        }
        tally
    }

    /// What [`Self::run`] would run, each as messages call it (`-n`).
    pub fn name(&mut self, stanzas: &[Stanza], phase: Phase, log: &mut Log<'_>) -> Vec<String> {
        let scripts = self.of(phase, log);
        let of_stanza = |stanza: &Stanza| {
            let scripts = scripts.iter().map(|script| script.to_string_lossy().into_owned());
            stanza.values(phase.name()).iter().cloned().chain(scripts).collect::<Vec<_>>()
        };
        stanzas.iter().flat_map(of_stanza).collect()
    }

    /// A line of the file: its shell's trouble is a warning, and none at all if something exists already.
    fn hook(&self, stanza: &Stanza, phase: Phase, line: &str, log: &mut Log<'_>) -> Tally {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(line).envs(environment(stanza, phase));
        match self.execute(shell, line, log) {
            Err(error) if !error.is_only_that_it_exists() => {
                log.warning(format!("{}: {} {error}", stanza.name, phase.name()));
            }
            Ok(()) | Err(_) => {}
        }
        Tally { run: 1, failed: 0 }
    }

    /// A script: its trouble is an error of the interface, but for a script that may not be run.
    fn script(&self, stanza: &Stanza, phase: Phase, script: &Path, log: &mut Log<'_>) -> Tally {
        let mut command = Command::new(script);
        command.envs(environment(stanza, phase));
        let Err(error) = self.execute(command, &script.to_string_lossy(), log) else {
            return Tally { run: 1, failed: 0 };
        };
        let text = format!("{}: {} {error}", stanza.name, phase.name());
        let denied =
            matches!(&error, CommandError::Start { source, .. } if source.kind() == io::ErrorKind::PermissionDenied);
        if denied || error.is_only_that_it_exists() {
            log.warning(text);
            return Tally { run: 1, failed: 0 };
        }
        log.error(text);
        Tally { run: 1, failed: 1 }
    }

    fn execute(&self, command: Command, text: &str, log: &mut Log<'_>) -> Result<(), CommandError> {
        log.info(format!("executing {text}"));
        command::run(command, text, self.limit).map(|output| {
            if !output.trim().is_empty() {
                log.debug(output);
            }
        })
    }

    /// The scripts of a phase, if scripts are run at all.
    fn of(&mut self, phase: Phase, log: &mut Log<'_>) -> Rc<[PathBuf]> {
        if let Some(known) = self.known.get(&phase) {
            return Rc::clone(known);
        }
        let scripts: Rc<[PathBuf]> = if self.scripts { self.list(phase, log).into() } else { Rc::default() };
        self.known.insert(phase, Rc::clone(&scripts));
        scripts
    }

    /// The scripts of a phase in order of their names: files that may be executed, without what editors and dpkg leave
    /// behind. (ifupdown2 runs everything in the folder, in any order.)
    fn list(&self, phase: Phase, log: &mut Log<'_>) -> Vec<PathBuf> {
        let folder = self.folder.join(format!("if-{}.d", phase.name()));
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Vec::new(),
            Err(error) => {
                log.warning(format!("{}: can't be read: {error}", folder.display()));
                return Vec::new();
            }
        };
        let mut out: Vec<PathBuf> =
            entries.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| is_script(path)).collect();
        out.sort_unstable();
        if out.len() > MAX_SCRIPTS {
            log.warning(format!("{}: only the first {MAX_SCRIPTS} scripts are run", folder.display()));
            out.truncate(MAX_SCRIPTS);
        }
        out
    }
}

fn is_script(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let leftover = name.starts_with('.') || LEFTOVERS.iter().any(|end| name.ends_with(end));
    let may_run = |path: &Path| {
        fs::metadata(path).is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
    };
    !leftover && !REPLACED.contains(&&*name) && may_run(path)
}
