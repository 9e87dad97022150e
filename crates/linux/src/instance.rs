//! One at a time: a lock that says who is at work, and facts of this start of the host.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};
use rustix::time::{ClockId, clock_gettime};

/// A lock, held until this is dropped or the process dies.
#[derive(Debug)]
pub struct Held(#[expect(dead_code, reason = "the lock goes with the file")] File);

/// Takes a lock, making its folder where that is missing. `None`: another has it, and `waits` is false.
///
/// # Errors
/// When the file can't be made or locked.
pub fn hold(path: &Path, waits: bool) -> io::Result<Option<Held>> {
    if let Some(folder) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o755).create(folder)?;
    }
    let file = OpenOptions::new().append(true).create(true).mode(0o600).custom_flags(libc::O_NOFOLLOW).open(path)?;
    let how = if waits { FlockOperation::LockExclusive } else { FlockOperation::NonBlockingLockExclusive };
    loop {
        match flock(&file, how) {
            Ok(()) => return Ok(Some(Held(file))),
            Err(rustix::io::Errno::INTR) => {}
            Err(rustix::io::Errno::WOULDBLOCK) if !waits => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

/// The name of this start of the host.
///
/// # Errors
/// Without /proc.
pub fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().to_owned())
}

/// The time since the host started, its sleep included (`CLOCK_BOOTTIME`): nobody sets it.
#[must_use]
pub fn since_boot() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Seconds since 1970, as the host's clock has it.
#[must_use]
pub fn wall_clock() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// So many letters and digits by chance, of those that nobody mistakes for another.
///
/// # Errors
/// Without /dev/urandom.
pub fn token(length: usize) -> io::Result<String> {
    // 32 of them, so that each is as likely as any other.
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz234567892";
    let mut bytes = vec![0; length];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
}

/// Leaves the terminal's session, so that its end does not reach this process.
pub fn leave_session() {
    // A leader of a process group can't (EPERM); then it leads one already, and SIGHUP is ignored in any case.
    let _ = rustix::process::setsid();
}
