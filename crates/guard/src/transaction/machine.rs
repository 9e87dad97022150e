//! The machine.

use std::time::Duration;

use network::{Change, Network, Property};
use plan::{Plan, Step};

use super::back::{Back, Undoing};
use super::{Action, Answer, Confirmation, Reply, Request, Settings, Stage};
use crate::Evidence;
use crate::journal::{Begun, Ending, Reason, Record};

/// How long another may take to make the change: hooks and leases are waited for, and each of them has a bound of its own.
const WORK: Duration = Duration::from_secs(3600);

/// A change that undoes itself unless it is confirmed. See the module for its states.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub(super) begun: Begun,
    settings: Settings,
    steps: Vec<Step>,
    wanted: Network,
    /// What the plan says can't be had, and so is no difference.
    missing: Vec<Property>,
    before: Evidence,
    /// Whether another makes the change.
    is_beside: bool,
    pub(super) phase: Phase,
    /// How to undo each step that was taken, or may have been.
    undo: Vec<Vec<Change>>,
    /// When it is undone.
    deadline: Option<Duration>,
    /// Since when something that worked before does not, and what.
    lost: Option<(Duration, Vec<String>)>,
    /// Since when all that worked before works.
    works: Option<Duration>,
    /// What is to be undone once the action at hand is answered.
    asked: Option<Reason>,
    /// The latest time that was told. A clock that goes back stands still here.
    now: Duration,
}

#[derive(Clone, Debug)]
pub(super) enum Phase {
    Beginning,
    /// Another makes the change, and says when it is done.
    Beside,
    Noting(usize),
    Stepping(usize),
    Reading,
    NotingFile,
    Installing,
    NotingWait,
    Waiting,
    Confirming(String),
    Back(Box<Back>),
    Ending(Ending),
    Closing(Ending),
    Over(Ending),
}

impl Transaction {
    /// A transaction that carries out a plan. `before` is what works now.
    #[must_use]
    pub fn new(begun: Begun, settings: Settings, plan: Plan, wanted: Network, before: Evidence, now: Duration) -> Self {
        let missing = plan.problems.iter().map(plan::Problem::property).collect();
        let phase = Phase::Beginning;
        let (undo, steps) = (Vec::new(), plan.steps);
        let (deadline, lost, works, asked) = (None, None, None, None);
        let is_beside = false;
        Self {
            begun,
            settings,
            steps,
            wanted,
            missing,
            before,
            is_beside,
            phase,
            undo,
            deadline,
            lost,
            works,
            asked,
            now,
        }
    }

    /// A transaction whose change another makes, as `ifreload` does: once it is noted, that one may begin
    /// ([`Transaction::is_beside`]), and says that it is done ([`Request::Done`]). `before` is what works now. There are no
    /// steps to be undone: going back is what differs from the snapshot.
    #[must_use]
    pub fn beside(begun: Begun, settings: Settings, before: Evidence, now: Duration) -> Self {
        let mut out = Self::new(begun, settings, Plan::default(), Network::default(), before, now);
        out.is_beside = true;
        out
    }

    /// One that another left behind, to be brought to its end.
    pub(super) fn left_behind(begun: Begun, undo: Vec<Vec<Change>>, phase: Phase, now: Duration) -> Self {
        let patience = Duration::ZERO;
        let settings = Settings { within: patience, grace: patience, confirmation: Confirmation::Asked };
        let before = Evidence::default();
        let mut out = Self::new(begun, settings, Plan::default(), Network::default(), before, now);
        (out.undo, out.phase) = (undo, phase);
        out
    }

    /// What is to be done next; `None` while it waits, and when it is over.
    #[must_use]
    pub fn action(&self) -> Option<Action> {
        Some(match &self.phase {
            Phase::Beginning => Action::Append(Record::Begun(Box::new(self.begun.clone()))),
            Phase::Noting(step) => {
                let taken = self.steps.get(*step)?;
                let (text, changes) = (taken.change.to_string(), taken.inverse.clone());
                Action::Append(Record::Undo { step: *step, text, changes })
            }
            Phase::Stepping(step) => Action::Execute(self.steps.get(*step)?.change.clone()),
            Phase::Reading => Action::Observe,
            Phase::NotingFile => Action::Append(Record::Installing),
            Phase::Installing => Action::Install,
            Phase::NotingWait => Action::Append(Record::Waiting),
            Phase::Beside | Phase::Waiting | Phase::Over(_) => return None,
            Phase::Confirming(by) => Action::Append(Record::Confirmed { by: by.clone() }),
            Phase::Back(back) => back.action(),
            Phase::Ending(ending) => Action::Append(Record::Ended { ending: ending.clone() }),
            Phase::Closing(ending) => Action::Close(ending.clone()),
        })
    }

    /// Takes up what came of the action at hand.
    pub fn answer(&mut self, now: Duration, answer: Answer) {
        self.note_time(now);
        let phase = std::mem::replace(&mut self.phase, Phase::Waiting);
        let next = match phase {
            Phase::Beginning => match failure(&answer) {
                // The line may stand there all the same: nothing was changed, so whoever finds it undoes nothing.
                Some(why) => Phase::Closing(Ending::NotBegun { why }),
                None if self.is_beside => {
                    self.deadline = Some(self.now.saturating_add(WORK));
                    Phase::Beside
                }
                None => self.step_from(0),
            },
            Phase::Noting(step) => match failure(&answer) {
                Some(error) => self.roll_back(Reason::Unwritten { error }),
                None => {
                    self.undo.extend(self.steps.get(step).map(|taken| taken.inverse.clone()));
                    Phase::Stepping(step)
                }
            },
            Phase::Stepping(step) => match failure(&answer) {
                Some(error) => {
                    let text = self.steps.get(step).map(|taken| taken.change.to_string()).unwrap_or_default();
                    self.roll_back(Reason::Refused { step, text, error })
                }
                None => self.step_from(step + 1),
            },
            Phase::Reading => self.verify(answer),
            Phase::NotingFile => match failure(&answer) {
                Some(error) => self.roll_back(Reason::Unwritten { error }),
                None => Phase::Installing,
            },
            Phase::Installing => match failure(&answer) {
                Some(error) => self.roll_back(Reason::File { error }),
                None => Phase::NotingWait,
            },
            Phase::NotingWait => match failure(&answer) {
                Some(error) => self.roll_back(Reason::Unwritten { error }),
                None => {
                    self.deadline = Some(self.now.saturating_add(self.settings.within));
                    Phase::Waiting
                }
            },
            Phase::Confirming(by) => match failure(&answer) {
                Some(error) => self.roll_back(Reason::Unwritten { error }),
                None => Phase::Ending(Ending::Confirmed { by }),
            },
            Phase::Back(mut back) => match back.answer(answer, &self.begun) {
                None => Phase::Back(back),
                Some(left) => Phase::Ending(Ending::RolledBack { reason: back.reason, left }),
            },
            // Whether the end could be noted or put away changes nothing of what stands: it is tried again by whoever
            // finds the journal.
            Phase::Ending(ending) => Phase::Closing(ending),
            Phase::Closing(ending) | Phase::Over(ending) => Phase::Over(ending),
            Phase::Beside => Phase::Beside,
            Phase::Waiting => Phase::Waiting,
        };
        self.phase = next;
        if let Some(reason) = self.asked.take_if(|_| may_turn_back(&self.phase)) {
            self.phase = self.roll_back(reason);
        }
    }

    /// Tells the time. What waited too long is undone.
    pub fn tick(&mut self, now: Duration) {
        self.note_time(now);
        let is_over = self.deadline.is_some_and(|deadline| deadline <= self.now);
        if matches!(self.phase, Phase::Beside) && is_over {
            // Whoever still makes the change hears of it before its next step.
            let reason = self.asked.take().unwrap_or(Reason::Abandoned);
            self.phase = self.roll_back(reason);
        }
        if !matches!(self.phase, Phase::Waiting) {
            return;
        }
        if is_over {
            self.phase = self.roll_back(Reason::Expired);
        } else if let Some((since, signs)) = &self.lost
            && since.saturating_add(self.settings.grace) <= self.now
        {
            let signs = signs.clone();
            self.phase = self.roll_back(Reason::Lost { signs });
        }
    }

    /// When [`Transaction::tick`] is to be called at the latest; `None`: it waits for nothing but an answer.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        let lost = self.lost.as_ref().map(|(since, _)| since.saturating_add(self.settings.grace));
        let waits = matches!(self.phase, Phase::Beside | Phase::Waiting);
        self.deadline.into_iter().chain(lost).min().filter(|_| waits)
    }

    /// Takes up what a person asks.
    pub fn request(&mut self, now: Duration, request: Request) -> Reply {
        self.tick(now);
        match (request, self.stage()) {
            (Request::Look, stage) => {
                let left = self.deadline.filter(|_| stage == Stage::Waiting);
                Reply::Stands { stage, left: left.map(|deadline| deadline.saturating_sub(self.now)) }
            }
            (Request::Confirm { token: Some(token), .. }, _) if token != self.begun.token => Reply::WrongToken,
            (Request::Confirm { .. }, Stage::Changing) => Reply::TooEarly,
            (Request::Confirm { by, .. }, Stage::Waiting) => {
                self.phase = Phase::Confirming(by);
                Reply::Taken
            }
            (Request::Extend { within }, Stage::Changing) => {
                self.settings.within = within;
                Reply::Taken
            }
            (Request::Extend { within }, Stage::Waiting) => {
                self.deadline = Some(self.now.saturating_add(within));
                Reply::Taken
            }
            (Request::Done { disturbs }, Stage::Changing) if self.is_beside() => {
                if let (Confirmation::Evidence { settle, hitless }, false) = (&mut self.settings.confirmation, disturbs)
                {
                    *settle = *hitless;
                }
                self.phase = match self.asked.take() {
                    Some(reason) => self.roll_back(reason),
                    None => Phase::NotingWait,
                };
                Reply::Taken
            }
            (Request::GiveUp { by }, Stage::Changing) if self.is_beside() => {
                let reason = self.asked.take().unwrap_or(Reason::Asked { by });
                self.phase = self.roll_back(reason);
                Reply::Taken
            }
            (Request::Done { .. } | Request::GiveUp { .. }, _) => Reply::TooLate,
            (Request::RollBack { by }, Stage::Changing) => {
                self.asked = Some(Reason::Asked { by });
                Reply::Taken
            }
            (Request::RollBack { by }, Stage::Waiting) => {
                self.phase = self.roll_back(Reason::Asked { by });
                Reply::Taken
            }
            (_, Stage::Confirming | Stage::RollingBack | Stage::Over) => Reply::TooLate,
        }
    }

    /// Whether it is noted, and whoever makes the change may do so.
    #[must_use]
    pub fn is_beside(&self) -> bool {
        matches!(self.phase, Phase::Beside)
    }

    /// Whoever was to make the change is gone without having said that it is done: it is undone.
    pub fn abandoned(&mut self, now: Duration) {
        self.note_time(now);
        if self.is_beside() {
            let reason = self.asked.take().unwrap_or(Reason::Abandoned);
            self.phase = self.roll_back(reason);
        }
    }

    /// Takes up what works now. It counts while it waits.
    pub fn evidence(&mut self, now: Duration, seen: &Evidence) {
        self.tick(now);
        if !matches!(self.phase, Phase::Waiting) {
            return;
        }
        let signs = self.before.lost_in(seen);
        if !signs.is_empty() {
            let since = self.lost.as_ref().map_or(self.now, |(since, _)| *since);
            (self.lost, self.works) = (Some((since, signs)), None);
            return;
        }
        self.lost = None;
        let since = *self.works.get_or_insert(self.now);
        if let Confirmation::Evidence { settle, .. } = self.settings.confirmation
            && since.saturating_add(settle) <= self.now
        {
            self.phase = Phase::Confirming("what worked before works".to_owned());
        }
    }

    /// How far it is.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match &self.phase {
            Phase::Waiting => Stage::Waiting,
            Phase::Confirming(_) => Stage::Confirming,
            Phase::Back(_) => Stage::RollingBack,
            Phase::Ending(Ending::RolledBack { .. }) => Stage::RollingBack,
            Phase::Ending(_) => Stage::Confirming,
            Phase::Closing(_) | Phase::Over(_) => Stage::Over,
            _ => Stage::Changing,
        }
    }

    /// How it ended; `None` while it goes on.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        if let Phase::Over(ending) = &self.phase { Some(ending) } else { None }
    }

    /// Why it is being undone, while it is.
    #[must_use]
    pub fn reason(&self) -> Option<&Reason> {
        if let Phase::Back(back) = &self.phase { Some(&back.reason) } else { None }
    }

    /// What worked before and did not when it was last looked for.
    #[must_use]
    pub fn lost(&self) -> &[String] {
        self.lost.as_ref().map_or(&[], |(_, signs)| signs)
    }

    /// What it began with.
    #[must_use]
    pub fn begun(&self) -> &Begun {
        &self.begun
    }

    /// The number of the step that is being taken.
    #[must_use]
    pub fn step(&self) -> Option<usize> {
        if let Phase::Stepping(step) = self.phase { Some(step) } else { None }
    }

    fn note_time(&mut self, now: Duration) {
        self.now = self.now.max(now);
    }

    fn step_from(&self, step: usize) -> Phase {
        if step < self.steps.len() { Phase::Noting(step) } else { Phase::Reading }
    }

    fn roll_back(&mut self, reason: Reason) -> Phase {
        let undoing = Undoing::Kernel(std::mem::take(&mut self.undo));
        Phase::Back(Box::new(Back::new(reason, undoing)))
    }

    fn verify(&mut self, answer: Answer) -> Phase {
        let found = match answer {
            Answer::Observed(found) => found,
            Answer::Failed(error) => return self.roll_back(Reason::Unread { error }),
            Answer::Done => return self.roll_back(Reason::Unread { error: "nothing was read".to_owned() }),
        };
        let differs = plan::differences(&self.wanted, &found);
        let counts = differs.iter().filter(|differs| !self.missing.contains(&differs.property));
        let line = |it: &plan::Difference| format!("{}: file {}, kernel {}", it.property, it.wanted, it.found);
        let differences: Vec<String> = counts.map(line).collect();
        if differences.is_empty() { Phase::NotingFile } else { self.roll_back(Reason::Unverified { differences }) }
    }
}

/// What went wrong, if something did.
fn failure(answer: &Answer) -> Option<String> {
    if let Answer::Failed(error) = answer { Some(error.clone()) } else { None }
}

/// Whether a change that is under way can still be turned back.
fn may_turn_back(phase: &Phase) -> bool {
    use Phase::{Beginning, Beside, Installing, Noting, NotingFile, NotingWait, Reading, Stepping, Waiting};
    matches!(
        phase,
        Beginning | Beside | Noting(_) | Stepping(_) | Reading | NotingFile | Installing | NotingWait | Waiting
    )
}
