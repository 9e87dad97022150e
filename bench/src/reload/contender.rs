//! Who takes part.

use clap::ValueEnum;
use serde::Serialize;

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contender {
    /// Bowline's `ifreload -a`
    Bowline,
    /// ifupdown2's `ifreload -a`
    Ifupdown2,
    /// `ip -batch` of the changes; with nothing changed, the least that a look costs: `ip -j link` and `ip -j addr`
    IpBatch,
}

impl Contender {
    /// Each of them, in the order of the table.
    pub const ALL: [Self; 3] = [Self::Bowline, Self::Ifupdown2, Self::IpBatch];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bowline => "bowline",
            Self::Ifupdown2 => "ifupdown2",
            Self::IpBatch => "ip-batch",
        }
    }

    /// What the table calls it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Bowline => "Bowline",
            Self::Ifupdown2 => "ifupdown2",
            Self::IpBatch => "`ip`",
        }
    }
}
