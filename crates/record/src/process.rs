//! How the guard and its watch are started: in a session of their own, and by systemd where
//! that runs the host.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The program that runs, even if it was replaced on the disk meanwhile.
pub const SELF: &str = "/proc/self/exe";
/// There where systemd runs the host (sd_booted(3)).
const SYSTEMD: &str = "/run/systemd/system";

/// How long systemd may take to start a unit: one that is busy, or waits for what waits for this, may never.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(5);

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
        && ends_well(&mut unit(&program, id, arguments), PATIENCE)
    {
        return Ok(());
    }
    // What systemd does not take is started as elsewhere: a guard in a session of its own is a guard all the same.
    start(program, arguments).map(drop)
}

/// What has systemd start the guard.
fn unit(program: &Path, id: &str, arguments: &[OsString]) -> Command {
    let mut command = Command::new("systemd-run");
    command.args(["--quiet", "--collect", "--service-type=exec", "--property=TimeoutStopSec=2min"]);
    // What the change starts (a DHCP client) outlives it.
    command.arg("--property=KillMode=process");
    // A change at the start of the host waits for it, and basic.target may wait for that change.
    command.args(["DefaultDependencies=no", "Conflicts=shutdown.target", "Before=shutdown.target"].map(property));
    command.arg(format!("--unit=bowline-guard-{id}"));
    command.arg(format!("--property=ExecStopPost={} recover", program.display()));
    command.arg("--").arg(program).args(arguments);
    command
}

fn property(text: &str) -> String {
    format!("--property={text}")
}

/// Whether a command ends by itself in that time, and well. One that does not is ended.
fn ends_well(command: &mut Command, patience: Duration) -> bool {
    let Ok(mut child) = quiet(command).spawn() else { return false };
    let end = Instant::now() + patience;
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if Instant::now() < end => sleep(PAUSE),
            _ => {
                // It may have ended right now; it is waited for so that it does not stay as a zombie.
                let _ = child.kill();
                return child.wait().is_ok_and(|status| status.success());
            }
        }
    }
}

fn quiet(command: &mut Command) -> &mut Command {
    command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_too_long_is_ended() {
        let shell = |text: &str, patience| ends_well(Command::new("sh").args(["-c", text]), patience);
        let long = Duration::from_secs(600);
        assert!(shell("exit 0", long) && !shell("exit 1", long));
        assert!(!shell("exec sleep 600", Duration::ZERO));
        assert!(!ends_well(&mut Command::new("/nonexistent"), long));
    }

    #[test]
    fn the_unit_waits_for_no_target() {
        let command = unit(Path::new("/usr/bin/bowline"), "7", &["guard-reload".into()]);
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        for word in [
            "--property=DefaultDependencies=no",
            "--property=Conflicts=shutdown.target",
            "--property=Before=shutdown.target",
            "--property=ExecStopPost=/usr/bin/bowline recover",
        ] {
            assert!(words.iter().any(|found| found == word), "{word} in {words:?}");
        }
        assert!(words.ends_with(&["--".into(), "/usr/bin/bowline".into(), "guard-reload".into()]), "{words:?}");
    }
}
