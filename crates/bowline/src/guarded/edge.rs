//! The clock, the files and the kernel of a transaction.

use std::error::Error;
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use guard::journal::Writer;
use guard::{Action, Answer, Edge, Ending, Evidence, Input, News, Reply};
use linux::staged::PATIENCE;
use linux::{Journal, Staging, Vault, instance};
use network::Host;
use record::lock::Lock;

use super::control::Control;
use super::files::{self, Pair};
use super::remembers::{Remembers, lock_to_go_back};
use super::senses::Senses;
use super::signs::Signs;
use crate::error::Failure;

/// How often the watch is looked after, at least.
const LOOK: Duration = Duration::from_millis(500);
/// How often it is looked whether what worked works.
const EVIDENCE: Duration = Duration::from_secs(2);

/// The real thing.
pub struct Real<'a> {
    pub(super) host: &'a mut dyn Host,
    pub(super) vault: Vault,
    pub(super) staging: Staging,
    pub(super) journal: Journal,
    pub(super) writer: Writer,
    pub(super) control: Control,
    pub(super) id: String,
    pub(super) pair: Pair,
    /// Why it is undone, for the file that is rejected.
    pub(super) reason: String,
    /// A host that starts finds a staged file that must not come to count: Proxmox would see to that.
    pub(super) rejects_staged: bool,
    /// What the host's files are below.
    pub(super) root: Option<PathBuf>,
    /// The process that makes the change where the guard does not, as long as it is there. It has the lock of all reloads,
    /// and remembers what was done.
    pub(super) front: Option<u32>,
    /// That lock, once that process is gone.
    pub(super) alone: Option<Lock>,
    /// All is done, and it waits to be confirmed.
    pub(super) waits: bool,
    /// What is looked for while it waits.
    pub(super) signs: Option<Signs>,
    /// Whom that is asked of.
    pub(super) senses: &'a mut dyn Senses,
    /// When that was looked for last; `None`: not since it waits.
    pub(super) looked: Option<Duration>,
    /// What is to be remembered once it is confirmed, or why that can't be told.
    pub(super) remembers: Option<Result<Remembers, Failure>>,
    /// The process that takes over when this one dies.
    pub(super) watch: Watch<'a>,
}

/// The process that takes over when this one dies.
pub struct Watch<'a> {
    pub(super) start: Box<dyn FnMut() -> std::io::Result<Child> + 'a>,
    pub(super) child: Option<Child>,
    /// Whether there is to be one.
    pub(super) watched: bool,
}

impl Watch<'_> {
    /// Starts one where none runs.
    pub(super) fn look_after(&mut self) {
        let runs = self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)));
        if self.watched && !runs {
            // Without one the transaction goes on; the next look tries again.
            self.child = (self.start)().ok();
        }
    }
}

/// What it means that a change is not remembered.
const FORGOTTEN: &str = "the change is kept, but not noted for the next ifreload, which runs its hooks once more";

/// An error with its causes.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        out = format!("{out}: {error}");
        cause = error.source();
    }
    out
}

fn answer<E: Error>(result: Result<(), E>) -> Answer {
    result.map_or_else(|error| Answer::Failed(chain(&error)), |()| Answer::Done)
}

impl Edge for Real<'_> {
    fn now(&mut self) -> Duration {
        instance::since_boot()
    }

    fn perform(&mut self, action: &Action) -> Answer {
        match action {
            Action::Append(record) => {
                if let guard::Record::RollingBack { reason } = record {
                    self.reason = reason.to_string();
                }
                let mut writer = self.writer.clone();
                match writer.line(record) {
                    Ok(line) => {
                        let written = self.journal.append(&line);
                        if written.is_ok() {
                            self.writer = writer;
                        }
                        answer(written)
                    }
                    Err(error) => Answer::Failed(error.to_string()),
                }
            }
            Action::Execute(change) => match self.host.execute(change) {
                Ok(()) => Answer::Done,
                Err(refusal) => Answer::Failed(refusal.to_string()),
            },
            Action::Observe => match self.host.observe() {
                Ok(network) => Answer::Observed(Box::new(network)),
                Err(error) => Answer::Failed(chain(&error)),
            },
            Action::Install => answer(self.staging.lock(PATIENCE).and_then(|it| files::install(&it, &self.pair))),
            Action::Restore => {
                let staged = self.pair.after.as_deref().filter(|_| self.rejects_staged);
                let locked = self.staging.lock(PATIENCE);
                answer(locked.and_then(|it| it.restore(self.pair.before.as_deref(), staged, &self.reason)))
            }
            Action::Close(ending) => self.close(ending),
        }
    }

    fn wait(&mut self, until: Duration) -> Option<Input> {
        loop {
            if self.front.is_some_and(|process| !self.control.hears(process)) {
                self.front = None;
                self.alone = lock_to_go_back(self.root.as_deref());
                return Some(Input::Abandoned);
            }
            let left = until.saturating_sub(instance::since_boot());
            if !left.is_zero() {
                self.watch.look_after();
                if let Some(seen) = self.evidence() {
                    return Some(Input::Evidence(seen));
                }
            }
            if let Some(request) = self.control.wait(left.min(LOOK)) {
                return Some(Input::Request(request));
            }
            if left <= LOOK {
                return None;
            }
        }
    }

    fn reply(&mut self, reply: &Reply) {
        self.control.reply(reply);
    }

    fn tell(&mut self, news: &News) {
        match news {
            News::Waiting { .. } => self.waits = true,
            News::RollingBack { .. } | News::Ended { .. } => self.waits = false,
            _ => {}
        }
        self.control.tell(news);
    }
}

impl Real<'_> {
    /// What works now, if it is time to look.
    fn evidence(&mut self) -> Option<Evidence> {
        let now = instance::since_boot();
        let is_due = self.looked.is_none_or(|looked| now.saturating_sub(looked) >= EVIDENCE);
        let signs = self.signs.as_ref().filter(|_| self.waits && is_due)?;
        // A kernel that can't be read now says nothing against the change.
        let seen = self.host.observe().ok().and_then(|network| signs.look(&network, self.senses).ok());
        // What does not answer is waited for, and nobody is heard meanwhile: so the pause begins afterwards.
        self.looked = Some(instance::since_boot());
        seen
    }

    /// Remembers for `ifreload` what was brought up. Nothing of the change depends on that, and a device that is not
    /// remembered is one that nobody takes away.
    fn remember(&mut self) -> Result<(), Failure> {
        match self.remembers.take() {
            None => Ok(()),
            Some(remembers) => remembers?.save(&self.host.observe()?),
        }
    }

    fn close(&mut self, ending: &Ending) -> Answer {
        match ending {
            Ending::NotBegun { .. } => answer(self.vault.forget()),
            Ending::RolledBack { .. } => answer(self.vault.put_away(&self.id)),
            Ending::Confirmed { .. } => {
                // Whoever made the change remembers it, and knows what of it went well.
                if self.front.is_none()
                    && let Err(failure) = self.remember()
                {
                    let text = format!("{FORGOTTEN}: {}", failure.chain());
                    self.control.tell(&News::Amiss { text });
                }
                // Only what really counts is the last good one. Another may have been renamed into its place meanwhile.
                let current = self.staging.read().ok().and_then(|texts| texts.current);
                let good = self.pair.after.as_deref().filter(|text| current.as_deref() == Some(*text));
                let kept = good.map_or(Ok(()), |text| self.vault.keep_good(text));
                answer(kept.and_then(|()| self.vault.put_away(&self.id)))
            }
        }
    }
}
