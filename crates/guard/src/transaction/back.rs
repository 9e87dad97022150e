//! Rolling back: past every error, to the old state or to a list of what is not as it was.

use std::collections::{BTreeMap, VecDeque};

use network::Change;

use super::{Action, Answer};
use crate::journal::{Begun, Reason, Record};

/// How often the kernel is read and what differs is put back. The first time it may refuse what the second time it takes:
/// something else had to go first.
const ROUNDS: usize = 3;

/// What there is to be undone.
#[derive(Clone, Debug)]
pub(super) enum Undoing {
    /// Files, and the kernel: how to undo each step, in the order in which they were taken.
    Kernel(Vec<Vec<Change>>),
    /// Files alone: the kernel was started anew.
    Files,
}

/// Rolling back.
#[derive(Clone, Debug)]
pub(super) struct Back {
    pub(super) reason: Reason,
    stage: Stage,
    /// Whether the kernel is still to be dealt with.
    kernel: bool,
    /// What is still to be executed, in this order.
    changes: VecDeque<Change>,
    /// What the host refused of this round, with its reasons.
    refused: BTreeMap<String, String>,
    round: usize,
    left: Vec<String>,
    /// Why the old file is not back yet; it is tried once before the kernel's turn, and again after it.
    file: Option<String>,
    tries: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Noting,
    File,
    Changing,
    Reading,
}

impl Back {
    pub(super) fn new(reason: Reason, undoing: Undoing) -> Self {
        let (kernel, steps) = match undoing {
            Undoing::Kernel(steps) => (true, steps),
            Undoing::Files => (false, Vec::new()),
        };
        let changes = steps.into_iter().rev().flatten().collect();
        let (refused, left) = (BTreeMap::new(), Vec::new());
        Self { reason, stage: Stage::Noting, kernel, changes, refused, round: 0, left, file: None, tries: 0 }
    }

    pub(super) fn action(&self) -> Action {
        match (self.stage, self.changes.front()) {
            (Stage::Noting, _) => Action::Append(Record::RollingBack { reason: self.reason.clone() }),
            (Stage::File, _) => Action::Restore,
            (Stage::Changing, Some(change)) => Action::Execute(change.clone()),
            (Stage::Changing | Stage::Reading, _) => Action::Observe,
        }
    }

    /// Takes up what came of the action; gives what is left when there is nothing more to do.
    pub(super) fn answer(&mut self, answer: Answer, begun: &Begun) -> Option<Vec<String>> {
        let error = if let Answer::Failed(error) = &answer { Some(error.clone()) } else { None };
        match self.stage {
            // That it can't be noted keeps nobody from doing it: what is found later is undone once more.
            Stage::Noting => self.stage = Stage::File,
            Stage::File => {
                (self.file, self.tries) = (error, self.tries + 1);
                if !self.kernel {
                    return self.finish();
                }
                self.stage = self.changing_or_reading();
            }
            Stage::Changing => {
                if let (Some(change), Some(error)) = (self.changes.pop_front(), error) {
                    self.refused.insert(change.to_string(), error);
                }
                self.stage = self.changing_or_reading();
            }
            Stage::Reading => return self.reconcile(answer, begun),
        }
        None
    }

    fn changing_or_reading(&self) -> Stage {
        if self.changes.is_empty() { Stage::Reading } else { Stage::Changing }
    }

    fn reconcile(&mut self, answer: Answer, begun: &Begun) -> Option<Vec<String>> {
        self.round += 1;
        let last = self.round > ROUNDS;
        let Answer::Observed(found) = answer else {
            if last {
                let why = if let Answer::Failed(error) = answer { error } else { "nothing was read".to_owned() };
                self.left.push(format!("the kernel could not be read: {why}"));
                return self.finish();
            }
            return None;
        };
        let way = plan::back(&begun.snapshot, &begun.touched, &found);
        if !way.steps.is_empty() && !last {
            self.refused.clear();
            self.changes = way.steps.into_iter().map(|step| step.change).collect();
            self.stage = Stage::Changing;
            return None;
        }
        self.left.extend(way.problems.iter().map(ToString::to_string));
        let undone = way.steps.iter().map(|step| step.change.to_string());
        self.left.extend(undone.map(|text| match self.refused.get(&text) {
            Some(error) => format!("{text}: {error}"),
            None => format!("{text}: the kernel took it and does not show it"),
        }));
        self.finish()
    }

    /// The kernel is done with; what is left, unless the file is to be tried again.
    fn finish(&mut self) -> Option<Vec<String>> {
        self.kernel = false;
        if self.file.is_some() && self.tries < ROUNDS {
            self.stage = Stage::File;
            return None;
        }
        self.left.extend(self.file.take().map(|error| format!("/etc/network/interfaces: {error}")));
        Some(std::mem::take(&mut self.left))
    }
}
