//! What the lab does when things go wrong: a machine that does not come up, a kernel that dies, a test that hangs. None of
//! it may pass, and none may go unexplained.

#![allow(clippy::disallowed_methods, reason = "its tests wait, hang and die on purpose")]

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use lab::attempt::Ended;
use lab::host::{Echo, Limits, MachineError, run_job};
use lab::message::{Job, Report};
use lab::{Case, Lab};
use libtest_mimic::{Arguments, Failed, Trial};

lab::test!(passes, panics, returns_an_error, hangs, kills_the_kernel);

fn passes(lab: &mut Lab) {
    lab.note("a note");
}

fn panics(lab: &mut Lab) {
    lab.host.run(|| panic!("in a namespace"));
}

fn returns_an_error(_: &mut Lab) -> Result<(), std::num::ParseIntError> {
    "x".parse::<u8>().map(|_| ())
}

fn hangs(_: &mut Lab) {
    std::thread::sleep(Duration::from_secs(3600));
}

fn kills_the_kernel(_: &mut Lab) {
    // PID 1 dies, and with it the kernel.
    std::process::abort();
}

const LIMITS: Limits =
    Limits { boot: Duration::from_secs(60), silence: Duration::from_secs(60), total: Duration::from_secs(300) };

fn run(names: &[&str], limits: Limits) -> (Result<(), MachineError>, BTreeMap<String, Ended>) {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let job = Job::Tests { names, at_once: 2, limit: Duration::from_secs(10) };
    let mut seen = BTreeMap::new();
    let result = run_job(&job, limits, Echo::Silent, &mut |report| {
        if let Report::Ended { name, ended } = report {
            seen.insert(name, ended);
        }
    });
    (result, seen)
}

fn each_result_says_why() -> Result<(), Failed> {
    let (result, seen) = run(&["hangs", "panics", "returns_an_error", "passes"], LIMITS);
    result?;
    assert_eq!(seen.len(), 4, "a test that hangs does not keep the others: {seen:?}");
    assert_eq!((&seen["passes"].failure, &seen["passes"].notes), (&None, &vec!["a note".to_owned()]));
    let said = |name: &str| seen[name].failure.clone().unwrap_or_default();
    assert!(said("panics").contains("failing.rs") && said("panics").contains("in a namespace"), "{seen:?}");
    assert_eq!(said("returns_an_error"), "invalid digit found in string");
    assert_eq!(said("hangs"), "still running after 10s");
    Ok(())
}

fn a_kernel_that_dies_shows_its_console() -> Result<(), Failed> {
    match run(&["kills_the_kernel"], LIMITS).0 {
        Err(MachineError::Died { console }) if console.contains("Attempted to kill init") => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

fn a_kernel_that_does_not_come_up_is_ended() -> Result<(), Failed> {
    // No machine is that fast, and none so slow that it looks only when the kernel is up.
    let after = Duration::ZERO;
    match run(&["passes"], Limits { boot: after, ..LIMITS }).0 {
        Err(MachineError::BootTimedOut { .. }) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

fn a_test_that_is_not_there_fails() -> Result<(), Failed> {
    match run(&["passes", "nonesuch"], LIMITS) {
        (Err(MachineError::Guest { reason }), seen) if seen.is_empty() && reason.contains("nonesuch") => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

fn main() -> ExitCode {
    if let Some(code) = lab::take_part() {
        return code;
    }
    assert_eq!(Case::all().len(), 5, "the linker gathers all tests");
    let trials = vec![
        Trial::test("each_result_says_why", each_result_says_why),
        Trial::test("a_kernel_that_dies_shows_its_console", a_kernel_that_dies_shows_its_console),
        Trial::test("a_kernel_that_does_not_come_up_is_ended", a_kernel_that_does_not_come_up_is_ended),
        Trial::test("a_test_that_is_not_there_fails", a_test_that_is_not_there_fails),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
