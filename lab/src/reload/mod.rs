//! Reloads that are data: a folder of `lab/reloads` each, with the file before, the file after, and what must come of it.
//!
//! [`Scenario`] is what the folder says, [`Stage`] the host that it is played on, [`Tool`] who reloads, [`play()`] the play.
//! [`Snapshot`] keeps what must not be disturbed, [`facts`] turns what the kernel has into what a scenario can ask for.

mod disturbed;
mod error;
mod facts;
mod play;
mod scenario;
mod snapshot;
mod stage;
mod tool;

pub use disturbed::{Aspect, Disturbed, disturbed};
pub use error::ReloadError;
pub use facts::{facts, lacks, route_text};
pub use play::{Flow, Played, play};
pub use scenario::{Disturbance, GuestPort, Reload, Scenario, folder, names};
pub use snapshot::{LinkState, Snapshot, plant_witnesses};
pub use stage::Stage;
pub use tool::{Bowline, Ran, Tool};
