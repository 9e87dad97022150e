//! The Debian package: how it is built, and how it is tried in a clean Debian.
//!
//! `Cargo.toml` beside this folder says what is in it (`package.metadata.deb`); `files/` holds what is not built,
//! `scripts/` what dpkg runs, `trials/` what must hold when it is installed, upgraded and removed.
//!
//! - [`deb`]: builds the package. [`generate`]: the manual pages and completions, from the tables that the programs
//!   themselves go by.
//! - [`trial`]: runs the scripts of `trials/`, each in a Debian and a network of its own.
//! - [`mod@soak`]: seeds, played until one fails; [`planted`]: faults planted by hand, which it has to find.
//! - [`tool`]: other people's programs. [`place`]: where things are.
#![allow(clippy::disallowed_methods, reason = "an edge: it runs programs and reads and writes files")]

pub mod arguments;
pub mod deb;
pub mod generate;
pub mod place;
pub mod planted;
pub mod soak;
pub mod tool;
pub mod trial;
