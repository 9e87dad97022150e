//! All samples, the contenders in turns: what the machine does beside us then falls on all of them.

use std::fs;
use std::io::{Write, stdout};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::report::{Report, Row, Versions};
use super::sample::Sample;
use super::{Contender, MeasureError, table};
use crate::arguments::ApplyOptions;
use crate::ifupdown2::{self, PYTHON};
use crate::machine::Machine;
use crate::process::{name, wait};
use crate::{namespace, program, readme};

/// The programs of one sample: the veth pairs, at most two runs of at most two programs, the check after each, the end.
const PROGRAMS_OF_A_SAMPLE: u32 = 8;
/// What each is warmed up with: the first sample of a program reads it from the disk.
const WARM_UP: u16 = 2;

/// Measures, and prints what came of it.
///
/// # Errors
/// When a contender can't be had, a sample fails, or the result has nowhere to go. There are no figures then.
pub fn measure(options: &ApplyOptions) -> Result<(), MeasureError> {
    let bench = Bench::prepare(options)?;
    for &contender in &options.only {
        bench.sample(contender, WARM_UP)?;
    }
    let mut rows = Vec::new();
    for &size in &options.sizes {
        rows.extend(bench.rows(size)?);
    }
    let report = Report { machine: Machine::here(), versions: bench.versions()?, command: command(options), rows };
    let table = table::markdown(&report);
    if options.write {
        readme::write(&program::workspace().join("bench/README.md"), "apply", &table)?;
    }
    let text = if options.json {
        serde_json::to_string_pretty(&report.to_json()).map_err(MeasureError::Json)? + "\n"
    } else {
        table
    };
    stdout().write_all(text.as_bytes()).map_err(MeasureError::Print)
}

/// What samples are taken of.
struct Bench<'a> {
    options: &'a ApplyOptions,
    bowline: PathBuf,
    /// The version of ifupdown2; `None` when it takes no part.
    ifupdown2: Option<String>,
}

impl<'a> Bench<'a> {
    /// Builds, fetches and installs what takes part.
    fn prepare(options: &'a ApplyOptions) -> Result<Self, MeasureError> {
        let bowline = match &options.bowline {
            Some(path) => path.clone(),
            None => program::bowline()?,
        };
        let bowline = fs::canonicalize(&bowline).map_err(|source| MeasureError::Path { path: bowline, source })?;
        let takes_part = options.only.contains(&Contender::Ifupdown2);
        let ifupdown2 = takes_part.then(ifupdown2::fetch).transpose()?;
        Ok(Self { options, bowline, ifupdown2 })
    }

    /// All samples of one size, a row for each contender.
    fn rows(&self, size: u16) -> Result<Vec<Row>, MeasureError> {
        let new = |&contender| Row { bridges: size, contender, first: Vec::new(), again: Vec::new() };
        let mut rows: Vec<Row> = self.options.only.iter().map(new).collect();
        let rounds = rows.iter().map(|row| self.options.runs_of(row.contender, size)).max().unwrap_or(0);
        for round in 0..rounds {
            for row in rows.iter_mut().filter(|row| round < self.options.runs_of(row.contender, size)) {
                let sample = self.sample(row.contender, size)?;
                eprintln!(
                    "bench: {size} bridges, round {} of {rounds}: {} {:.4} s, then {:.4} s",
                    round + 1,
                    row.contender.name(),
                    sample.first.as_secs_f64(),
                    sample.again.as_secs_f64()
                );
                row.first.push(sample.first);
                row.again.push(sample.again);
            }
        }
        Ok(rows)
    }

    /// One sample, in a process of its own.
    fn sample(&self, contender: Contender, size: u16) -> Result<Sample, MeasureError> {
        let mut command = namespace::myself().map_err(MeasureError::Unshare)?;
        command.args(["apply-sample", "--contender", contender.name()]);
        command.args(["--size", &size.to_string(), "--timeout", &self.options.timeout.to_string()]);
        command.arg("--bowline").arg(&self.bowline);
        // It says little enough for the pipes to hold it until it is gone.
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(MeasureError::Unshare)?;
        // The sample bounds its programs itself; this bounds the sample.
        let limit = self.options.limit() * PROGRAMS_OF_A_SAMPLE + Duration::from_secs(30);
        wait(&mut child, "a sample", limit)?;
        let output = child.wait_with_output().map_err(MeasureError::Unshare)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(MeasureError::Sample { contender: contender.name(), size, status: output.status, said });
        }
        serde_json::from_slice(&output.stdout).map_err(MeasureError::Result)
    }

    fn versions(&self) -> Result<Versions, MeasureError> {
        let mut programs = vec![(Contender::Bowline.name(), first_line(Command::new(&self.bowline).arg("--version"))?)];
        if let Some(version) = &self.ifupdown2 {
            let python = first_line(Command::new(PYTHON).arg("--version"))?;
            programs.push((Contender::Ifupdown2.name(), format!("ifupdown2 {version} on {python}")));
        }
        programs.push((Contender::IpBatch.name(), first_line(Command::new("ip").arg("-V"))?));
        Ok(programs.into_iter().collect())
    }
}

/// The first line of what a program prints.
fn first_line(command: &mut Command) -> Result<String, MeasureError> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|source| MeasureError::Path { path: name(command).into(), source })?;
    Ok(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

/// The command that repeats a measurement.
fn command(options: &ApplyOptions) -> String {
    let list = |words: Vec<String>| words.join(",");
    let sizes = list(options.sizes.iter().map(u16::to_string).collect());
    let (runs, slow_runs) = (options.runs, options.slow_runs);
    let mut command =
        format!("cargo run --release -p bench -- apply --sizes {sizes} --runs {runs} --slow-runs {slow_runs}");
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
            "cargo run --release -p bench -- apply --sizes 2,100,500 --runs 5 --slow-runs 2",
            "cargo run --release -p bench -- apply --sizes 7 --runs 1 --slow-runs 1 --only bowline,ip-batch",
        ] {
            let (_, rest) = line.split_once(" -- ").expect("cargo's own words end there");
            let words = std::iter::once("bench").chain(rest.split(' '));
            let Which::Apply(options) = Arguments::parse_from(words).bench else { panic!("apply was asked for") };
            assert_eq!(command(&options), line);
        }
    }
}
