//! The faces of ifupdown2: `ifreload`, `ifup`, `ifdown` and `ifquery`, by those names, with its options, output and exit
//! codes, so that Proxmox and its units notice nothing but the speed. docs/ifupdown2.md says where the two differ, and why.
//!
//! It is a library too, so that tests call a face as the shell does: [`run()`] takes a command line and a [`World`].
//!
//! - [`face`], [`arguments`], [`exit`], [`version`]: what the shell sees.
//! - [`world`]: where files are, where output goes, which host is meant. [`log`]: what is said on stderr or to syslog.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the edge: it reads files and the environment, and runs hooks and scripts"
)]

pub mod arguments;
pub mod exit;
pub mod face;
pub mod failure;
pub mod log;
mod run;
pub mod version;
pub mod world;

pub use exit::ExitCode;
pub use face::Face;
pub use failure::Failure;
pub use log::Log;
pub use run::run;
pub use world::World;
