//! One test, run once: in a thread and a network namespace of its own, within a limit of time.

use std::any::Any;
use std::cell::RefCell;
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Once, PoisonError, RwLock, mpsc};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::{Case, Lab, Venue};

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// Why it failed; `None` when it passed.
    pub failure: Option<String>,
    /// What it measured or noticed, a line each.
    pub notes: Vec<String>,
    /// What it found, for the host's side of its program to judge ([`crate::Extra`]).
    pub finding: Option<String>,
    /// How long it took, by the clock of the kernel that it ran on.
    pub took: Duration,
}

/// Held by each test while it runs: shared, or alone.
static TURN: RwLock<()> = RwLock::new(());

/// Runs a test to its end or to the limit. A test that does not end is left behind in its thread and namespace.
#[must_use]
pub fn attempt(case: Case, venue: Venue, limit: Duration) -> Ended {
    remember_panics();
    let (_shared, _alone) = if case.alone {
        (None, Some(TURN.write().unwrap_or_else(PoisonError::into_inner)))
    } else {
        (Some(TURN.read().unwrap_or_else(PoisonError::into_inner)), None)
    };
    let start = Instant::now();
    let (sender, receiver) = mpsc::channel();
    let thread = std::thread::Builder::new().name(case.name().to_owned());
    let spawned = thread.spawn(move || {
        // Nobody listens any more once the limit has passed.
        let _ = sender.send(run(case, venue));
    });
    let ended = match spawned {
        Err(error) => Ended::failed(format!("can't start a thread: {error}")),
        Ok(_) => receiver.recv_timeout(limit).unwrap_or_else(|error| match error {
            mpsc::RecvTimeoutError::Timeout => Ended::failed(format!("still running after {limit:?}")),
            mpsc::RecvTimeoutError::Disconnected => Ended::failed("its thread ended without a word".to_owned()),
        }),
    };
    Ended { took: start.elapsed(), ..ended }
}

impl Ended {
    fn failed(why: String) -> Self {
        Self { failure: Some(why), notes: Vec::new(), finding: None, took: Duration::ZERO }
    }
}

/// How long it took is left for the caller to say.
fn run(case: Case, venue: Venue) -> Ended {
    let mut lab = match Lab::new(venue) {
        Ok(lab) => lab,
        Err(error) => return Ended::failed(format!("can't set up the lab: {}", chain(&error))),
    };
    lab.member = case.member;
    let failure = match catch_unwind(AssertUnwindSafe(|| (case.run)(&mut lab))) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(chain(error.as_ref())),
        Err(panic) => Some(take_panic(panic.as_ref())),
    };
    Ended { failure, notes: lab.take_notes(), finding: lab.take_finding(), took: Duration::ZERO }
}

/// An error with its causes, apart by colons.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        // Many errors repeat their cause in their own words.
        if !out.contains(&text) {
            out.push_str(": ");
            out.push_str(&text);
        }
        source = cause.source();
    }
    out
}

thread_local! {
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps the message and place of a panic for the thread's report, besides printing them.
fn remember_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANIC.set(Some(info.to_string()));
            before(info);
        }));
    });
}

/// What the panic that was just caught in this thread, or handed to it by [`hand_on_panic`], said.
pub(crate) fn take_panic(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<String>().cloned();
    let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    PANIC.take().or(text).unwrap_or_else(|| "a panic without a message".to_owned())
}

/// Goes on with another thread's panic in this one.
pub(crate) fn hand_on_panic(payload: Box<dyn Any + Send>, said: String) -> ! {
    PANIC.set(Some(said));
    std::panic::resume_unwind(payload)
}
