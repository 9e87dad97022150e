//! A case is played.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crate::case::{Act, Case};
use crate::rule::{Failure, Rule};
use crate::stage::Stage;
use crate::{apply, back, faults, guarded};

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Run {
    /// What was done and what happened, a line each. Empty after a panic.
    pub log: Vec<String>,
    /// What did not hold, first.
    pub failure: Option<Failure>,
}

/// Plays a case, up to the first thing that does not hold. The same case gives the same run.
#[must_use]
pub fn play(case: &Case) -> Run {
    catch_unwind(AssertUnwindSafe(|| {
        let mut stage = Stage::new(case);
        let failure = all(&mut stage).err();
        stage.keep_log();
        Run { log: stage.log, failure }
    }))
    .unwrap_or_else(|panic| Run { log: Vec::new(), failure: Some(Failure::new(Rule::NoPanic, message(&*panic))) })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| Some((*panic.downcast_ref::<&str>()?).to_owned())).unwrap_or_else(|| "a panic".to_owned())
}

fn all(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let case = stage.case;
    stage.boot(&case.boot)?;
    for (number, act) in case.acts.iter().enumerate() {
        stage.note(format_args!("act {}: {act}", number + 1));
        let done = once(stage, act).and_then(|()| stage.is_sound());
        done.map_err(|failure| Failure { act: Some(number), ..failure })?;
    }
    faults::converges(stage)
}

fn once(stage: &mut Stage<'_>, act: &Act) -> Result<(), Failure> {
    match act {
        Act::Apply { file, slowly } => apply::apply(stage, file, *slowly),
        Act::Refused { file, step, go_on } => apply::refused(stage, file, *step, *go_on),
        Act::Back { file, steps, by_inverse } => back::back(stage, file, *steps, *by_inverse),
        Act::Guarded { file, confirmed, accidents } => guarded::guarded(stage, file, *confirmed, accidents),
        Act::Fault { fault, held } => faults::fault(stage, *fault, Duration::from_millis((*held).into())),
    }
}
