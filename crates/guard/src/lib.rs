//! Carrying out a plan on a [`network::Host`].
//!
//! - [`execute`] goes step by step and stops at the first that the host refuses; [`execute_independent`] goes on with what
//!   does not build on it.
//! - [`verify`] says what came of it, and [`at_fault`] which property a refusal is about.
//!
//! Sans-IO: the host is a trait, and no clock, file or socket is touched here. The transaction around it (journal,
//! health, confirm, roll back) is yet to come.

mod execute;
mod go_on;

pub use execute::{Execution, at_fault, execute, verify};
pub use go_on::{Fate, Outcome, execute_independent};
