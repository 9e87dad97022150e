//! Everything that the kernel and the drivers are asked refused, delayed, interrupted or left without an answer, one after the
//! other: by `bowline apply` and by `ifreload -a`. The report says how far it came, and a second run heals.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bowline::ExitCode;
use bowline::error::Failure;
use lab::{Lab, Links};
use linux::Linux;
use linux::layer::{Fault, Faulty, Kind, Tally};
use network::{Change, Host};

use crate::apply::run_on;
use crate::face::{call_on, well};
use crate::program::{NOTHING, try_apply};
use crate::raw::named;

lab::test!(
    each_request_of_apply_refused,
    each_request_of_apply_delayed,
    each_request_of_apply_interrupted,
    each_request_of_apply_left_without_an_answer,
    each_request_of_ifreload_refused,
    each_request_of_ifreload_delayed,
    each_request_of_ifreload_interrupted,
    each_request_of_ifreload_left_without_an_answer,
);

/// Of a bare host: netlink and sysctls.
const BARE: Case = Case {
    before: "",
    file: FILE,
    least: &[(Kind::Read, 9), (Kind::Write, 13), (Kind::Sysctl, 2), (Kind::Ethtool, 5)],
};

/// Of one that runs: what drivers are asked too, which takes a slave (in the lab only those pass for NICs).
const RUNNING: Case = Case {
    before: "auto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0 enp4s0\n",
    file: "auto enp3s0\niface enp3s0 inet manual\n\ttso-offload off\n\tarp-accept on\n\n\
           auto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0 enp4s0\n\tip6-forward on\n",
    least: &[(Kind::Read, 8), (Kind::Sysctl, 2), (Kind::Ethtool, 20)],
};

/// What is brought about under faults.
struct Case {
    /// The file that the host has when it begins; empty for a bare host.
    before: &'static str,
    file: &'static str,
    /// How many there must be of a kind, or the test is none.
    least: &'static [(Kind, u64)],
}

const FILE: &str = "\
auto bond0
iface bond0 inet manual
	bond-slaves enp3s0 enp4s0
	bond-mode active-backup
	bond-miimon 100

auto vmbr0
iface vmbr0 inet static
	address 192.168.1.10/24
	gateway 192.168.1.1
	bridge-ports bond0
	bridge-stp off
	bridge-fd 0
	bridge-vlan-aware yes
	bridge-vids 2-4094
	ip-forward on
	accept-ra 2

auto vmbr0.30
iface vmbr0.30 inet static
	address 10.0.30.1/24
	mtu 1400
";

/// What brings the file about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Program {
    Apply,
    Ifreload,
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// All the way.
    Done,
    /// It says that it did not.
    Failed,
}

/// What it said.
struct Told {
    end: End,
    text: String,
    /// The kinds of what was asked, in order.
    asked: Vec<Kind>,
    /// The number of what met with the fault.
    at: usize,
}

impl Told {
    /// What met with the fault.
    fn struck(&self) -> Option<Kind> {
        self.asked.get(self.at).copied()
    }

    /// Whether something had been changed before that.
    fn is_underway(&self) -> bool {
        self.asked.iter().take(self.at).any(|kind| matches!(kind, Kind::Write | Kind::Sysctl))
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "number {}, {:?}: {:?}\n{}", self.at, self.struck(), self.end, self.text)
    }
}

/// Brings the file about on a host whose request or call number `at` meets with the fault.
fn attempt(lab: &Lab, program: Program, file: &str, fault: Fault, at: usize) -> Result<Told, Box<dyn Error>> {
    lab.file(file)?;
    let tally = Arc::new(Tally::default());
    let mut open = || Linux::open_with(Box::new(Faulty::new(fault, at as u64, Arc::clone(&tally))));
    let (is_done, text) = match program {
        Program::Apply => {
            let ran = run_on(lab, &["apply", "--unguarded"], &mut || match open() {
                Ok(host) => Ok(Box::new(host) as Box<dyn Host>),
                Err(error) => Err(Failure::Open(Box::new(error))),
            });
            (ran.code == ExitCode::Success, ran.to_string())
        }
        Program::Ifreload => {
            let ran = call_on(lab, "ifreload -a", &mut open);
            (ran.code == ifupdown::ExitCode::Success, ran.to_string())
        }
    };
    let end = if is_done { End::Done } else { End::Failed };
    Ok(Told { end, text, asked: tally.seen(), at })
}

/// The host as it is before, which remembers nothing.
fn set_up(lab: &Lab, before: &str) -> Result<(), Box<dyn Error>> {
    let there = lab.host.observe()?;
    for name in ["vmbr0", "bond0", "enp3s0", "enp4s0"].map(named) {
        if there.links.contains_key(&name) {
            lab.host.change(&[Change::Delete { link: name }])?;
        }
    }
    match std::fs::remove_dir_all(lab.folder().join("run")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    ["enp3s0", "enp4s0"].iter().try_for_each(|nic| Links::open()?.dummy(&named(nic)))?;
    if !before.is_empty() {
        let ran = try_apply(lab, before)?;
        assert_eq!(ran.code, ExitCode::Success, "{ran}");
    }
    Ok(())
}

/// Lets each request and call meet with the fault in turn, for each case. `check` is given what came of it; whatever that
/// was, the same once more, without faults, leads where the file says.
fn each_in_turn(lab: &mut Lab, program: Program, fault: Fault, check: impl Fn(&Told)) -> Result<(), Box<dyn Error>> {
    for Case { before, file, least } in [BARE, RUNNING] {
        set_up(lab, before)?;
        let told = attempt(lab, program, file, fault, usize::MAX)?;
        assert_eq!(told.end, End::Done, "{told}");
        let count = told.asked.len();
        let mut met: BTreeMap<Kind, u64> = BTreeMap::new();
        for at in 0..count {
            set_up(lab, before)?;
            let told = attempt(lab, program, file, fault, at)?;
            *met.entry(told.struck().ok_or_else(|| format!("nothing met with the fault: {told}"))?).or_default() += 1;
            check(&told);
            if told.end == End::Done {
                assert_eq!(try_apply(lab, file)?.out, NOTHING, "{told}");
                continue;
            }
            match program {
                Program::Ifreload => drop(well(lab, "ifreload -a")),
                Program::Apply => {
                    let ran = try_apply(lab, file)?;
                    assert_eq!(ran.code, ExitCode::Success, "{told}\n{ran}");
                }
            }
            assert_eq!(try_apply(lab, file)?.out, NOTHING, "{told}");
        }
        for (kind, least) in least {
            assert!(met.get(kind).is_some_and(|count| count >= least), "{kind:?}: too few for this file: {met:?}");
        }
        lab.note(format!("{met:?} of {program:?} met with {fault:?}"));
    }
    Ok(())
}

const DELAY: Duration = Duration::from_millis(20);

fn done(told: &Told) {
    assert_eq!(told.end, End::Done, "{told}");
}

/// What must be said when something was refused or not answered: what failed, what was done, what was not.
fn refused(program: Program, told: &Told) {
    match told.struck() {
        // Before anything is changed, or when all of it was.
        Some(Kind::Read) => {
            assert!(told.end == End::Failed && told.text.contains("can't list"), "{told}");
            let unread = "changes were made, and what came of them can't be read";
            assert!(program == Program::Apply || told.text.contains(unread) == told.is_underway(), "{told}");
        }
        Some(Kind::Write | Kind::Sysctl) => adds_up(program, told),
        // A driver that does not answer is part of the network all the same. What the file asks of it is told.
        _ if told.end == End::Done => {}
        _ => assert!(told.text.contains("tso-offload"), "{told}"),
    }
}

/// One step is said to be refused, and what was done and what was not make up the whole.
fn adds_up(program: Program, told: &Told) {
    let (mark, of, not_done): (_, _, &[&str]) = match program {
        Program::Apply => ("Stopped: ", " of ", &[]),
        Program::Ifreload => ("error: ifreload: ", " of ", &[": can't ", ": not done: ", ": undone again: "]),
    };
    let counts = told.text.lines().find_map(|line| line.strip_prefix(mark)?.split_once(of));
    let (done, rest) = counts.unwrap_or_else(|| panic!("{told}"));
    let first_number =
        |text: &str| text.split(|c: char| !c.is_ascii_digit()).find_map(|word| word.parse::<usize>().ok());
    let (done, total) = (first_number(done), first_number(rest));
    let not: usize = match program {
        // Each in a line of its own behind that: `  4/15 put enp3s0 into bond0`.
        Program::Apply => {
            let each = |line: &&str| line.starts_with("  ") && first_number(line).is_some() && line.contains('/');
            told.text.lines().skip_while(|line| !line.starts_with(mark)).filter(each).count()
        }
        Program::Ifreload => told.text.lines().filter(|line| not_done.iter().any(|word| line.contains(word))).count(),
    };
    assert!(not > 0 && told.text.contains("refused"), "{told}");
    assert_eq!(done.map(|done| done + not), total, "{told}");
    assert_eq!(told.end, End::Failed, "{told}");
}

/// `EPERM`, as a security module gives it for one request and not for the next.
fn eperm() -> i32 {
    rustix::io::Errno::PERM.raw_os_error()
}

fn each_request_of_apply_refused(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Apply, Fault::Refused(eperm()), |told| refused(Program::Apply, told))
}

fn each_request_of_apply_delayed(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Apply, Fault::Delayed(DELAY), done)
}

fn each_request_of_apply_interrupted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Apply, Fault::Interrupted, done)
}

/// The kernel has done what it does not say: the report calls it refused, and the second run finds it done.
fn each_request_of_apply_left_without_an_answer(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Apply, Fault::Unanswered, |told| refused(Program::Apply, told))
}

fn each_request_of_ifreload_refused(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Ifreload, Fault::Refused(eperm()), |told| refused(Program::Ifreload, told))
}

fn each_request_of_ifreload_delayed(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Ifreload, Fault::Delayed(DELAY), done)
}

fn each_request_of_ifreload_interrupted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Ifreload, Fault::Interrupted, done)
}

/// The kernel has done what it does not say: the report calls it refused, and the second run finds it done.
fn each_request_of_ifreload_left_without_an_answer(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Program::Ifreload, Fault::Unanswered, |told| refused(Program::Ifreload, told))
}
