//! The guard as a process, and SIGKILL.

use std::error::Error;
use std::process::{Child, Command, ExitCode, Stdio};

use bowline::error::Failure;
use bowline::guarded::senses::Blind;
use bowline::guarded::serve::{self, Asked, Ground, Order};
use guard::{Edge, Transaction};
use lab::{Lab, until};
use linux::{Linux, Vault, digest};
use network::Host;
use rustix::process::Signal;

use super::accident::{Accident, Prone};
use super::points::{Stage, open_folder};
use super::{kinds, reload, state};

lab::test!(a_killed_guard_is_taken_over_by_its_watch, both_killed_and_recover_restores);

/// A guard that sends itself a signal at an action: `guard-dies SIGNAL AT ROOT DIGEST`.
const DIES: &str = "guard-dies";

/// Does the work of this process if it is a guard or a watch, which the program under test starts.
pub(crate) fn take_part() -> Option<ExitCode> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.get(1).map(String::as_str) {
        Some("guard-run" | "guard-reload" | "guard-watch") => {
            let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
            Some(bowline::run(arguments, &mut bowline::Io::plain(&mut out, &mut err)).into())
        }
        Some(reload::RELOAD) => Some(reload::reload(arguments.get(2).map(String::as_str).unwrap_or_default().as_ref())),
        Some(DIES) => Some(dies(&arguments[2..])),
        _ => None,
    }
}

fn dies(arguments: &[String]) -> ExitCode {
    let [signal, at, root, digest] = arguments else { return ExitCode::from(2) };
    let signal = if signal == "KILL" { Signal::KILL } else { Signal::STOP };
    let at = at.parse().ok().map(|at| (at, Accident::DiesAfter));
    let kill = || {
        let own = rustix::process::getpid();
        rustix::process::kill_process(own, signal).expect("a process may signal itself");
    };
    let mut drive = |transaction: &mut Transaction, edge: &mut dyn Edge| {
        guard::run(transaction, &mut Prone::new(edge, at, false, &kill))
    };
    let mut open = || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
    let order = Order {
        asked: Asked::default(),
        token: "token".to_owned(),
        id: "1".to_owned(),
        by: "a test".to_owned(),
        digest: digest.clone(),
        listener: false,
    };
    let Ok(boot) = serve::this_boot() else { return ExitCode::from(2) };
    let root = std::path::Path::new(root);
    let mut ground =
        Ground { root: Some(root), boot, open: &mut open, senses: &mut Blind, watched: true, drive: &mut drive };
    match serve::run(&mut ground, &order) {
        Ok(Some(_)) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

/// Starts a guard that gets that signal after so many actions, in the calling thread's namespace.
fn start(lab: &Lab, kind: &kinds::Kind, signal: &str, at: usize) -> Result<Child, Box<dyn Error>> {
    std::fs::write(lab.folder().join("etc/network/interfaces.new"), &kind.after)?;
    let mut command = Command::new("/proc/self/exe");
    command.arg(DIES).arg(signal).arg(at.to_string()).arg(lab.folder()).arg(digest(kind.after.as_bytes()));
    Ok(command.stdin(Stdio::null()).spawn()?)
}

fn a_killed_guard_is_taken_over_by_its_watch(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let kind = kinds::to_active_backup();
    let stage = Stage::set(lab, &kind)?;
    let mut killed = 0;
    for at in (0..60).step_by(4) {
        let mut guard = start(lab, &kind, "KILL", at)?;
        let ended = guard.wait()?;
        killed += usize::from(!ended.success());
        until("the watch's bringing it to its end", || Ok(!open_folder(lab.folder()).exists()))?;
        let differs = state::differences(&stage.before, &Linux::open()?.observe()?);
        assert!(differs.is_empty(), "killed at {at}: {}", differs.join("\n"));
        assert_eq!(std::fs::read_to_string(lab.folder().join("etc/network/interfaces"))?, kind.before);
        // The watch may still hold the lock for a moment.
        let lock = lab.folder().join("run/bowline/lock");
        until("the lock's being free", || Ok(linux::instance::hold(&lock, false)?.is_some()))?;
    }
    assert!(killed > 5, "{killed} guards were killed");
    lab.note(format!("{killed} guards killed by SIGKILL"));
    Ok(())
}

fn both_killed_and_recover_restores(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let kind = kinds::to_lacp();
    let stage = Stage::set(lab, &kind)?;
    for at in [3, 9, 15] {
        // It stands still in the middle of it, and so can't be missed.
        let mut guard = start(lab, &kind, "STOP", at)?;
        until("the guard's standing still", || Ok(stat(guard.id())?.0 == 'T'))?;
        let watches = watches_of(guard.id())?;
        guard.kill()?;
        watches.iter().try_for_each(|pid| kill(*pid))?;
        guard.wait()?;
        let lock = lab.folder().join("run/bowline/lock");
        until("both processes' end", || Ok(linux::instance::hold(&lock, false)?.is_some()))?;
        let vault = Vault::new(linux::Disk { root: Some(lab.folder().to_owned()) });
        if vault.open_journal()?.is_some() {
            let mut open =
                || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
            let mut drive = guard::run;
            let root = Some(lab.folder());
            let boot = serve::this_boot()?;
            let mut ground =
                Ground { root, boot, open: &mut open, senses: &mut Blind, watched: false, drive: &mut drive };
            serve::finish(&mut ground, false)?;
        }
        let differs = state::differences(&stage.before, &Linux::open()?.observe()?);
        assert!(differs.is_empty(), "killed after line {at}: {}", differs.join("\n"));
        assert_eq!(std::fs::read_to_string(lab.folder().join("etc/network/interfaces"))?, kind.before);
    }
    Ok(())
}

/// The processes that a guard has started.
fn watches_of(guard: u32) -> Result<Vec<i32>, Box<dyn Error>> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(pid) = entry?.file_name().to_string_lossy().parse::<u32>() else { continue };
        // One that has just ended has no parent any more.
        if stat(pid).is_ok_and(|(_, parent)| parent == guard) {
            out.push(i32::try_from(pid)?);
        }
    }
    assert!(!out.is_empty(), "the guard has no watch");
    Ok(out)
}

/// The state of a process, and its parent (proc(5), /proc/PID/stat: the name before them is in brackets).
fn stat(pid: u32) -> Result<(char, u32), Box<dyn Error>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let rest = text.rsplit_once(") ").ok_or("no name in stat")?.1;
    let mut words = rest.split(' ');
    let state = words.next().and_then(|word| word.chars().next()).ok_or("no state")?;
    Ok((state, words.next().ok_or("no parent")?.parse()?))
}

fn kill(pid: i32) -> Result<(), Box<dyn Error>> {
    let pid = rustix::process::Pid::from_raw(pid).ok_or("no process has the number 0")?;
    match rustix::process::kill_process(pid, Signal::KILL) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
