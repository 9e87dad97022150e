//! What a tool did, as the table says it.

use std::fmt;

use lab::reload::{Aspect, Disturbed, Flow, Played};
use serde::{Deserialize, Serialize};

/// What both did.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Finding {
    pub(super) title: String,
    pub(super) ours: Outcome,
    pub(super) theirs: Outcome,
    /// Why they differ.
    pub(super) differs: Option<String>,
    /// ifupdown2 does now this, now that.
    pub(super) unsteady: bool,
}

/// What a tool did.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Outcome {
    /// What the scenario asks for and was not there.
    wrong: Vec<String>,
    exit: u8,
    disturbed: Disturbed,
    carrier_changes: u32,
    /// How many packets of how many were lost; none where there was no flow.
    lost: Option<(usize, usize)>,
    no_way: bool,
}

/// As many links as are named in a line of the table; the rest is counted.
const MANY: usize = 6;

impl Outcome {
    pub(super) fn of(played: &Played) -> Self {
        let lost = if let Flow::Sent { sent, lost } = played.flow { Some((lost, sent)) } else { None };
        Self {
            wrong: played.wrong.clone(),
            exit: played.ran.exit,
            disturbed: played.disturbed.clone(),
            carrier_changes: played.carrier_changes,
            lost,
            no_way: played.flow == Flow::NoWay,
        }
    }

    /// Whether the two are alike in all that does not depend on the moment: right or wrong, exit code, and what was
    /// disturbed. Packets are lost for what was disturbed, and whether a short gap meets one is chance.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let told = |it: &'_ Self| (it.wrong.is_empty(), it.exit, it.disturbed.clone(), it.no_way);
        told(self) == told(other)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.wrong.as_slice() {
            [] => write!(f, "right")?,
            wrong => write!(f, "**wrong**: {}", some(wrong))?,
        }
        if self.exit != 0 {
            write!(f, "; exit code {}", self.exit)?;
        }
        let of = |aspect: Aspect| {
            let found = self.disturbed.iter().filter(move |(_, aspects)| aspects.contains(&aspect));
            found.map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        for aspect in Aspect::ALL {
            let links = of(aspect);
            match (links.is_empty(), aspect) {
                (true, _) => {}
                (false, Aspect::Carrier) => {
                    write!(f, "; carrier: {} ( {} changes in all )", some(&links), self.carrier_changes)?
                }
                (false, _) => write!(f, "; {aspect}: {}", some(&links))?,
            }
        }
        match self.lost {
            Some((lost @ 1.., sent)) => write!(f, "; lost {lost} of {sent} packets"),
            Some(_) => write!(f, "; no packet lost"),
            None if self.no_way => write!(f, "; no packet got through before"),
            None => Ok(()),
        }
    }
}

/// A list, as long as a line of a table bears.
fn some(list: &[String]) -> String {
    let rest = list.len().saturating_sub(MANY);
    let named = list.iter().take(MANY).cloned().collect::<Vec<_>>().join(", ");
    if rest == 0 { named } else { format!("{named} and {rest} more") }
}
