//! What can go wrong in a measurement. None of it is made up for: a figure comes from runs that worked.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use super::check::CheckError;
use crate::ifupdown2::FetchError;
use crate::namespace::MountError;
use crate::process::ProcessError;
use crate::program::BuildError;
use crate::readme::ReadmeError;

/// A sample that gave no figure.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// Its file system could not be made.
    #[error("a sample needs mounts of its own")]
    Mount(#[from] MountError),
    /// A program failed or took too long.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A run left something else than was asked for.
    #[error("after {after}")]
    Check {
        /// What was run.
        after: &'static str,
        /// What is wrong.
        #[source]
        source: CheckError,
    },
    /// A second run with nothing changed made bridges anew.
    #[error("{after}, with nothing changed, made bridges anew")]
    Remade {
        /// What was run.
        after: &'static str,
    },
    /// A file can't be read or written.
    #[error("can't read or write {}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The result can't be told.
    #[error("can't tell the result")]
    Result(#[from] serde_json::Error),
}

/// A measurement that came to no end.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// There is no bowline.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// There is no ifupdown2.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A program that a sample needs can't be run or waited for.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// `unshare` can't be run.
    #[error("can't make namespaces with unshare (util-linux)")]
    Unshare(#[source] io::Error),
    /// A file or folder of the measurement can't be reached.
    #[error("can't reach {}", path.display())]
    Path {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A sample failed.
    #[error("a sample of {contender} with {size} bridges failed ({status}) and said:\n{said}")]
    Sample {
        /// Whose.
        contender: &'static str,
        /// How many bridges.
        size: u16,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        said: String,
    },
    /// A sample told no figures.
    #[error("a sample's result can't be read")]
    Result(#[source] serde_json::Error),
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
