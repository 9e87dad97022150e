//! The most memory that a program had.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::process::{Finished, ProcessError, name};

/// How often is looked. The kernel keeps the maximum itself, so only what a program takes in its very last moments, when
/// it mostly takes nothing, can be missed.
const PERIOD: Duration = Duration::from_micros(200);

/// Runs a program to its end and gives the most memory that it had resident at once, in KiB. What it takes is no figure:
/// looking costs time.
///
/// # Errors
/// As [`crate::process::run`].
pub fn peak(command: &mut Command, folder: &Path, limit: Duration) -> Result<(Finished, u64), ProcessError> {
    let (out, program) = (folder.join("out"), name(command));
    let file = fs::File::create(&out).map_err(|source| ProcessError::Output { path: out.clone(), source })?;
    let start = Instant::now();
    command.stdin(Stdio::null()).stdout(file).stderr(Stdio::inherit());
    let mut child = command.spawn().map_err(|source| ProcessError::Start { program: program.clone(), source })?;
    let status_file = format!("/proc/{}/status", child.id());
    let mut most = 0;
    loop {
        let ended = child.try_wait().map_err(|source| ProcessError::Wait { program: program.clone(), source })?;
        match ended {
            Some(status) if status.success() => return Ok((Finished { took: start.elapsed(), out }, most)),
            Some(status) => return Err(ProcessError::Failed { program, status, said: String::new() }),
            None if start.elapsed() > limit => {
                let failed = |source| ProcessError::Wait { program: program.clone(), source };
                child.kill().map_err(failed)?;
                child.wait().map_err(failed)?;
                return Err(ProcessError::TimeOut { program, limit });
            }
            None => {}
        }
        // It may be gone by now, and then it has no memory to tell of.
        most = most.max(fs::read_to_string(&status_file).ok().as_deref().and_then(high_water).unwrap_or(0));
        std::thread::sleep(PERIOD);
    }
}

/// `VmHWM` of /proc/PID/status, in KiB.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::high_water;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t    1234 kB\nVmRSS:\t 1 kB\n"), Some(1234));
        assert_eq!(high_water("Name:\tx\n"), None);
    }
}
