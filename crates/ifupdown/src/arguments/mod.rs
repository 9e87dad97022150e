//! The command line, as ifupdown2's `argv.py` has it.
//!
//! - [`table`]: every option, of which faces, and its help.
//! - [`parse()`]: reads a command line by that table, with argparse's habits. [`help`]: writes the help from it.

pub mod help;
pub mod parse;
pub mod table;

pub use parse::{Arguments, Asked, UsageError, parse};
pub use table::{Flag, OPTIONS};
