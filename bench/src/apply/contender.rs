//! Who takes part.

use clap::ValueEnum;
use serde::Serialize;

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contender {
    /// `bowline apply --unguarded`
    Bowline,
    /// `ifreload -a` of ifupdown2
    Ifupdown2,
    /// `ip -batch`; in place of a second run, the least that a no-op could cost: `ip -j link` and `ip -j addr`
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

    /// What is run, first and again.
    #[must_use]
    pub fn commands(self) -> [&'static str; 2] {
        match self {
            Self::Bowline => ["bowline apply --unguarded"; 2],
            Self::Ifupdown2 => ["ifreload -a"; 2],
            Self::IpBatch => ["ip -batch", "ip -j link + ip -j addr"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_those_of_the_command_line() {
        for contender in Contender::ALL {
            let value = contender.to_possible_value().expect("none is hidden");
            assert_eq!(value.get_name(), contender.name());
        }
    }
}
