//! All trials, and what came of them.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use super::root::RootError;
use super::{disk, inside, package, root};
use crate::arguments::{Order, Suite, TestOptions};
use crate::deb::{self, DebError};
use crate::place;

/// What one trial may take; the slowest takes some seconds.
const LIMIT: Duration = Duration::from_secs(120);
/// The same where a machine boots, some times: that takes a minute, and several on a busy host.
const BOOTS_LIMIT: Duration = Duration::from_secs(900);

/// Nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    /// Mounts and namespaces are root's.
    #[error("trying the package takes root")]
    NotRoot,
    /// There is no package.
    #[error(transparent)]
    Deb(#[from] DebError),
    /// There is no clean Debian.
    #[error(transparent)]
    Root(#[from] RootError),
    /// The scripts can't be listed.
    #[error("can't list {}", path.display())]
    List {
        /// Which folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// No trial has that name.
    #[error("there is no trial whose name holds `{0}`")]
    NoSuch(String),
}

/// Builds the package and tries it.
///
/// # Errors
/// When it could not be tried; that a trial failed is the conclusion's to tell.
pub fn run(options: &TestOptions) -> Result<Conclusion, TrialError> {
    if !rustix::process::geteuid().is_root() {
        return Err(TrialError::NotRoot);
    }
    let deb = deb::build()?;
    let mut trials = itself(&deb);
    for &suite in &options.suites {
        trials.extend(of_suite(suite, &deb)?);
    }
    if let Some(part) = &options.part {
        trials.retain(|trial| trial.name().contains(part.as_str()));
        if trials.is_empty() {
            return Err(TrialError::NoSuch(part.clone()));
        }
    }
    // Each has mounts and processes of its own, so that they don't meet; dpkg keeps one processor busy.
    let arguments = Arguments { test_threads: Some(2), ..Arguments::default() };
    Ok(libtest_mimic::run(&arguments, trials))
}

/// What needs no Debian.
fn itself(deb: &Path) -> Vec<Trial> {
    type Check = fn(&Path) -> Result<(), Failed>;
    let checks: [(&str, Check); 3] = [
        ("the package has the files that it should have", package::files),
        ("lintian finds no error", package::lintian),
        ("the same commit makes the same package", package::reproducible),
    ];
    let trial = |(name, check): (&str, Check)| {
        let deb = deb.to_owned();
        Trial::test(name, move || check(&deb))
    };
    checks.into_iter().map(trial).collect()
}

/// A trial for each script: first those that boot, which take longest.
fn of_suite(suite: Suite, deb: &Path) -> Result<Vec<Trial>, TrialError> {
    let mut trials = of_folder("boots", "machine", BOOTS_LIMIT, suite, &disk::of(suite)?, deb)?;
    trials.extend(of_folder("trials", "inside", LIMIT, suite, &root::of(suite)?, deb)?);
    Ok(trials)
}

/// A trial for each script of that folder, which is run by that task of this program.
fn of_folder(
    folder: &str,
    task: &'static str,
    limit: Duration,
    suite: Suite,
    base: &Path,
    deb: &Path,
) -> Result<Vec<Trial>, TrialError> {
    let folder = place::packaging().join(folder);
    let failed = |source| TrialError::List { path: folder.clone(), source };
    let mut scripts: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension() == Some("sh".as_ref()) {
            scripts.push(path);
        }
    }
    scripts.sort();
    let trial = |script: PathBuf| {
        let name = script.file_stem().unwrap_or_default().to_string_lossy().replace('-', " ");
        let order = Order { base: base.to_owned(), deb: deb.to_owned(), script };
        let log = place::output().join(format!("{}-{name}.log", suite.name()).replace(' ', "-"));
        Trial::test(format!("{}: {name}", suite.name()), move || one(task, limit, &order, &log))
    };
    Ok(scripts.into_iter().map(trial).collect())
}

/// One script, in a process of its own.
fn one(task: &str, limit: Duration, order: &Order, log: &Path) -> Result<(), Failed> {
    let out = fs::File::create(log)?;
    let mut command: Command = inside::command(task, order)?;
    let mut child = command.stdin(Stdio::null()).stderr(out.try_clone()?).stdout(out).spawn()?;
    let status = wait(&mut child, limit)?;
    if status { Ok(()) } else { Err(String::from_utf8_lossy(&fs::read(log)?).into_owned().into()) }
}

/// Whether it ended in time and well.
fn wait(child: &mut Child, limit: Duration) -> io::Result<bool> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(false);
        }
        sleep(Duration::from_millis(20));
    }
}
