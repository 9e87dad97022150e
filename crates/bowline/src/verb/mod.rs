//! The verbs, a file each: read what is needed, ask the crates below, show the answer, give the exit code.

pub mod apply;
pub mod check;
pub mod completion;
pub mod diff;
pub mod edit;
mod guarded_apply;
pub mod guards;
pub mod history;
pub mod lab_switch;
pub mod lsp;
pub mod plan;
mod prepare;
pub mod rehearse;
pub mod revert;
pub mod status;
pub mod transaction;
pub mod verify;
