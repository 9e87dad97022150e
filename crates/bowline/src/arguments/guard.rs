//! The arguments of the verbs that are about guarded changes, and their help.

use std::time::Duration;

use clap::Args;

use crate::show::time::parse_duration;

/// What `apply` is given.
#[derive(Args, Clone, Debug)]
pub struct Apply {
    /// How long to wait to be confirmed before all is undone
    #[arg(long, value_name = "TIME", default_value = "90s", value_parser = parse_duration)]
    pub within: Duration,
    /// What keeps the change: somebody who confirms it, or by itself that all which worked before works again
    #[arg(long, value_enum, value_name = "BY", default_value_t = Confirm::Asked)]
    pub confirm: Confirm,
    /// Goes ahead although the change surely cuts off the session that asks for it
    #[arg(long)]
    pub yes: bool,
    /// Goes ahead without the guard: nothing undoes a change that cuts you off
    #[arg(long, conflicts_with_all = ["within", "confirm", "yes"])]
    pub unguarded: bool,
}

/// What keeps a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Confirm {
    /// Somebody, with `bowline confirm`
    Asked,
    /// By itself: what worked before has to work for as long as /etc/bowline/config.toml says (guard.settle, 10 s)
    Auto,
}

/// After the help of `apply`.
pub const APPLY: &str = "\
Exit codes:
  0  confirmed; or nothing of the kernel had to be changed; or, applied already, it waits once more as long
  1  refused: errors in the file, another change is open, or it would cut you off; nothing was changed
  2  the file, the kernel or the guard can't be reached
  4  rolled back, but something could not be restored; the output says what. Or confirmed, but it could not be noted for
     the next ifreload. Unguarded: stopped midway, or the kernel
     lacks some of what the file says, or the staged file could not take the place of the other
  5  rolled back: the host has what it had before

Examples:
  bowline plan && bowline apply
  bowline apply --within 5m
  bowline apply --confirm auto        # for programs: 0, and all that worked works; or 5, and all is as it was";
/// After the help of `confirm`.
pub const CONFIRM: &str = "\
Exit codes:
  0  confirmed
  1  nothing is open, the token is another one's, or it is too late
  2  the guard can't be reached
  4  confirmed, but it could not be noted for the next ifreload; or it could not be confirmed, and something of the old state could not be restored
  5  it could not be confirmed, and was rolled back

Examples:
  bowline confirm
  bowline confirm k3v9qa
  bowline confirm - <token";
/// After the help of `pending`.
pub const PENDING: &str = "\
Exit codes:
  0  nothing is open
  2  the guard can't be reached
  3  a change is open

Examples:
  bowline pending
  bowline pending --json | jq .seconds_left";
/// After the help of `rollback`.
pub const ROLLBACK: &str = "\
Exit codes, with ID as those of apply; without:
  0  rolled back: the host has what it had before
  1  nothing is open, or it is too late
  2  the guard can't be reached
  4  rolled back, but something could not be restored; the output says what

Examples:
  bowline rollback
  bowline rollback 20261124-222305-k3";
/// After the help of `history`.
pub const HISTORY: &str = "\
Exit codes:
  0  shown
  1  no change is of that name
  2  it can't be read

Examples:
  bowline history
  bowline history 20261124-222305-k3
  bowline history --json | jq '.[0].ending'";
/// After the help of `recover`.
pub const RECOVER: &str = "\
Exit codes:
  0  nothing was left open, or all of it is restored
  2  the state can't be read
  4  something could not be restored; the output says what

Examples:
  bowline recover";
