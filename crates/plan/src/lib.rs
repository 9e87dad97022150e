//! wanted × observed → [`Plan`]: the smallest ordered list of kernel changes, each with its inverse and its impact.
//!
//! How it works: a planner walks the wanted network in stages (devices, bond options, members, links, addresses, routes)
//! and compares it with a model of the kernel. Every step that it takes it also takes in the model, side effects included
//! (a link that goes down loses its routes), so what a bounce destroys is found missing by a later stage and put back.
//!
//! What a file leaves out is compared with the option table's default: a file says the whole of a bond, so that a host
//! that was changed step by step ends where a host ends that boots with the file. Options without a fixed default are
//! left as they are.
//!
//! [`down()`] is the other direction: links that nobody wants any more are taken away. [`back()`] leads to what was observed before.
//!
//! Pure: the same two networks always give the same plan.

mod address;
mod back;
mod bond;
mod bridge;
mod device;
mod dhcp;
mod difference;
mod down;
mod given;
mod impact;
mod inverse;
mod link;
mod member;
mod options;
mod order;
mod ovs;
mod planner;
mod problem;
mod setting;

pub use back::{back, touched};
pub use device::{is_made_by_us, kind_name};
pub use difference::{Difference, differences};
pub use down::down;
pub use impact::Impact;
pub use network::model::apply;
pub use order::{lowers, lowers_first};
pub use planner::{Plan, Step, plan};
pub use problem::Problem;
