//! Accidents put between a transaction and its edge.

use std::time::Duration;

use guard::{Action, Answer, Edge, Input, News, Reply, Request};

/// What happens at an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accident {
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it.
    DiesAfter,
    /// It is done, and seems not to be.
    Unanswered,
}

/// An edge with an accident, and a clock that does not make a test wait.
pub(crate) struct Prone<'a> {
    inner: &'a mut dyn Edge,
    /// At which action, from 0.
    at: Option<(usize, Accident)>,
    /// Whether it is confirmed as soon as it waits.
    confirms: bool,
    /// What is done when the process is to die: nothing more from then on, or the real thing.
    kill: &'a dyn Fn(),
    /// How many actions there were.
    pub(crate) performed: usize,
    pub(crate) is_dead: bool,
    skew: Duration,
}

impl<'a> Prone<'a> {
    pub(crate) fn new(
        inner: &'a mut dyn Edge,
        at: Option<(usize, Accident)>,
        confirms: bool,
        kill: &'a dyn Fn(),
    ) -> Self {
        Self { inner, at, confirms, kill, performed: 0, is_dead: false, skew: Duration::ZERO }
    }

    fn die(&mut self) -> Answer {
        (self.kill)();
        self.is_dead = true;
        self.failed()
    }

    fn failed(&self) -> Answer {
        Answer::Failed("an accident".to_owned())
    }
}

impl Edge for Prone<'_> {
    fn now(&mut self) -> Duration {
        self.inner.now() + self.skew
    }

    fn perform(&mut self, action: &Action) -> Answer {
        if self.is_dead {
            return self.failed();
        }
        let number = self.performed;
        self.performed += 1;
        match self.at.filter(|(at, _)| *at == number) {
            None => self.inner.perform(action),
            Some((_, Accident::DiesBefore)) => self.die(),
            Some((_, Accident::DiesAfter)) => {
                self.inner.perform(action);
                self.die()
            }
            // A line that is there and seems not to be is another matter: the disk is as good as dead.
            Some((_, Accident::Unanswered)) if matches!(action, Action::Append(_)) => self.failed(),
            Some((_, Accident::Unanswered)) => {
                self.inner.perform(action);
                self.failed()
            }
        }
    }

    fn wait(&mut self, until: Duration) -> Option<Input> {
        let now = self.now();
        if !self.is_dead && until > now && self.confirms {
            self.confirms = false;
            return Some(Input::Request(Request::Confirm { token: None, by: "a test".to_owned() }));
        }
        self.skew += until.saturating_sub(now);
        None
    }

    fn reply(&mut self, _: &Reply) {}

    fn tell(&mut self, news: &News) {
        self.inner.tell(news);
    }
}
