//! A guarded change on a real kernel: whatever happens, the host ends with the old state or the new one, files and kernel.
//!
//! - [`points`]: an accident at every action of a transaction, for many kinds of change. The process that dies is played: it
//!   does nothing any more from that action on, and another one finds what it left. So is the power cut: the same, a new
//!   namespace, and another name for the start of the host.
//! - [`processes`]: the guard as a process, killed by SIGKILL, with the process that watches it, and without.
//! - [`memory`]: `ifreload` beside it; [`reload`]: `ifreload` under it.
//! - [`health`]: what works before has to work after.
//! - [`administrator`]: somebody far away with a TCP session through what is changed.

mod accident;
mod administrator;
mod health;
mod kinds;
mod memory;
mod points;
mod processes;
mod reload;
mod state;

pub(crate) use processes::take_part;
