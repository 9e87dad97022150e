//! The program `bowline`: its verbs, and how they show what they found. Thin: what there is to know is known below.
//!
//! It is a library too, so that tests call a verb as the shell does: [`run`] takes arguments and an [`Io`] and gives an
//! [`ExitCode`]; [`run_on`] puts another host in the kernel's place.
//!
//! - [`arguments`]: the command line and its help. [`verb`]: a file a verb.
//! - [`show`]: everything that people read. [`json`]: everything that programs read.
//! - [`sarif`]: diagnostics for code-scanning systems. [`replace`]: writing a file.
//! - [`guarded`]: the processes that guard a change until it is confirmed.
//! - [`io`]: where output goes and what it may look like. [`source`]: which file is meant, and reading it.
//! - [`memory`]: what is remembered between two runs. [`twins`]: a scenario in the host's place.
#![allow(clippy::disallowed_methods, reason = "this is the edge: it reads the environment and the disk")]

pub mod arguments;
pub mod codes;
pub mod error;
pub mod exit;
pub mod guarded;
pub mod io;
pub mod json;
pub mod memory;
pub mod replace;
mod run;
pub mod sarif;
pub mod show;
pub mod source;
pub mod twins;
pub mod verb;

pub use error::Failure;
pub use exit::ExitCode;
pub use io::{Io, Look};
pub use run::{Context, run, run_on};
