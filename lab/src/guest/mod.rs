//! Inside the kernel that the lab boots: this program as PID 1.
//!
//! [`mounts`] and [`modules`] make the machine usable, [`work`] does the job that the host left, and power-off ends it.

mod modules;
mod mounts;
mod work;

pub use work::main;

/// The argument by which the guest knows itself; the scratch folder of the host follows.
pub const MARK: &str = "--lab-guest";
