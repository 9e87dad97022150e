//! The test runner: cargo's face, the kernel's results.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

use super::machine::{Limits, MachineError, run_job};
use super::{Echo, native, programs};
use crate::attempt::{Ended, attempt, chain};
use crate::message::{Job, Report};
use crate::{Case, Venue};

/// How long a test may take: several times what the longest takes by itself on an idle machine, which is 76 s (an accident at
/// each of 258 points). Others run beside it, and a busy machine is no failure.
const TEST_LIMIT: Duration = Duration::from_secs(600);
/// How many tests run at a time unless somebody says: they mostly wait.
const AT_ONCE: usize = 4;
const LIMITS: Limits = Limits {
    boot: Duration::from_secs(60),
    // A test reports its own time-out; only a stuck kernel is silent for longer.
    silence: Duration::from_secs(600 + 30),
    total: Duration::from_secs(45 * 60),
};

/// What a program of tests does on the host's side, beside showing results.
#[derive(Clone, Copy)]
pub struct Extra {
    /// Gets what the tests need, before any of them runs. When it fails, all of them do, for that reason.
    pub prepare: fn() -> Result<(), String>,
    /// Judges what a test found: its name, and its finding ([`crate::Lab::found`]). It is asked only of tests that passed.
    pub judge: fn(&str, &str) -> Result<(), String>,
    /// How many kernels are booted for them, each with its share. More than one is for tests that compute rather than wait.
    pub kernels: usize,
    /// How many tests run at a time, unless `--test-threads` says. More than a few is for tests that only wait.
    pub at_once: usize,
    /// What is left to do when all have ended, and whether they all passed.
    pub finish: fn(bool) -> Result<(), String>,
}

impl Default for Extra {
    fn default() -> Self {
        Self { prepare: || Ok(()), judge: |_, _| Ok(()), kernels: 1, at_once: AT_ONCE, finish: |_| Ok(()) }
    }
}

/// Runs the registered tests that the command line asks for, as cargo's own runner would.
pub fn run(extra: Extra) -> ExitCode {
    let mut arguments = Arguments::from_args();
    let cases = Case::all();
    let board = Arc::new(Board::default());
    let venue = native::choose().map(|(venue, why_not_native)| {
        board.note(&Venue::Native.to_string(), &why_not_native.into_iter().collect::<Vec<_>>());
        venue
    });
    let listed: Vec<Trial> = cases.iter().map(|case| Trial::test(case.name(), || Ok(()))).collect();
    let wanted: Vec<String> =
        listed.iter().filter(|trial| !arguments.is_filtered_out(trial)).map(|trial| trial.name().to_owned()).collect();
    let runs = !arguments.list && !wanted.is_empty();
    let venue = if runs { venue.and_then(|venue| (extra.prepare)().map(|()| venue)) } else { venue };
    let trials: Vec<Trial> = cases.iter().map(|case| trial(*case, &venue, &board, extra)).collect();
    let at_once = arguments.test_threads.unwrap_or(extra.at_once);
    let mut machine = None;
    if runs && venue == Ok(Venue::Uml) {
        // Each trial but waits for its own result, and is shown as soon as that is there. How many run at a time is the
        // guest's matter.
        arguments.test_threads = Some(wanted.len());
        if let Err(error) = programs::fetch() {
            eprintln!("lab: no programs of others, so the tests that need them fail: {}", chain(&error));
        }
        let board = Arc::clone(&board);
        machine = Some(std::thread::spawn(move || fill_all(&board, &wanted, at_once, extra.kernels)));
    } else {
        arguments.test_threads = Some(at_once);
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(Err(panic)) = machine.map(std::thread::JoinHandle::join) {
        std::panic::resume_unwind(panic);
    }
    for note in board.take_notes() {
        eprintln!("lab: {note}");
    }
    if runs && let Err(why) = (extra.finish)(!conclusion.has_failed()) {
        eprintln!("lab: {why}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

fn trial(case: Case, venue: &Result<Venue, String>, board: &Arc<Board>, extra: Extra) -> Trial {
    let (venue, board) = (venue.clone(), Arc::clone(board));
    Trial::test(case.name(), move || {
        let ended = match venue {
            Ok(Venue::Native) => attempt(case, Venue::Native, TEST_LIMIT),
            Ok(Venue::Uml) => board.wait(case.name())?,
            Err(reason) => return Err(reason.into()),
        };
        board.note(case.name(), &ended.notes);
        match ended.failure {
            None => ended.finding.map_or(Ok(()), |finding| (extra.judge)(case.name(), &finding)).map_err(Failed::from),
            Some(failure) => Err(format!("{failure}\n(after {:.2?})", ended.took).into()),
        }
    })
}

/// Boots kernels, each with its share of the tests, and puts their results on the board.
fn fill_all(board: &Board, wanted: &[String], at_once: usize, kernels: usize) {
    let share = wanted.len().div_ceil(kernels.max(1)).max(1);
    let reasons: Vec<String> = std::thread::scope(|scope| {
        let job = |names: &[String]| Job::Tests { names: names.to_vec(), at_once, limit: TEST_LIMIT };
        let machines: Vec<_> =
            wanted.chunks(share).map(|names| scope.spawn(move || fill(board, &job(names)))).collect();
        let joined = machines.into_iter().map(|it| it.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    });
    board.close(reasons.join("\n"));
}

/// Boots one and puts its results on the board; gives why no more of them will come.
///
/// A few that failed are tried once more, one by one on a kernel of their own, and a note says so with what was wrong at
/// first: beside others on a busy machine a monitor of the kernel's may see its own delay. What fails twice has failed.
fn fill(board: &Board, job: &Job) -> String {
    let mut failed = Vec::new();
    let first = boot(board, job, &mut |name, ended| match ended.failure {
        Some(_) => failed.push((name, ended)),
        None => board.put(name, ended),
    });
    if first.is_ok() && !failed.is_empty() && failed.len() <= A_FEW {
        let names = failed.iter().map(|(name, _)| name.clone()).collect();
        let again = Job::Tests { names, at_once: 1, limit: TEST_LIMIT };
        let second = boot(board, &again, &mut |name, mut ended| {
            let before = failed.iter().position(|(other, _)| *other == name).map(|at| failed.swap_remove(at));
            if let Some(why) = before.and_then(|(_, before)| before.failure) {
                ended.notes.push(format!("tried a second time, alone; at first: {why}"));
            }
            board.put(name, ended);
        });
        if let Err(error) = second {
            board.note("a second try", &[chain(&error)]);
        }
    }
    for (name, ended) in failed {
        board.put(name, ended);
    }
    match first {
        Ok(()) => "the kernel never ran it".to_owned(),
        Err(error) => format!("the lab failed: {}", chain(&error)),
    }
}

/// How many tests that failed are tried again; more are no accident.
const A_FEW: usize = 4;

/// Boots a kernel for the job, and gives each result as it comes.
fn boot(board: &Board, job: &Job, found: &mut dyn FnMut(String, Ended)) -> Result<(), MachineError> {
    let echo = if std::env::var_os("LAB_CONSOLE").is_some() { Echo::Stderr } else { Echo::Silent };
    let start = Instant::now();
    run_job(job, LIMITS, echo, &mut |report| match report {
        Report::Ready { kernel } => {
            board.note(&format!("{} {kernel}", Venue::Uml), &[format!("up after {:.2?}", start.elapsed())]);
        }
        Report::Ended { name, ended } => found(name, ended),
        Report::Done | Report::Failed { .. } => {}
    })
}

/// Where results are put by the one who hears of them, and waited for by the trials.
#[derive(Default)]
struct Board {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    ended: HashMap<String, Ended>,
    /// Why no more results will come.
    closed: Option<String>,
    /// What was measured or noticed; shown at the end, since results are shown as they come.
    notes: Vec<String>,
}

impl Board {
    fn put(&self, name: String, ended: Ended) {
        self.change(|state| drop(state.ended.insert(name, ended)));
    }

    fn close(&self, why: String) {
        self.change(|state| state.closed = Some(why));
    }

    fn note(&self, who: &str, notes: &[String]) {
        self.change(|state| state.notes.extend(notes.iter().map(|note| format!("{who}: {note}"))));
    }

    fn take_notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        self.change(|state| notes = std::mem::take(&mut state.notes));
        notes
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Waits for a test's result. The wait is bounded by the machine's limits, which close the board.
    fn wait(&self, name: &str) -> Result<Ended, Failed> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(ended) = state.ended.remove(name) {
                return Ok(ended);
            }
            if let Some(why) = &state.closed {
                return Err(why.into());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
