//! A scenario in the host's place: its file is read here, the rest is the twin's.

use std::path::Path;

use twin::{Scenario, Twin};

use crate::error::Failure;
use crate::source;

/// Reads a scenario.
///
/// # Errors
/// When it can't be read, or something in it is wrong; then with its place.
pub fn read(path: &Path) -> Result<Scenario, Failure> {
    let failed = |source| Failure::ScenarioFile { path: path.to_owned(), source };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    Ok(twin::scenario::parse(path, &text)?)
}

/// The network that a scenario's host boots with; `None`: nothing.
///
/// # Errors
/// When the file can't be read, or has errors.
pub fn booted(scenario: &Scenario) -> Result<Option<network::Network>, Failure> {
    let Some(path) = &scenario.booted else { return Ok(None) };
    let understood = source::understand(source::load(None, Some(path))?, None);
    if understood.has_errors() {
        return Err(Failure::Booted { path: path.clone() });
    }
    Ok(Some(understood.resolved.wanted))
}

/// Plays a scenario to its end, and gives its host.
///
/// # Errors
/// See [`booted`].
pub fn open(scenario: &Scenario) -> Result<Twin, Failure> {
    Ok(drill::play(scenario, booted(scenario)?.as_ref())?)
}
