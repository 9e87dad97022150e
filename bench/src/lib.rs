//! What is measured, beside what others take for the same.
//!
//! - [`reload`]: a reload of large set-ups, first, again and with one line changed, beside ifupdown2 and `ip -batch`.
//! - [`check`]: a file of N stanzas read, parsed, resolved and checked.
//! - [`hash`]: the transmit hash of a frame. [`mod@twin`]: how much faster than time a simulated host runs.
//! - [`arguments`]: the command line. [`machine`]: what it ran on. [`statistics`]: medians and spreads. [`readme`]: the
//!   page that keeps the result.
//! - [`process`]: a program run, timed and bounded. [`memory`]: the most that it had. [`namespace`]: the namespaces that a sample has to itself.
//!   [`modules`]: what user-mode-linux loads.
//! - [`program`] and [`ifupdown2`]: what is measured, built or fetched.
//!
//! Nothing here runs in `cargo test` but the arithmetic and the rendering: a measurement wants a quiet machine.

#![allow(clippy::disallowed_methods, reason = "an edge: it runs programs and reads the clock")]

pub mod arguments;
pub mod check;
pub mod hash;
pub mod ifupdown2;
pub mod machine;
pub mod memory;
pub mod modules;
pub mod namespace;
pub mod process;
pub mod program;
pub mod readme;
pub mod reload;
pub mod statistics;
pub mod twin;
