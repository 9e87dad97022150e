//! Waiting for the kernel: always for something, never for a time, and never without end.

use std::error::Error;
use std::time::{Duration, Instant};

/// What was waited for did not happen.
#[derive(Debug, thiserror::Error)]
#[error("{what} did not happen within {limit:?}")]
pub struct NeverHappened {
    what: String,
    limit: Duration,
}

/// How long to wait for anything that the kernel does by itself: LACP's slowest timer within a test is 3 s.
const LIMIT: Duration = Duration::from_secs(60);
/// The guest's clock ticks each 10 ms.
const POLL: Duration = Duration::from_millis(10);

/// Waits until `check` holds. The limit is far above what it can take on a busy machine: it is no measurement.
///
/// # Errors
/// The check's own; [`NeverHappened`] after the limit.
pub fn until(what: &str, check: impl FnMut() -> Result<bool, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    until_within(LIMIT, what, check)
}

/// The same with a limit of one's own, for what takes a minute and more by a timer of the driver's. A test has 600 s.
///
/// # Errors
/// The check's own; [`NeverHappened`] after the limit.
pub fn until_within(
    limit: Duration,
    what: &str,
    mut check: impl FnMut() -> Result<bool, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    while !check()? {
        if start.elapsed() > limit {
            return Err(Box::new(NeverHappened { what: what.to_owned(), limit }));
        }
        std::thread::sleep(POLL);
    }
    Ok(())
}
