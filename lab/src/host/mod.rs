//! On the host: find a kernel to run on, boot it if need be, and show the tests' results as cargo does.
//!
//! [`install`] finds user-mode-linux or installs it, [`keeper`] starts it and sees that it can't outlive us,
//! [`machine`] runs it with a job, [`console`] keeps what it prints, [`programs`] fetches what others
//! wrote, [`native`] tells whether the host's own kernel will do, [`trials`] is the test runner.

mod console;
mod install;
mod keeper;
mod machine;
mod native;
mod programs;
mod trials;

pub use console::Echo;
pub use keeper::MARK as KEEPER_MARK;
pub use keeper::main as keep;
pub use machine::{Limits, MachineError, run_job};
pub use trials::{Extra, run as run_tests};
