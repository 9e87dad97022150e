//! What can go wrong in a measurement.

use std::io;

use crate::readme::ReadmeError;

/// A measurement that came to no end.
#[derive(Debug, thiserror::Error)]
pub enum HashError {
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
