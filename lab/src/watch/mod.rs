//! What the kernel is told, and what it tells.
//!
//! [`Requests`] counts the netlink requests that reach the kernel, whoever sends them; [`Monitor`] hears what the kernel
//! announces. A reload that has nothing to do must leave both silent, but for reading.

mod monitor;
mod requests;

pub use monitor::{Monitor, MonitorError};
pub use requests::{Request, Requests, RequestsError};
