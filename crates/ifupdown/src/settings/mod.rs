//! What an administrator may set for the program itself: ifupdown2's files, and one of Bowline's own. All are optional.
//!
//! - [`conf`]: /etc/network/ifupdown2/ifupdown2.conf. [`policy`]: the policy files. [`own`]: /etc/bowline/config.toml.

pub mod conf;
pub mod own;
pub mod policy;
mod text;

pub use conf::Conf;
pub use own::Own;
pub use policy::Policy;

use interfaces::Files;

/// All of them.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// ifupdown2's configuration.
    pub conf: Conf,
    /// ifupdown2's policies.
    pub policy: Policy,
    /// Bowline's configuration.
    pub own: Own,
}

impl Settings {
    /// Reads them; `warn` is told of what can't be read or is not known.
    pub fn read(disk: &dyn Files, warn: &mut dyn FnMut(String)) -> Self {
        Self { conf: Conf::read(disk, warn), policy: Policy::read(disk, warn), own: Own::read(disk, warn) }
    }
}
