//! What `ifreload` and `bowline apply` remember for each other, across a guarded change: the lock that they share is the
//! guard's for as long as the change is open, and what was brought up is remembered once it is confirmed.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use guard::{Begun, Reply, Request, Stage};
use linux::staged::CURRENT;
use network::{IfName, Network};
use plan::Plan;
use record::lock::{Lock, LockError};

use super::control::Control;
use crate::error::Failure;
use crate::memory::{self, Memory};
use crate::source::{self, Understood};

/// How long a change that is to be undone waits for a reload that is at work. One that hangs must not keep the host from
/// going back.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// What is to be remembered of a change.
pub struct Remembers {
    memory: Memory,
    wanted: Network,
    touched: BTreeSet<IfName>,
}

impl Remembers {
    /// Of a change that is about to be made, from what was read to plan it.
    #[must_use]
    pub fn of(memory: Memory, wanted: &Network, plan: &Plan) -> Self {
        let touched = record::remember::touched(plan).into_iter().cloned().collect();
        Self { memory, wanted: wanted.clone(), touched }
    }

    /// Of a change that another makes, of these links, and may not live to remember.
    #[must_use]
    pub fn beside(memory: Memory, wanted: Network, touched: BTreeSet<IfName>) -> Self {
        Self { memory, wanted, touched }
    }

    /// Of a change that was confirmed, and whose guard died before this was written. The file that counts has to be the
    /// one that was confirmed, `after`.
    ///
    /// # Errors
    /// When the file can't be read, or is another one by now.
    pub fn again(root: Option<&Path>, begun: &Begun, after: Option<&[u8]>) -> Result<Self, Failure> {
        let configuration = source::load(root, Some(Path::new(CURRENT)))?;
        let text = configuration.files.first().map(|file| file.document.source());
        if text != after {
            return Err(Failure::Changed { path: CURRENT.into() });
        }
        let mut understood = source::understand(configuration, Some(&begun.snapshot));
        let memory = recall(root, &mut understood, &begun.snapshot);
        Ok(Self { memory, wanted: understood.resolved.wanted, touched: begun.touched.clone() })
    }

    /// Writes it, of the network as it is now.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn save(&mut self, now: &Network) -> Result<(), Failure> {
        // A device that is another one now than when the change began is one that the change touched.
        self.memory.note(&self.wanted, &self.touched.iter().collect(), now, now);
        self.memory.save()
    }
}

/// Reads what is remembered, and adds to what is wanted what follows from it.
pub fn recall(root: Option<&Path>, understood: &mut Understood, observed: &Network) -> Memory {
    let mut memory = Memory::read(root, understood);
    memory.add_to(understood, observed);
    memory
}

/// Takes the shared lock for a change that is to be undone: waits for a reload that is at work, but not for ever.
/// `None`: it goes back without it.
pub fn lock_to_go_back(root: Option<&Path>) -> Option<Lock> {
    let end = Instant::now() + PATIENCE;
    loop {
        match memory::lock(root) {
            Ok(lock) => return Some(lock),
            Err(Failure::Lock(LockError::Held)) if Instant::now() < end => std::thread::sleep(PAUSE),
            // Where /run can't be written there is no reload either; going back is what counts.
            Err(_) => return None,
        }
    }
}

/// Takes the shared lock for a change whose guard died while another made it: waits until that one is through or gone,
/// however long, for what it does after the host went back would stay. It sees before its next changes that its guard is
/// gone, and says so. `None`: it said so, and makes no more.
pub fn lock_after_another(root: Option<&Path>, control: &mut Control) -> Option<Lock> {
    loop {
        match memory::lock(root) {
            Ok(lock) => return Some(lock),
            Err(Failure::Lock(LockError::Held)) => {}
            Err(_) => return None,
        }
        let reply = match control.wait(PAUSE) {
            None => continue,
            Some(Request::Done { .. } | Request::GiveUp { .. }) => {
                control.reply(&Reply::TooLate);
                return None;
            }
            // It may change no more.
            Some(Request::Look) => Reply::Stands { stage: Stage::RollingBack, left: None },
            Some(Request::RollBack { .. }) => Reply::Taken,
            Some(Request::Confirm { .. } | Request::Extend { .. }) => Reply::TooLate,
        };
        control.reply(&reply);
    }
}
