//! A host in virtual time, and what it is cabled to: NICs, cables, switches, the bonding driver's monitors, bridges, VLANs,
//! guests and their flows.
//!
//! No clock, file, socket or chance but a seed's: a run is a function of what was built, what was done to it, and the seed.
//! It models what a change of the network and a failed link do to traffic; throughput, latency and queues it does not.
//!
//! - [`World`]: all of it together, and its time. [`Twin`]: one of its hosts, behind [`network::Host`].
//! - [`kernel`]: a host's kernel; [`mod@bond`] the bonding driver, [`mod@bridge`] what runs behind a bridge.
//! - [`phy`], [`cable`], [`switch`], [`station`]: what a host is cabled to.
//! - [`topology`]: all of that as data. [`scenario`]: the same as a file, with what happens. [`traffic`]: flows, and what an outage does to them. [`log`]: what happened, when.
//! - [`hash`]: the transmit hash. All chance is a seed's ([`chance::Chance`]).

mod aggregation;
mod bond;
mod bridge;
pub mod cable;
pub mod frame;
pub mod hash;
pub mod host;
pub mod kernel;
pub mod log;
pub mod phy;
pub mod scenario;
pub mod station;
pub mod switch;
pub mod topology;
pub mod traffic;
pub mod world;

pub use cable::{CableState, Port};
pub use frame::Way;
pub use host::Twin;
pub use kernel::{Kernel, NicFacts};
pub use log::{Entry, Note};
pub use phy::Phy;
pub use scenario::Scenario;
pub use station::Station;
pub use switch::{LagMode, Switch};
pub use topology::Topology;
pub use traffic::{Flow, Outage, Traffic};
pub use world::World;
