//! The package, tried: each script of `trials/` in a clean Debian of its own.
//!
//! - [`root`]: the clean Debian, made once a suite. [`inside`]: the namespaces and mounts of one trial.
//! - [`package`]: what the package is by itself: its list of files, and what lintian says. [`mod@run`]: all of it.

pub mod inside;
pub mod package;
pub mod root;
pub mod run;

pub use inside::inside;
pub use run::{TrialError, run};
