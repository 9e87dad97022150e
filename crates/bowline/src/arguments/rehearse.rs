//! The command line of `rehearse`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What `rehearse` takes.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The file; without it, what is staged in /etc/network/interfaces.new, else /etc/network/interfaces, on the NICs and
    /// guests of this host
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// The file that the host runs before; without it, a FILE is applied to a bare host, and a staged one to what
    /// /etc/network/interfaces says
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
    /// What the switch is set to; fitting: what the file needs
    #[arg(long, value_enum, hide_possible_values = true, hide_default_value = true, default_value_t = Side::Fitting)]
    #[arg(value_name = "fitting|plain|static|lacp|lacp-fast|lacp-slow|lacp-passive", conflicts_with = "host")]
    pub switch: Side,
    /// How long a port of the switch waits with a link before it forwards: 30 with the spanning tree's usual timers
    #[arg(long, value_name = "SECONDS", default_value_t = 0, conflicts_with = "host", value_parser = clap::value_parser!(u64).range(..=3600))]
    pub forward_delay: u64,
    /// Only applies the file; breaks nothing
    #[arg(long)]
    pub only_apply: bool,
    /// Tells what happened after each fault, line by line
    #[arg(long, short = 't')]
    pub timeline: bool,
    /// Also draws what happened along time, as SVG, into a file; one that is there is replaced
    #[arg(long, value_name = "FILE")]
    pub picture: Option<PathBuf>,
    /// Where chance begins: the moments of the faults. The same number gives the same output
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
}

/// What the switch is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Side {
    /// What the file needs.
    Fitting,
    /// Plain ports, no group.
    Plain,
    /// A static group for each bond.
    Static,
    /// LACP for each bond, at the file's rate.
    Lacp,
    /// LACP at the fast rate.
    LacpFast,
    /// LACP at the slow rate.
    LacpSlow,
    /// LACP that only answers.
    LacpPassive,
}

impl From<Side> for drill::SwitchSide {
    fn from(side: Side) -> Self {
        match side {
            Side::Fitting => Self::Fitting,
            Side::Plain => Self::Plain,
            Side::Static => Self::Static,
            Side::Lacp => Self::Lacp { fast: None, active: true },
            Side::LacpFast => Self::Lacp { fast: Some(true), active: true },
            Side::LacpSlow => Self::Lacp { fast: Some(false), active: true },
            Side::LacpPassive => Self::Lacp { fast: None, active: false },
        }
    }
}

/// What stands below the help.
pub const HELP: &str = "\
Nothing of this host is touched: it all happens on a model of it, in virtual time, and takes no privilege. docs/twin.md
says what the model knows and what it does not.

Exit codes:
  0  the file was applied, and all gets through
  1  errors in the file, something that can't be had, or somebody who can't be reached with it
  2  the file or the host can't be read

Examples:
  bowline rehearse                                    tonight's change, on a twin of this host
  bowline rehearse examples/lacp/interfaces           a file, on a host that is made up for it
  bowline rehearse --from old/interfaces new/interfaces
  bowline rehearse --switch plain examples/lacp/interfaces
  bowline rehearse --picture tonight.svg              for whoever is to agree to it
  bowline rehearse --json | jq '.faults[] | {kind, nic, lost}'";
