//! Tests on a real kernel, on any machine.
//!
//! One program is both sides: on the host a test runner ([`host`]), and inside user-mode-linux the first process
//! ([`guest`]). A test ([`Case`]) gets a [`Lab`]: a network namespace that plays the host, and the means to build a network
//! around it ([`net`]), to send traffic through that ([`traffic`]), and to see what the kernel is told and tells ([`watch`]).
//! [`reload`] plays reloads that are data.
//!
//! A test is a function that [`test!`] registers; `tests/kernel/` holds them.

#![allow(clippy::disallowed_methods, reason = "an edge: it boots kernels, waits for them and reads the clock")]

pub mod attempt;
mod case;
pub mod demo;
mod entry;
pub mod guest;
pub mod host;
mod lab;
pub mod message;
pub mod net;
pub mod page;
pub mod programs;
pub mod reload;
pub mod traffic;
mod venue;
mod wait;
pub mod watch;

pub use case::{CASES, Case, FAMILIES, Outcome};
pub use entry::{main, main_with, take_part};
pub use host::Extra;
pub use lab::Lab;
#[doc(hidden)]
pub use linkme;
pub use net::{Cable, End, Guest, Links, Namespace, NetError, Partner, PartnerError, Switch};
pub use venue::Venue;
pub use wait::{NeverHappened, until, until_within};
