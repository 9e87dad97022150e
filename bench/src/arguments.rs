//! The command line and its help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, value_parser};

use crate::apply::Contender;
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
    /// N bridges with a port and an address each: made, and asked for once more
    ///
    /// Each sample has a network and a mount namespace of its own, so the machine's network and files stay as they
    /// are. Installs bridge-utils and ethtool where they are missing, which takes root; without root, user namespaces
    /// must be allowed. A quiet machine makes a better figure.
    Apply(ApplyOptions),
    /// A file of N stanzas: read from memory, parsed, resolved and checked
    ///
    /// Beside each size stands half of it, so that what a doubling costs can be told. A quiet machine makes a better
    /// figure.
    Check(CheckOptions),
    /// The transmit hash: nanoseconds a frame, by policy and sort of frame
    Hash(HashOptions),
    /// A reload of large set-ups: the first, once more with nothing changed, and with one line changed
    ///
    /// Beside ifupdown2 and `ip -batch`; and the memory and the start of our own program. Samples are taken as by `apply`;
    /// what this machine's kernel can't do is measured on Debian's user-mode-linux. It takes a quarter of an hour.
    Reload(ReloadOptions),
    /// One sample, in namespaces made for it: `apply` starts it
    #[command(hide = true)]
    ApplySample(SampleOrder),
    /// One sample, where nothing of the host's network is: `reload` starts it
    #[command(hide = true)]
    ReloadSample(ReloadOrder),
}

/// What `apply` is asked.
#[derive(Args, Clone, Debug)]
pub struct ApplyOptions {
    /// How many bridges
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "2,100,500", value_parser = value_parser!(u16).range(1..=4000))]
    pub sizes: Vec<u16>,
    /// Samples of each contender at each size
    #[arg(long, default_value_t = 5, value_parser = value_parser!(u16).range(1..=1000))]
    pub runs: u16,
    /// Samples of ifupdown2 with more than 100 bridges, where one takes the better part of a minute
    #[arg(long, default_value_t = 2, value_parser = value_parser!(u16).range(1..=1000))]
    pub slow_runs: u16,
    /// Who takes part
    #[arg(long, value_name = "WHO,…", value_delimiter = ',', value_enum, default_values_t = Contender::ALL)]
    pub only: Vec<Contender>,
    /// Seconds after which a program that does not end is a failure
    #[arg(long, value_name = "SECONDS", default_value_t = 180, value_parser = value_parser!(u16).range(1..=3600))]
    pub timeout: u16,
    /// Another bowline than the one built from here
    #[arg(long, value_name = "FILE")]
    pub bowline: Option<PathBuf>,
    /// Puts the table into bench/README.md
    #[arg(long)]
    pub write: bool,
    /// Prints JSON, every sample included
    #[arg(long)]
    pub json: bool,
}

impl ApplyOptions {
    /// How long one program may take.
    #[must_use]
    pub fn limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout))
    }

    /// How many samples of a contender at a size: [`Self::slow_runs`] for ifupdown2 above 100 bridges.
    #[must_use]
    pub fn runs_of(&self, contender: Contender, size: u16) -> u16 {
        const SLOW_ABOVE: u16 = 100;
        if contender == Contender::Ifupdown2 && size > SLOW_ABOVE { self.slow_runs } else { self.runs }
    }
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

/// What one sample is asked.
#[derive(Args, Clone, Debug)]
pub struct SampleOrder {
    /// Whose
    #[arg(long, value_enum)]
    pub contender: Contender,
    /// How many bridges
    #[arg(long)]
    pub size: u16,
    /// Seconds for each program
    #[arg(long)]
    pub timeout: u16,
    /// The program bowline
    #[arg(long)]
    pub bowline: PathBuf,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn only_ifupdown2_gets_fewer_runs_and_only_where_it_is_slow() {
        let Bench::Apply(options) = Arguments::parse_from(["bench", "apply", "--runs", "7"]).bench else {
            panic!("apply was asked for");
        };
        assert_eq!(options.sizes, [2, 100, 500]);
        assert_eq!(options.runs_of(Contender::Ifupdown2, 100), 7);
        assert_eq!(options.runs_of(Contender::Ifupdown2, 500), 2);
        assert_eq!(options.runs_of(Contender::Bowline, 500), 7);
    }
}
