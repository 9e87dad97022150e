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
pub fn until(what: &str, mut check: impl FnMut() -> Result<bool, Box<dyn Error>>) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    while !check()? {
        if start.elapsed() > LIMIT {
            return Err(Box::new(NeverHappened { what: what.to_owned(), limit: LIMIT }));
        }
        std::thread::sleep(POLL);
    }
    Ok(())
}
