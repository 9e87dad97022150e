//! What can go wrong in a measurement.

use std::io;

use network::{ObserveError, Refusal};

use crate::readme::ReadmeError;

/// A measurement that came to no end.
#[derive(Debug, thiserror::Error)]
pub enum TwinError {
    /// A host can't be read.
    #[error("can't read a host of the twin")]
    Observe(#[from] ObserveError),
    /// A host's kernel refuses a step of the file.
    #[error("a host of the twin does not take the file")]
    Refused(#[source] Refusal),
    /// A bond has not come up, so there is nothing to measure.
    #[error("{without} of {hosts} hosts have no bond with all its slaves")]
    NotBundled {
        /// How many have none.
        without: usize,
        /// Of how many.
        hosts: usize,
    },
    /// A seed fails: what is measured is broken.
    #[error("seed {seed} fails; `cargo xtask soak --seed {seed}` says why")]
    Seed {
        /// Which.
        seed: u64,
    },
    /// The report can't be printed.
    #[error("can't print the report")]
    Print(#[source] io::Error),
    /// The report can't be put as JSON.
    #[error("can't put the report as JSON")]
    Json(#[source] serde_json::Error),
    /// The table has no page.
    #[error(transparent)]
    Readme(#[from] ReadmeError),
}
