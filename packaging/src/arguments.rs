//! The command line and its help.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Builds the Debian package and tries it; plays random hosts on the twin
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Builds target/package/bowline_VERSION_ARCHITECTURE.deb, and prints its path
    ///
    /// Needs cargo-deb, and installs it where it is missing.
    Deb,
    /// Builds the package, and installs, upgrades and removes it in a clean Debian
    ///
    /// Each trial has a file system, a network and processes of its own; the host's are not touched. Takes root. Installs
    /// mmdebstrap, lintian and user-mode-linux where they are missing, and fetches Debian's packages for the clean root once.
    Test(TestOptions),
    /// Plays random hosts, files, edits, faults and crashes on the twin, until something that is promised does not hold
    ///
    /// A failure is shrunk, and told with the command that plays it again. `cargo run --release -p packaging -- soak` plays ten
    /// times as many.
    Soak(SoakOptions),
    /// Plants faults by hand, one at a time, in a copy of the tree, and sees that `soak` finds each
    ///
    /// They are patches in crates/soak/planted. The copy is built once for each; it takes a minute or two.
    Planted,
    /// One trial, in namespaces made for it: `test` starts it
    #[command(hide = true)]
    Inside(Order),
    /// One trial on a machine that boots, in namespaces made for it: `test` starts it
    #[command(hide = true)]
    Machine(Order),
}

/// What `test` is asked.
#[derive(Args, Clone, Debug)]
pub struct TestOptions {
    /// Only trials whose name holds this
    #[arg(value_name = "PART")]
    pub part: Option<String>,
    /// In which Debian
    #[arg(long, value_name = "SUITE,…", value_delimiter = ',', value_enum, default_values_t = [Suite::Bookworm, Suite::Trixie])]
    pub suites: Vec<Suite>,
}

/// What `soak` is asked.
#[derive(Args, Clone, Debug)]
pub struct SoakOptions {
    /// For how long
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub minutes: u64,
    /// At most so many seeds
    #[arg(long, value_name = "N")]
    pub seeds: Option<u64>,
    /// From this seed on; else by the clock
    #[arg(long, value_name = "SEED")]
    pub from: Option<u64>,
    /// This seed alone, with all that happens
    #[arg(long, value_name = "SEED", conflicts_with_all = ["minutes", "seeds", "from"])]
    pub seed: Option<u64>,
}

/// A release of Debian that the package is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Suite {
    /// Debian 12, of Proxmox VE 8
    Bookworm,
    /// Debian 13, of Proxmox VE 9
    Trixie,
}

impl Suite {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bookworm => "bookworm",
            Self::Trixie => "trixie",
        }
    }
}

/// What one trial is asked.
#[derive(Args, Clone, Debug)]
pub struct Order {
    /// The folder of the clean root, or the disk; it stays as it is
    #[arg(long)]
    pub base: PathBuf,
    /// The package
    #[arg(long)]
    pub deb: PathBuf,
    /// The script
    #[arg(long)]
    pub script: PathBuf,
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
