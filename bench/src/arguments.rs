//! The command line and its help.

use clap::{Args, Parser, Subcommand, value_parser};

use crate::reload::arguments::{ReloadOptions, ReloadOrder};

/// Measures Bowline beside what others take for the same
#[derive(Debug, Parser)]
#[command(name = "bench", disable_help_subcommand = true)]
pub struct Arguments {
    /// What to measure.
    #[command(subcommand)]
    pub bench: Bench,
}

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// A file of N stanzas: read from memory, parsed, resolved and checked
    ///
    /// Beside each size stands half of it, so that what a doubling costs can be told. A quiet machine makes a better
    /// figure.
    Check(CheckOptions),
    /// The transmit hash: nanoseconds a frame, by policy and sort of frame
    Hash(HashOptions),
    /// A reload of large set-ups: the first, once more with nothing changed, and with one line changed
    ///
    /// Beside ifupdown2 and `ip -batch`; and the memory and the start of our own program. Each sample has a network and a
    /// mount namespace of its own, so the machine's network and files stay as they are; what its kernel can't do is measured
    /// on Debian's user-mode-linux. Installs bridge-utils and ethtool where they are missing, which takes root; without
    /// root, user namespaces must be allowed. It takes a quarter of an hour, and wants a quiet machine.
    Reload(ReloadOptions),
    /// The twin: virtual seconds a second for the article's LACP host and for a thousand of them, and seeds of the soak a second
    Twin(TwinOptions),
    /// One sample, where nothing of the host's network is: `reload` starts it
    #[command(hide = true)]
    ReloadSample(ReloadOrder),
}

/// What `check` is asked.
#[derive(Args, Clone, Debug)]
pub struct CheckOptions {
    /// How many `iface` stanzas
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "10,20,1000,10000,100000", value_parser = value_parser!(u32).range(2..=i64::from(crate::check::file::MAX)))]
    pub sizes: Vec<u32>,
    /// Samples at each size
    #[arg(long, default_value_t = 9, value_parser = value_parser!(u16).range(1..=1000))]
    pub runs: u16,
    /// Puts the table into bench/README.md
    #[arg(long)]
    pub write: bool,
    /// Prints JSON, every sample included
    #[arg(long)]
    pub json: bool,
}

/// What `hash` is asked.
#[derive(Args, Clone, Debug)]
pub struct HashOptions {
    /// How many flows a sample hashes
    #[arg(long, default_value_t = 100_000, value_parser = value_parser!(u32).range(1..=10_000_000))]
    pub flows: u32,
    /// Samples of each policy and sort
    #[arg(long, default_value_t = 9, value_parser = value_parser!(u16).range(1..=1000))]
    pub runs: u16,
    /// Puts the table into bench/README.md
    #[arg(long)]
    pub write: bool,
    /// Prints JSON, every sample included
    #[arg(long)]
    pub json: bool,
}

/// What `twin` is asked.
#[derive(Args, Clone, Debug)]
pub struct TwinOptions {
    /// How many seeds a sample plays
    #[arg(long, default_value_t = 200, value_parser = value_parser!(u64).range(1..=100_000))]
    pub seeds: u64,
    /// Samples of each
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u16).range(1..=1000))]
    pub runs: u16,
    /// Puts the table into bench/README.md
    #[arg(long)]
    pub write: bool,
    /// Prints JSON, every sample included
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
