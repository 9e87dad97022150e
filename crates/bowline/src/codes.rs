//! The codes of diagnostics that arise here: those of the file's syntax and meaning are below.

/// The kernel refused a step of a plan.
pub const REFUSED: &str = "BW201";
/// The file wants something that no change can bring about on this host.
pub const IMPOSSIBLE: &str = "BW202";
