//! What can go wrong in a measurement.

use std::io;

use interfaces::LoadError;

use crate::readme::ReadmeError;

/// A measurement that came to no end.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file that was written for it can't be read.
    #[error("the file of {stanzas} stanzas can't be read")]
    Load {
        /// How many.
        stanzas: u32,
        /// Why.
        #[source]
        source: LoadError,
    },
    /// The file is right, and something is said of it: then what is measured is not what was meant.
    #[error("something is wrong with the file of {stanzas} stanzas: {first}")]
    Diagnosed {
        /// How many.
        stanzas: u32,
        /// The title of the first diagnostic.
        first: String,
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
