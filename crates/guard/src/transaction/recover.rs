//! What another left behind.

use std::time::Duration;

use network::Change;

use super::back::{Back, Undoing};
use super::machine::{Phase, Transaction};
use crate::journal::{Begun, Ending, Reason, Record};

/// What is to be done about a journal that is found.
#[derive(Clone, Debug)]
pub enum Recovered {
    /// Nothing was changed: the journal says nothing that counts.
    Nothing,
    /// This brings it to its end.
    Unfinished(Box<Transaction>),
}

/// Says what is to be done about a journal that is found, of a transaction that nobody drives any more. `boot` is the
/// host's own start: a transaction of an earlier one has nothing to undo but files.
///
/// What was confirmed stays so. What was not is undone.
#[must_use]
pub fn recover(records: &[Record], boot: &str, now: Duration) -> Recovered {
    let Some(Record::Begun(begun)) = records.first() else { return Recovered::Nothing };
    let same_boot = begun.boot == boot;
    let undo = if same_boot { Undoing::Kernel(undo(records)) } else { Undoing::Files };
    let back = |reason| Phase::Back(Box::new(Back::new(reason, undo.clone())));
    let ended = records.iter().find_map(|it| if let Record::Ended { ending } = it { Some(ending) } else { None });
    let turned =
        records.iter().find_map(|it| if let Record::RollingBack { reason } = it { Some(reason) } else { None });
    let confirmed = records.iter().find_map(|it| if let Record::Confirmed { by } = it { Some(by) } else { None });
    let phase = match (ended, turned, confirmed) {
        (Some(ending), _, _) => Phase::Closing(ending.clone()),
        (None, Some(reason), _) => back(reason.clone()),
        (None, None, Some(by)) => Phase::Ending(Ending::Confirmed { by: by.clone() }),
        (None, None, None) if same_boot => back(Reason::Died),
        (None, None, None) => back(Reason::Restarted),
    };
    let begun: Begun = (**begun).clone();
    Recovered::Unfinished(Box::new(Transaction::left_behind(begun, Vec::new(), phase, now)))
}

fn undo(records: &[Record]) -> Vec<Vec<Change>> {
    let changes = |record: &Record| match record {
        Record::Undo { changes, .. } => Some(changes.clone()),
        _ => None,
    };
    records.iter().filter_map(changes).collect()
}
