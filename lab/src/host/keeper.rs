//! The keeper: it starts user-mode-linux and sees to it that nothing of it outlives us.
//!
//! User-mode-linux is several processes, and they get a process group of their own, so that we can end them all. But
//! then Ctrl-C at a terminal, or a kill of ours, would leave them running. So a second process of this program stands
//! between: it waits for the end of its standard input, which comes with our end however we end, and then ends the group
//! and takes the scratch folder away.

use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Mutex;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// The argument by which the keeper knows itself; the scratch folder, the program and its arguments follow.
pub const MARK: &str = "--lab-keeper";

/// Starts a program through a keeper, its output in pipes. Dropping the keeper's standard input ends the program.
pub(super) fn start(
    scratch: &Path,
    program: &Path,
    arguments: &[OsString],
    environment: &[(&str, OsString)],
) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(MARK)
        .arg(scratch)
        .arg(program)
        .args(arguments)
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Ctrl-C at a terminal goes to the group in the foreground, which the keeper must outlive.
        .process_group(0)
        .spawn()
}

/// Held by who ends the group, and to the end of this process by who reaps its leader.
static ENDING: Mutex<()> = Mutex::new(());

/// The keeper's main.
pub fn main(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let (Some(scratch), Some(program)) = (arguments.next().map(PathBuf::from), arguments.next()) else {
        eprintln!("lab: {MARK} is for the lab itself");
        return ExitCode::FAILURE;
    };
    let mut child = match Command::new(&program).args(arguments).stdin(Stdio::null()).process_group(0).spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("lab: can't start {}: {error}", program.display());
            return ExitCode::FAILURE;
        }
    };
    let group = Pid::from_child(&child);
    std::thread::spawn(move || {
        // Nothing is ever written there; an error means the same as the end.
        let _ = io::stdin().read_to_end(&mut Vec::new());
        let _turn = ENDING.lock();
        end(group);
    });
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(group), options), Err(rustix::io::Errno::INTR)) {}
    // The kernel's own process has ended; its helpers may be left. Only then is it reaped: until then the number is ours.
    let _turn = ENDING.lock();
    end(group);
    let _ = child.wait();
    // In vain when the one who made it took it away.
    let _ = std::fs::remove_dir_all(scratch);
    ExitCode::SUCCESS
}

fn end(group: Pid) {
    match kill_process_group(group, Signal::KILL) {
        Ok(()) | Err(rustix::io::Errno::SRCH) => {}
        Err(error) => eprintln!("lab: can't end the process group {group:?}: {error}"),
    }
}
