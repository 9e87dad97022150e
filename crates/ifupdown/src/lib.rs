//! The faces of ifupdown2: `ifreload`, `ifup`, `ifdown` and `ifquery`, by those names, with its options, output and exit
//! codes, so that Proxmox and its units notice nothing but the speed. docs/ifupdown2.md says where the two differ, and why.
//!
//! It is a library too, so that tests call a face as the shell does: [`run()`] takes a command line and a [`World`].
//!
//! - [`face`], [`arguments`], [`exit`], [`version`]: what the shell sees.
//! - [`world`]: where files are, where output goes, which host is meant. [`log`]: what is said on stderr or to syslog.
//!   [`settings`]: what the administrator has set. [`session`]: all of that at work on one command line.
//! - [`file`]: the interfaces file; [`select`]: which interfaces are meant; [`goal`]: what is to come about for them.
//! - [`up`], [`down`]: bringing interfaces up and taking them down, with their [`hooks`] and [`lease`]s; [`record`]: what is
//!   remembered of it. [`waves`]: in which order hooks and changes come. [`done`]: what
//!   was done of them, [`once`] for each; [`guarded`]: a reload that undoes itself. [`faces`]: what `ifreload`, `ifup` and
//!   `ifdown` do; [`fn@query`]: what `ifquery` does.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the edge: it reads files and the environment, and runs hooks and scripts"
)]

pub mod arguments;
pub mod done;
pub mod down;
pub mod exit;
pub mod face;
pub mod faces;
pub mod failure;
pub mod file;
pub mod goal;
pub mod guarded;
pub mod hooks;
pub mod lease;
mod leave;
pub mod log;
pub mod once;
pub mod query;
mod run;
pub mod say;
pub mod select;
pub mod session;
pub mod settings;
pub mod up;
pub mod version;
pub mod waves;
pub mod world;

pub use exit::ExitCode;
pub use face::Face;
pub use failure::Failure;
use leave::leave_to_the_system;
pub use log::Log;
pub use run::run;
pub use world::World;
