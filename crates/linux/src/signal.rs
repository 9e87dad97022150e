//! Signals.

/// Lets this process go on when its terminal goes away (`SIGHUP`), as an SSH session does whose network is being changed.
#[allow(unsafe_code, reason = "there is no safe call that ignores a signal")]
pub fn outlive_the_terminal() {
    // SAFETY: `SIG_IGN` runs no code of ours, and no other thread of this program handles SIGHUP. It can't fail: the
    // signal's number is valid and may be ignored (signal(2)).
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
}
