//! What is open now, and what is over.

use std::path::Path;

use guard::journal::{Begun, read};
use guard::{Ending, Record};
use linux::{Vault, instance};

use record::client::{self, Client};

use super::files;
use crate::error::Failure;
use crate::source;

use super::serve::guard_failure;

/// Whether a transaction is open.
#[derive(Debug)]
pub enum Standing {
    /// None is.
    None,
    /// One is, and its guard listens.
    Open(Box<Begun>, Client),
    /// A journal is there, and nobody drives it: `bowline recover` brings it to its end.
    LeftBehind,
    /// Somebody is at it who does not listen yet, or any more.
    Busy,
}

/// Looks whether one is open.
///
/// # Errors
/// When that can't be said.
pub fn look(root: Option<&Path>) -> Result<Standing, Failure> {
    let disk = source::disk(root);
    let vault = Vault::new(disk.clone());
    let socket = files::place(&disk, client::PATH);
    if let Some(client) = Client::connect(&socket).map_err(guard_failure("reach", &socket))? {
        let begun = vault.open_journal()?.and_then(|bytes| begun(&read(&bytes).records));
        return Ok(begun.map_or(Standing::Busy, |begun| Standing::Open(Box::new(begun), client)));
    }
    if vault.open_journal()?.is_none() {
        return Ok(Standing::None);
    }
    let lock = files::place(&disk, files::LOCK);
    let held = instance::hold(&lock, false).map_err(guard_failure("lock", &lock))?;
    Ok(if held.is_some() { Standing::LeftBehind } else { Standing::Busy })
}

/// What the open transaction of that name began with, if it has begun.
///
/// # Errors
/// When its journal can't be read.
pub fn begun_as(vault: &Vault, id: &str) -> Result<Option<Begun>, Failure> {
    let found = vault.open_journal()?.and_then(|bytes| begun(&read(&bytes).records));
    Ok(found.filter(|begun| begun.id == id))
}

fn begun(records: &[Record]) -> Option<Begun> {
    records.iter().find_map(|it| if let Record::Begun(begun) = it { Some((**begun).clone()) } else { None })
}

/// A transaction that is over.
#[derive(Clone, Debug)]
pub struct Past {
    /// What it began with.
    pub begun: Begun,
    /// How it ended; `None`: its end could not be written down.
    pub ending: Option<Ending>,
}

/// One that is over, by name; `None`: there is none of that name, or its journal says nothing.
///
/// # Errors
/// When its journal can't be read.
pub fn past(vault: &Vault, id: &str) -> Result<Option<Past>, Failure> {
    let records = vault.past_journal(id)?.map(|bytes| read(&bytes).records).unwrap_or_default();
    let ending =
        records.iter().find_map(|it| if let Record::Ended { ending } = it { Some(ending.clone()) } else { None });
    Ok(begun(&records).map(|begun| Past { begun, ending }))
}
