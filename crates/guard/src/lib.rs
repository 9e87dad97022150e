//! Carrying out a plan: [`execute`] it step by step on a [`network::Host`], [`verify`] what came of it, and say which
//! property is [`at_fault`] where the host refuses.
//!
//! Sans-IO: the host is a trait, and no clock, file or socket is touched here. The transaction around it (journal,
//! health, confirm, roll back) is yet to come.

mod execute;

pub use execute::{Execution, at_fault, execute, verify};
