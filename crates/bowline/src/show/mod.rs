//! Everything that people read. Each file makes text from values; none asks the system for anything.
//!
//! - [`text`]: pieces of text with a style. [`tree`]: a tree of them with columns.
//! - [`status`]: a network as such a tree, with [`bond`], [`guests`] and, for one link, [`detail`].
//! - [`diagnostic`]: something wrong with the file, at its place; [`github`]: the same for a CI system; [`catalogue`]: what
//!   its code means. [`diff`]: two texts side by side. [`time`]: times and durations. [`plan`]: steps, problems and differences.
//!   [`rehearse`]: what a rehearsal found; [`picture`]: the same drawn along time.
//!   [`lab_switch`]: what a LAG partner of ours hears.

pub mod bond;
pub mod catalogue;
pub mod detail;
pub mod diagnostic;
pub mod diff;
pub mod excerpt;
pub mod github;
pub mod guests;
pub mod lab_switch;
pub mod link;
pub mod picture;
pub mod plan;
pub mod rehearse;
pub mod status;
pub mod text;
pub mod time;
pub mod tree;
