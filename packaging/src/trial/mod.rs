//! The package, tried: each script of `trials/` in a clean Debian of its own, each of `boots/` on a machine with one.
//!
//! - [`root`]: the clean Debian, made once a suite. [`inside`]: the namespaces and mounts of one trial.
//! - [`disk`]: the same as a machine's disk. [`machine`]: the machine, whose first process is systemd.
//! - [`package`]: what the package is by itself: its list of files, and what lintian says. [`mod@run`]: all of it.

pub mod disk;
pub mod inside;
pub mod machine;
pub mod package;
pub mod root;
pub mod run;

pub use inside::inside;
pub use machine::machine;
pub use run::{TrialError, run};
