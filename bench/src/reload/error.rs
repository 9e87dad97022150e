//! What can go wrong in a measurement. None of it is made up for: a figure comes from runs that worked.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use super::look::LookError;
use super::setup::Setup;
use crate::ifupdown2::FetchError;
use crate::modules::ModuleError;
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
    /// The kernel's modules can't be loaded.
    #[error("can't load the modules of user-mode-linux")]
    Modules(#[source] ModuleError),
    /// A program failed.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// A run left something else than was asked for.
    #[error("after the {run} run")]
    Look {
        /// Which.
        run: &'static str,
        /// What is wrong.
        #[source]
        source: LookError,
    },
    /// A run that had next to nothing to do made links anew.
    #[error("the {run} run made links anew")]
    Remade {
        /// Which.
        run: &'static str,
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
pub enum ReloadError {
    /// There is no bowline.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// There is no ifupdown2.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A program that a sample needs can't be run or waited for.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// `unshare` or user-mode-linux can't be run.
    #[error("can't make a place for a sample with {0}")]
    Venue(&'static str, #[source] io::Error),
    /// Neither this kernel nor user-mode-linux can do what is asked for.
    #[error(
        "{0}: this kernel can't, and there is no user-mode-linux; as root, type: apt-get install -y user-mode-linux"
    )]
    NoKernel(Setup),
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
    #[error("a sample of {contender} with {setup} failed ({status}) and said:\n{said}")]
    Sample {
        /// Whose.
        contender: &'static str,
        /// Of what.
        setup: Setup,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        said: String,
    },
    /// A sample told no figures.
    #[error("a sample's result can't be read; it said:\n{said}")]
    Result {
        /// What it said.
        said: String,
        /// Why.
        #[source]
        source: serde_json::Error,
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
