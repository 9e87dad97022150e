//! All samples, the contenders in turns: what the machine does beside us then falls on all of them.

use std::fs;
use std::io::{Write, stdout};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::arguments::{ReloadOptions, ReloadOrder};
use super::report::{Memory, Report, Row, Start};
use super::sample::Sample;
use super::venue::{Kernel, Venue, user_mode_release};
use super::{Contender, ReloadError, Setup, table};
use crate::ifupdown2::{self, PYTHON};
use crate::machine::Machine;
use crate::process::{ProcessError, name};
use crate::statistics::Spread;
use crate::{program, readme};

/// What each is warmed up with: the first sample of a program reads it from the disk.
const WARM_UP: Setup = Setup::Bridges(2);

/// Measures, and prints what came of it.
///
/// # Errors
/// When a contender can't be had, a sample fails, or the result has nowhere to go. There are no figures then.
pub fn measure(options: &ReloadOptions) -> Result<(), ReloadError> {
    let bench = Bench::prepare(options)?;
    let begun = Instant::now();
    for &contender in &options.only {
        bench.sample(Venue::of(WARM_UP)?, contender, WARM_UP, false)?;
    }
    let mut rows = Vec::new();
    for (number, &setup) in options.setups.iter().enumerate() {
        rows.extend(bench.rows(setup, begun + options.until(number))?);
    }
    let needs_user_mode = rows.iter().any(|row: &Row| row.kernel == Kernel::UserMode);
    let release = needs_user_mode.then(user_mode_release).transpose();
    let report = Report {
        machine: Machine::here(),
        user_mode: release.map_err(|source| ReloadError::Venue("user-mode-linux", source))?,
        versions: bench.versions()?,
        command: command(options),
        timeout: options.timeout,
        rows,
        memory: bench.memory()?,
        start: bench.start()?,
    };
    let table = table::markdown(&report);
    if options.write {
        readme::write(&program::workspace().join("bench/README.md"), "reload", &table)?;
    }
    let text =
        if options.json { serde_json::to_string_pretty(&report).map_err(ReloadError::Json)? + "\n" } else { table };
    stdout().write_all(text.as_bytes()).map_err(ReloadError::Print)
}

/// What samples are taken of.
struct Bench<'a> {
    options: &'a ReloadOptions,
    /// The program of the four faces.
    bowline: PathBuf,
    /// The version of ifupdown2; `None` when it takes no part.
    ifupdown2: Option<String>,
}

impl<'a> Bench<'a> {
    /// Builds, fetches and installs what takes part.
    fn prepare(options: &'a ReloadOptions) -> Result<Self, ReloadError> {
        let bowline = program::ifupdown()?;
        let bowline = fs::canonicalize(&bowline).map_err(|source| ReloadError::Path { path: bowline, source })?;
        let takes_part = options.only.contains(&Contender::Ifupdown2);
        let ifupdown2 = takes_part.then(ifupdown2::fetch).transpose()?;
        Ok(Self { options, bowline, ifupdown2 })
    }

    /// All samples of one set-up, a row for each contender: one, and more for who is not slow, as long as there is time.
    fn rows(&self, setup: Setup, until: Instant) -> Result<Vec<Row>, ReloadError> {
        let (venue, options) = (Venue::of(setup)?, self.options);
        let (kernel, bonding) = (venue.kernel, venue.bonding);
        let new = |&contender| Row { setup, contender, kernel, bonding, samples: Vec::new() };
        let mut rows: Vec<Row> = options.only.iter().map(new).collect();
        for round in 0..options.runs {
            if round > 0 && Instant::now() > until {
                break;
            }
            let is_slow = |row: &Row| row.samples.iter().any(|sample| options.is_slow(sample));
            for row in rows.iter_mut().filter(|row| !is_slow(row)) {
                let sample = self.sample(venue, row.contender, setup, false)?;
                tell(setup, row.contender, round + 1, options.runs, &sample);
                row.samples.push(sample);
            }
        }
        Ok(rows)
    }

    fn sample(&self, venue: Venue, contender: Contender, setup: Setup, memory: bool) -> Result<Sample, ReloadError> {
        venue.sample(&ReloadOrder {
            contender,
            setup,
            timeout: self.options.timeout,
            bowline: self.bowline.clone(),
            bonding: venue.bonding,
            memory,
            modules: false,
        })
    }

    /// The most memory of our reload; `None` when that was not asked for.
    fn memory(&self) -> Result<Option<Memory>, ReloadError> {
        if self.options.memory == 0 || !self.options.only.contains(&Contender::Bowline) {
            return Ok(None);
        }
        let setup = Setup::Bridges(self.options.memory);
        let sample = self.sample(Venue::of(setup)?, Contender::Bowline, setup, true)?;
        // Each bridge has a port.
        Ok(Some(Memory { links: 2 * u32::from(self.options.memory), peak: sample.peak }))
    }

    /// The start of `ifquery --list` beside that of a program that does nothing; `None` when that was not asked for.
    fn start(&self) -> Result<Option<Start>, ReloadError> {
        let times = self.options.starts;
        if times == 0 || !self.options.only.contains(&Contender::Bowline) {
            return Ok(None);
        }
        let folder = program::workspace().join("target/bench/start");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ReloadError::Path { path, source }
        };
        fs::create_dir_all(&folder).map_err(failed(&folder))?;
        let (file, link) = (folder.join("interfaces"), folder.join("ifquery"));
        fs::write(&file, WARM_UP.file(false, false)).map_err(failed(&file))?;
        match fs::remove_file(&link) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(&link)(error)),
            _ => symlink(&self.bowline, &link).map_err(failed(&link))?,
        }
        let mut ifquery = Command::new(&link);
        ifquery.args(["--list", "-i"]).arg(&file);
        let mut nothing = Command::new("/bin/true");
        let (mut ours, mut others) = (Vec::new(), Vec::new());
        for _ in 0..times {
            ours.push(time(&mut ifquery)?);
            others.push(time(&mut nothing)?);
        }
        let spreads = Spread::of(&ours).zip(Spread::of(&others));
        Ok(spreads.map(|(ifquery, nothing)| Start { ifquery, nothing, times }))
    }

    fn versions(&self) -> Result<std::collections::BTreeMap<&'static str, String>, ReloadError> {
        let mut programs = vec![("bowline", concat!("bowline ", env!("CARGO_PKG_VERSION")).to_owned())];
        if let Some(version) = &self.ifupdown2 {
            let python = first_line(Command::new(PYTHON).arg("--version"))?;
            programs.push(("ifupdown2", format!("ifupdown2 {version} on {python}")));
        }
        programs.push(("ip-batch", first_line(Command::new("ip").arg("-V"))?));
        Ok(programs.into_iter().collect())
    }
}

/// How far it is, on standard error.
fn tell(setup: Setup, contender: Contender, round: u16, rounds: u16, sample: &Sample) {
    let show =
        |took: Option<Duration>| took.map_or_else(|| "-".to_owned(), |took| format!("{:.4}", took.as_secs_f64()));
    let [first, again, changed] = [sample.first, sample.again, sample.changed].map(show);
    let who = contender.name();
    eprintln!("bench: {setup}, round {round} of {rounds}: {who} first {first} s, again {again} s, changed {changed} s");
}

/// What a program takes from before its start until it is gone; it prints to nowhere.
fn time(command: &mut Command) -> Result<Duration, ReloadError> {
    let program = name(command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let status = command.status();
    let took = start.elapsed();
    match status {
        Ok(status) if status.success() => Ok(took),
        Ok(status) => Err(ProcessError::Failed { program, status, said: String::new() }.into()),
        Err(source) => Err(ProcessError::Start { program, source }.into()),
    }
}

/// The first line of what a program prints.
fn first_line(command: &mut Command) -> Result<String, ReloadError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|source| ReloadError::Path { path: name(command).into(), source })?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

/// The command that repeats a measurement.
fn command(options: &ReloadOptions) -> String {
    let list = |words: Vec<String>| words.join(",");
    let setups = list(options.setups.iter().map(Setup::to_string).collect());
    let ReloadOptions { runs, slow, within, timeout, memory, starts, .. } = options;
    let mut command = format!(
        "cargo run --release -p bench -- reload --setups {setups} --runs {runs} --slow {slow} --within {within} \
         --timeout {timeout} --memory {memory} --starts {starts}"
    );
    if options.only != Contender::ALL {
        command += " --only ";
        command += &list(options.only.iter().map(|contender| contender.name().to_owned()).collect());
    }
    command
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Bench as Which};

    #[test]
    fn the_command_repeats_what_was_measured() {
        for line in [
            "cargo run --release -p bench -- reload --setups bridges:2,trunk:40 --runs 5 --slow 10 --within 12 --timeout 300 --memory 2000 --starts 200",
            "cargo run --release -p bench -- reload --setups vlans:7 --runs 1 --slow 10 --within 12 --timeout 9 --memory 0 --starts 0 --only bowline,ip-batch",
        ] {
            let (_, rest) = line.split_once(" -- ").expect("cargo's own words end there");
            let words = std::iter::once("bench").chain(rest.split(' '));
            let Which::Reload(options) = Arguments::parse_from(words).bench else { panic!("reload was asked for") };
            assert_eq!(command(&options), line);
        }
    }
}
