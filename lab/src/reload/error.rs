//! Why a reload could not be played. What the tool did wrong is no error here but a result.

use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::net::NetError;

/// Why a reload could not be played.
#[derive(Debug, thiserror::Error)]
pub enum ReloadError {
    /// A file of the scenario, or one that it has written.
    #[error("can't {doing} {}", path.display())]
    File {
        /// What was being done.
        doing: &'static str,
        /// Which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The scenario says something that nobody understands.
    #[error("{}", path.display())]
    Scenario {
        /// Which file.
        path: PathBuf,
        /// Where, and why.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// The file system of the stage could not be made.
    #[error("can't make the stage's file system")]
    Mount(#[source] Box<dyn Error + Send + Sync>),
    /// The network around the host could not be built.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The kernel could not be asked.
    #[error("can't ask the kernel for {what}")]
    Kernel {
        /// What was asked for.
        what: &'static str,
        /// What it said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// What others do in the scenario failed.
    #[error("`{program}` of the scenario failed ({status}): {said}")]
    Others {
        /// What was run.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        said: String,
    },
    /// A tool could not be run at all.
    #[error("can't run {tool}")]
    Tool {
        /// Which.
        tool: &'static str,
        /// Why.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The network did not come to rest, or LACP did not come about.
    #[error("the network did not come to rest: {0}")]
    Restless(String),
}
