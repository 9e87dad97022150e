//! How the guard and its watch are started: in a session of their own, and by systemd where
//! that runs the host.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The program that runs, even if it was replaced on the disk meanwhile.
pub const SELF: &str = "/proc/self/exe";
/// There where systemd runs the host (sd_booted(3)).
const SYSTEMD: &str = "/run/systemd/system";

/// Starts a hidden verb of `bowline` apart from the terminal.
///
/// # Errors
/// When it can't be started.
pub fn start(program: &Path, arguments: &[OsString]) -> io::Result<Child> {
    quiet(Command::new(program).args(arguments)).spawn()
}

/// Starts the guard: as a unit of systemd's where that runs the host, so that it belongs to no session; else as
/// [`start`]. The unit's end, however it comes, lets `bowline recover` look whether something is left to be undone.
///
/// # Errors
/// When it can't be started.
pub fn start_guard(program: &Path, id: &str, arguments: &[OsString], root: Option<&Path>) -> io::Result<()> {
    if root.is_none()
        && Path::new(SYSTEMD).is_dir()
        && let Ok(program) = std::fs::canonicalize(program)
    {
        let mut command = Command::new("systemd-run");
        command.args(["--quiet", "--collect", "--service-type=exec", "--property=TimeoutStopSec=2min"]);
        // What the change starts (a DHCP client) outlives it.
        command.arg("--property=KillMode=process");
        command.arg(format!("--unit=bowline-guard-{id}"));
        command.arg(format!("--property=ExecStopPost={} recover", program.display()));
        command.arg("--").arg(&program).args(arguments);
        if quiet(&mut command).status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        // What systemd does not take is started as elsewhere: a guard in a session of its own is a guard all the same.
    }
    start(program, arguments).map(drop)
}

fn quiet(command: &mut Command) -> &mut Command {
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}
