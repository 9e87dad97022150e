//! `ifreload` under the guard: it tells the guard before it changes anything, makes the change itself, with its hooks, says
//! that it is done, and waits for the end. What happens to it meanwhile, the guard sees to: `bowline guard-reload`, a
//! process of its own.
//!
//! ```text
//!  ifreload ──starts──▶ bowline guard-reload: snapshot, what works, journal
//!      │ ◀── begun ───────────┤
//!      │ the change            │ ifreload's end before that: back to the snapshot
//!      │ ──── done ──────────▶│
//!      │ ◀── ended ────────────┤ what worked works: kept; else back to the snapshot
//! ```

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use guard::{Ending, News, Record, Reply, Request, Stage};
use linux::{Disk, Vault};
use record::client::{self, Client, Said};
use record::{process, who};

use crate::settings::own::Guard;

/// How long it is waited for the guard to listen, or for the one that takes over for a dead one.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the guard may take until it has begun: it asks neighbours, and a disk may be slow.
const BEGIN: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(5);

/// Why a reload could not be guarded.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// It can't be started.
    #[error("the guard can't be started; nothing was changed")]
    Start(#[source] io::Error),
    /// It can't be talked to.
    #[error("the guard can't be reached; nothing was changed")]
    Reach(#[source] io::Error),
    /// It goes back already, or is gone.
    #[error("the guard undoes this change, or is gone; no more is changed")]
    Undone,
    /// It did not begin.
    #[error("the guard did not begin; nothing was changed: {0}")]
    NotBegun(String),
}

/// The guard of a reload.
#[derive(Debug)]
pub struct Companion {
    client: Client,
    disk: Disk,
    /// The transaction's name.
    id: String,
    /// Whether anything was disturbed.
    pub disturbs: bool,
}

impl Companion {
    /// Starts the guard, and waits until it has noted where it begins.
    ///
    /// # Errors
    /// Nothing may be changed then.
    pub fn begin(program: &Path, disk: &Disk, settings: Guard, steps: usize) -> Result<Self, GuardError> {
        let own = std::process::id();
        let by = format!("{}, by ifreload", who::asks());
        let number = |number: u64| OsString::from(number.to_string());
        let mut words: Vec<OsString> = vec!["guard-reload".into(), "--process".into(), number(own.into())];
        words.extend(["--within".into(), number(settings.within.as_secs())]);
        words.extend(["--grace".into(), number(settings.grace.as_secs())]);
        words.extend(["--settle".into(), number(settings.settle.as_secs())]);
        words.extend(["--steps".into(), number(steps as u64), "--by".into(), by.into()]);
        if let Some(root) = &disk.root {
            words.extend(["--root".into(), root.as_os_str().to_owned()]);
        }
        let unit = linux::instance::token(6).map_err(GuardError::Start)?;
        let root = disk.root.as_deref();
        process::start_guard(program, &format!("reload-{unit}"), &words, root).map_err(GuardError::Start)?;
        let client = begun(&disk.locate(Path::new(client::PATH)))?;
        let id = open_id(disk).ok_or_else(|| GuardError::NotBegun("its journal can't be read".to_owned()))?;
        Ok(Self { client, disk: disk.clone(), id, disturbs: false })
    }

    /// Looks whether more may be changed: not once the guard goes back, or is gone, for whoever follows it does so.
    ///
    /// # Errors
    /// When it may not.
    pub fn may_go_on(&mut self) -> Result<(), GuardError> {
        match self.client.reply_to(&Request::Look) {
            Ok(Reply::Stands { stage: Stage::Changing, .. }) => Ok(()),
            _ => Err(GuardError::Undone),
        }
    }

    /// Says that the change is made, or, with `failed`, that it is to be undone; and waits for the end. `tell` hears how it
    /// goes on. `None`: nobody can say how it ended.
    pub fn conclude(mut self, failed: bool, tell: &mut dyn FnMut(&News)) -> Option<Ending> {
        let request = if failed {
            Request::GiveUp { by: "ifreload".to_owned() }
        } else {
            Request::Done { disturbs: self.disturbs }
        };
        // A guard that is gone is followed by the one that watched it, which undoes the change in any case.
        let mut said = self.client.ask(&request);
        loop {
            let heard = said.and_then(|()| self.client.hear(None));
            match heard {
                Ok(Some(Said::News(News::Ended { ending }))) => return Some(ending),
                Ok(Some(Said::News(news))) => tell(&news),
                // Where it is too late for that, it is being undone already, and the news say why.
                Ok(_) => {}
                Err(_) => match self.next() {
                    // It waits for this one to make no more changes.
                    Next::Guard(client) => {
                        self.client = client;
                        said = self.client.ask(&request);
                        continue;
                    }
                    Next::Over(ending) => return ending,
                },
            }
            said = Ok(());
        }
    }

    /// Whoever took over from a guard that is gone, or how it ended.
    fn next(&self) -> Next {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(ending) = self.past() {
                return Next::Over(Some(ending));
            }
            if let Ok(Some(client)) = Client::connect(&self.disk.locate(Path::new(client::PATH))) {
                return Next::Guard(client);
            }
            if Instant::now() >= end {
                return Next::Over(None);
            }
            sleep(PAUSE);
        }
    }

    fn past(&self) -> Option<Ending> {
        let bytes = Vault::new(self.disk.clone()).past_journal(&self.id).ok()??;
        guard::journal::read(&bytes).records.into_iter().find_map(|record| match record {
            Record::Ended { ending } => Some(ending),
            _ => None,
        })
    }
}

enum Next {
    Guard(Client),
    Over(Option<Ending>),
}

/// Connects to the guard, and waits until it has begun. One that is just ending may be met first: it goes away.
fn begun(socket: &Path) -> Result<Client, GuardError> {
    let end = Instant::now() + BEGIN;
    let mut client = connect(socket)?;
    loop {
        match client.hear(Some(end.saturating_duration_since(Instant::now()))) {
            Ok(Some(Said::News(News::Begun))) => return Ok(client),
            Ok(Some(Said::News(News::Ended { ending: Ending::NotBegun { why } }))) => {
                return Err(GuardError::NotBegun(why));
            }
            _ if Instant::now() >= end => return Err(GuardError::NotBegun("it takes too long".to_owned())),
            Ok(_) => {}
            Err(_) => client = connect(socket)?,
        }
    }
}

fn connect(socket: &Path) -> Result<Client, GuardError> {
    let end = Instant::now() + PATIENCE;
    loop {
        match Client::connect(socket) {
            Ok(Some(client)) => return Ok(client),
            Ok(None) if Instant::now() < end => sleep(PAUSE),
            Ok(None) => return Err(GuardError::Reach(io::ErrorKind::TimedOut.into())),
            Err(error) => return Err(GuardError::Reach(error)),
        }
    }
}

/// The name of the transaction that is open.
fn open_id(disk: &Disk) -> Option<String> {
    let bytes = Vault::new(disk.clone()).open_journal().ok()??;
    guard::journal::read(&bytes).records.into_iter().find_map(|record| match record {
        Record::Begun(begun) => Some(begun.id),
        _ => None,
    })
}

/// The program that guards, where its package or its build has it: beside this one, or in /usr/bin.
#[must_use]
pub fn program() -> PathBuf {
    let beside = std::env::current_exe().ok().map(|own| own.with_file_name("bowline"));
    beside.filter(|path| path.exists()).unwrap_or_else(|| "/usr/bin/bowline".into())
}
