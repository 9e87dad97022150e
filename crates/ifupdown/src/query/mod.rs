//! `ifquery`: what the file says, what the kernel has, and whether they agree, in ifupdown2's own forms.
//!
//! - [`entry`]: an interface as it is shown, [`print`] natively or as JSON.
//! - [`check`]: held against the kernel. [`running`]: what the kernel has. [`dependencies`]: what stands on what.
//!   [`syntax`]: every attribute that a stanza may have.
//! - [`run`]: which of them a command line asks for.

pub mod check;
pub mod dependencies;
pub mod entry;
pub mod print;
pub mod run;
pub mod running;
pub mod syntax;

pub use run::query;
