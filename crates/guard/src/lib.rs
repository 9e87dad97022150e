//! Carrying out a plan on a [`network::Host`], and the transaction around it.
//!
//! - [`execute`] goes step by step and stops at the first that the host refuses; [`execute_independent`] goes on with what
//!   does not build on it.
//! - [`verify`] says what came of it, and [`at_fault`] which property a refusal is about.
//! - [`Transaction`] is a change that undoes itself unless it is confirmed: a machine that says what is to be done next
//!   and is told what came of it. [`journal`] is what it leaves behind step by step, so that whoever finds it can undo it.
//! - [`run`] drives a transaction through an [`Edge`], which has the clock, the files and the kernel. [`Evidence`] is what
//!   works before a change and has to work after it.
//!
//! Sans-IO: the host is a trait, and no clock, file or socket is touched here.

mod drive;
mod evidence;
mod execute;
mod go_on;
pub mod journal;
mod transaction;

pub use drive::{Edge, Input, News, run};
pub use evidence::Evidence;
pub use execute::{Execution, at_fault, execute, verify};
pub use go_on::{Fate, Outcome, execute_independent};
pub use journal::{Begun, Ending, Files, Reason, Record};
pub use transaction::{Action, Answer, Confirmation, Recovered, Reply, Request, Settings, Stage, Transaction, recover};
