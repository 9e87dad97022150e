//! What must hold, and a failure of it.

use std::fmt;

/// What must hold. Each is a promise of the project, or of the twin itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// What is drawn is a file without errors.
    Valid,
    /// A plan of a valid file for this host has no problems.
    Possible,
    /// The kernel refuses no step of a plan.
    Taken,
    /// After an apply, a plan of the same file is empty.
    Idempotent,
    /// Steps that the plan calls hitless lose nothing.
    Hitless,
    /// What the plan does not name stays as it was.
    Undisturbed,
    /// Guests' ports stay where they are.
    GuestsStay,
    /// After a refusal, a second apply does the rest.
    Heals,
    /// The way back leads to exactly what was there before.
    Restored,
    /// A guarded change ends at the old state or the new one, and at the new one only when it was confirmed.
    OldOrNew,
    /// Well-configured ends of LACP bundle all their ports.
    Converges,
    /// What worked before something broke works when it is whole again.
    ComesBack,
    /// No frame goes round in a loop.
    NoStorm,
    /// Nothing is due for ever without time passing.
    NoStall,
    /// Nothing panics.
    NoPanic,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Valid => "what is drawn is a file without errors",
            Self::Possible => "a plan of a valid file has no problems",
            Self::Taken => "the kernel refuses no step of a plan",
            Self::Idempotent => "after an apply, a plan of the same file is empty",
            Self::Hitless => "steps that the plan calls hitless lose nothing",
            Self::Undisturbed => "what the plan does not name stays as it was",
            Self::GuestsStay => "guests' ports stay where they are",
            Self::Heals => "after a refusal, a second apply does the rest",
            Self::Restored => "the way back leads to exactly what was there before",
            Self::OldOrNew => {
                "a guarded change ends at the old state or the new one, and at the new one only confirmed"
            }
            Self::Converges => "well-configured ends of LACP bundle all their ports",
            Self::ComesBack => "what worked before something broke works when it is whole again",
            Self::NoStorm => "no frame goes round in a loop",
            Self::NoStall => "nothing is due for ever without time passing",
            Self::NoPanic => "nothing panics",
        })
    }
}

/// A rule that did not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub rule: Rule,
    /// During which act, from 0; `None`: while the host booted, or at the end.
    pub act: Option<usize>,
    /// What was seen.
    pub seen: String,
}

impl Failure {
    /// One whose act is not known yet.
    pub(crate) fn new(rule: Rule, seen: impl Into<String>) -> Self {
        Self { rule, act: None, seen: seen.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken: {}", self.rule)?;
        if let Some(act) = self.act {
            write!(f, " (act {})", act + 1)?;
        }
        write!(f, "\n{}", self.seen)
    }
}
