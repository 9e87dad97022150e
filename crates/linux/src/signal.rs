//! Signals.

/// Lets this process go on when its terminal goes away (`SIGHUP`), as an SSH session does whose network is being changed.
#[allow(unsafe_code, reason = "there is no safe call that ignores a signal")]
pub fn outlive_the_terminal() {
    // SAFETY: `SIG_IGN` runs no code of ours, and no other thread of this program handles SIGHUP. It can't fail: the
    // signal's number is valid and may be ignored (signal(2)).
    unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
}

/// Signals that ask this process to end, held back from the calling thread until this is dropped.
#[must_use = "the signals are let through when this is dropped"]
pub struct HeldSignals {
    before: libc::sigset_t,
}

/// Holds back what a person or the system ends a program with (`SIGINT`, `SIGTERM`, `SIGQUIT`): a bond that is down for
/// an option is to come up again first. What came meanwhile takes effect when the value is dropped. For a program of one
/// thread; others would take the signal in this one's place.
#[allow(unsafe_code, reason = "there is no safe call that masks a signal")]
pub fn hold_signals() -> HeldSignals {
    let (mut held, mut before) = (std::mem::MaybeUninit::uninit(), std::mem::MaybeUninit::uninit());
    // SAFETY: both sets are ours and alive; `sigemptyset` fills the first, `pthread_sigmask` the second. None of them can
    // fail: the signals' numbers and the way are valid (sigsetops(3), pthread_sigmask(3)).
    let before = unsafe {
        libc::sigemptyset(held.as_mut_ptr());
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGQUIT] {
            libc::sigaddset(held.as_mut_ptr(), signal);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, held.as_ptr(), before.as_mut_ptr());
        before.assume_init()
    };
    HeldSignals { before }
}

impl Drop for HeldSignals {
    #[allow(unsafe_code, reason = "there is no safe call that masks a signal")]
    fn drop(&mut self) {
        // SAFETY: the set was filled by `pthread_sigmask`; without a third argument it only reads.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut()) };
    }
}
