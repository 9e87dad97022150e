//! On which kernel the tests run.

/// On which kernel the tests run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Venue {
    /// One that the lab boots: user-mode-linux, with this program as PID 1. All of it is ours.
    Uml,
    /// The host's own. Only the namespaces that we make are ours.
    Native,
}

impl std::fmt::Display for Venue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Uml => "user-mode-linux",
            Self::Native => "the host's own kernel",
        })
    }
}
