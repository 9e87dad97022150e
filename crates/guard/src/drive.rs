//! Driving a transaction: the loop between the machine and whoever has a clock, files and a kernel.

use std::time::Duration;

use crate::journal::{Ending, Reason};
use crate::{Action, Answer, Evidence, Reply, Request, Stage, Transaction};

/// Whoever has the clock, the files and the kernel.
pub trait Edge {
    /// The time since the host started, its sleep included.
    fn now(&mut self) -> Duration;

    /// Does something, and says what came of it.
    fn perform(&mut self, action: &Action) -> Answer;

    /// Waits until something comes in, or that time; with a time that has passed, only looks. `None`: the time came. What
    /// it waits for is only ever the first of many: it may come back early.
    fn wait(&mut self, until: Duration) -> Option<Input>;

    /// Says something to whoever made the last request.
    fn reply(&mut self, reply: &Reply);

    /// Says how it goes on, to whoever listens.
    fn tell(&mut self, news: &News);
}

/// What comes in while a transaction goes on.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Somebody asks for something.
    Request(Request),
    /// What works now.
    Evidence(Evidence),
    /// Whoever makes the change is gone.
    Abandoned,
}

/// How a transaction goes on.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "news", rename_all = "kebab-case")]
pub enum News {
    /// It is noted where it begins: whoever makes the change may do so.
    Begun,
    /// A step was taken.
    Step {
        /// Which, from 0.
        step: usize,
    },
    /// All is done, and waits to be confirmed for so long; told once more when it is given more time.
    Waiting {
        /// How long.
        left: Duration,
    },
    /// What worked before and does not now: told while it waits, when that becomes other; empty: all works again.
    Missing {
        /// What.
        signs: Vec<String>,
    },
    /// It is being undone.
    RollingBack {
        /// Why.
        reason: Reason,
    },
    /// Something that is worth a word and changes nothing.
    Noted {
        /// What.
        text: String,
    },
    /// It is confirmed, and something that belongs to that could not be done.
    Amiss {
        /// What.
        text: String,
    },
    /// It is over.
    Ended {
        /// How.
        ending: Ending,
    },
}

/// Drives a transaction to its end.
pub fn run(transaction: &mut Transaction, edge: &mut dyn Edge) -> Ending {
    let mut told = transaction.stage();
    loop {
        if let Some(ending) = transaction.ending() {
            let ending = ending.clone();
            edge.tell(&News::Ended { ending: ending.clone() });
            return ending;
        }
        if let Some(action) = transaction.action() {
            let step = transaction.step();
            let answer = edge.perform(&action);
            let done = answer == Answer::Done;
            let now = edge.now();
            transaction.answer(now, answer);
            if transaction.is_beside() {
                edge.tell(&News::Begun);
            }
            if let Some(step) = step.filter(|_| done) {
                edge.tell(&News::Step { step });
            }
            // Requests are heard between actions: somebody may want it undone before it is done.
            if let Some(input) = edge.wait(Duration::ZERO) {
                take(transaction, edge, input);
            }
        } else if let Some(until) = transaction.next_deadline() {
            match edge.wait(until) {
                Some(input) => take(transaction, edge, input),
                None => {
                    let now = edge.now();
                    transaction.tick(now);
                }
            }
        }
        tell_stage(transaction, edge, &mut told);
    }
}

fn take(transaction: &mut Transaction, edge: &mut dyn Edge, input: Input) {
    let now = edge.now();
    match input {
        Input::Evidence(seen) => {
            let before = transaction.lost().to_vec();
            transaction.evidence(now, &seen);
            if transaction.stage() == Stage::Waiting && transaction.lost() != before {
                edge.tell(&News::Missing { signs: transaction.lost().to_vec() });
            }
        }
        Input::Abandoned => transaction.abandoned(now),
        Input::Request(request) => {
            let extends = matches!(request, Request::Extend { .. });
            let reply = transaction.request(now, request);
            edge.reply(&reply);
            // Whoever counts down has to hear of it.
            if extends && reply == Reply::Taken && transaction.stage() == Stage::Waiting {
                tell_waiting(transaction, edge);
            }
        }
    }
}

fn tell_waiting(transaction: &Transaction, edge: &mut dyn Edge) {
    let now = edge.now();
    let left = transaction.next_deadline().unwrap_or(now).saturating_sub(now);
    edge.tell(&News::Waiting { left });
}

fn tell_stage(transaction: &Transaction, edge: &mut dyn Edge, told: &mut Stage) {
    let stage = transaction.stage();
    if stage == *told {
        return;
    }
    *told = stage;
    match (stage, transaction.reason()) {
        (Stage::Waiting, _) => tell_waiting(transaction, edge),
        (_, Some(reason)) => edge.tell(&News::RollingBack { reason: reason.clone() }),
        _ => {}
    }
}
