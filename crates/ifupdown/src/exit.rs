//! What the program tells the shell.

/// ifupdown2's exit codes (`lib/status.py`), as far as there is a use for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// All is as the file says.
    Success,
    /// An interface has an error, the file has one, or `ifquery -c` found a difference.
    Failure,
    /// Another instance holds the lock.
    Locked,
    /// The command line makes no sense. (argparse's own complaints are a 2 in ifupdown2; here they are the same code.)
    Arguments,
}

impl ExitCode {
    /// The number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Failure => 1,
            Self::Locked => 89,
            Self::Arguments => 90,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
