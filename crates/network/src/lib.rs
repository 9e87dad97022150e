//! The vocabulary: one [`Network`] describes what the file wants and what the kernel has, so that a plan can be their
//! difference.
//!
//! - [`Network`], [`Links`], [`Link`], [`Bond`], [`Bridge`], [`Vlan`], [`Address`], [`Route`]: the state, wanted or observed.
//! - [`option`]: the one table of every bonding and bridge option; resolve, check, plan, the kernel's edge and the help
//!   all read it. Adding an option is adding a row.
//! - [`Change`]: one change of the kernel's state; [`Host`]: the port through which changes go out and observations come in.
//! - [`fn@resolve`]: what a file wants; [`fn@check`]: what is wrong with it.
//! - [`catalogue`]: what each code of a diagnostic means, with an example.
//! - [`fn@edit::edit`]: what an administrator asks for, as the smallest change of the text.
//! - [`fn@model::apply`] and [`effect`]: what the kernel makes of a change, side effects included; the planner and the twin
//!   both read it there.
//! - [`Property`]: what a line of the file, a change and a refusal of the kernel have in common.
//!
//! Pure: no clock, file or socket.

pub mod address;
pub mod bond;
pub mod bridge;
pub mod catalogue;
pub mod change;
pub mod check;
pub mod dhcp;
pub mod edit;
pub mod effect;
pub mod given;
pub mod health;
pub mod hook;
pub mod host;
pub mod lacp;
pub mod link;
pub mod links;
pub mod mac;
pub mod model;
pub mod name;
pub mod option;
pub mod ovs;
pub mod property;
pub mod resolve;
pub mod state;
mod text;
pub mod vlan;

pub use address::{Address, Route};
pub use bond::{Bond, BondMode, BondPort};
pub use bridge::{Bridge, BridgePort, PortVlans, VlanEntry};
pub use change::{Change, Device};
pub use check::check;
pub use given::Given;
pub use health::{Health, health};
pub use hook::Hook;
pub use host::{Host, ObserveError, Refusal};
pub use link::{Facts, Kind, Link, LinkIndex, Vlan, VlanProtocol};
pub use links::Links;
pub use mac::Mac;
pub use name::IfName;
pub use option::{Opt, Options, Scope, Value};
pub use property::{Field, Property};
pub use resolve::{Resolved, resolve, resolve_on, resolve_only};
pub use state::{Going, Network, Policy};
pub use vlan::{Vid, VidRange, VidSet};
