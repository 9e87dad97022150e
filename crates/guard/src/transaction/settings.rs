//! How patient a transaction is.

use std::time::Duration;

/// How patient a transaction is, and what confirms it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long it waits to be confirmed, from the moment that everything is done.
    pub within: Duration,
    /// How long what worked before may be gone: LACP and the spanning tree take their time.
    pub grace: Duration,
    /// What confirms it.
    pub confirmation: Confirmation,
}

/// What confirms a transaction. Time alone never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// A person, with the token.
    Asked,
    /// That all which worked before works again, for so long. A person may too.
    Evidence {
        /// How long.
        settle: Duration,
        /// How long where nothing was disturbed.
        hitless: Duration,
    },
}
