//! What the program tells the shell.

/// What a verb tells the shell. `--help` of each verb says which it uses and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitCode {
    /// All is well. Warnings are allowed.
    Success,
    /// There are errors in the file, differences, or a refusal before anything was changed.
    Problems,
    /// The file or the kernel can't be read, or the command line makes no sense.
    Unreadable,
    /// `plan --exit-code`: there is something to do.
    Pending,
    /// `apply` stopped midway, or the kernel does not show what it accepted; rolling back left something behind.
    Midway,
    /// The change was rolled back, all of it.
    RolledBack,
}

impl ExitCode {
    /// The number.
    #[must_use]
    pub fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::Problems => 1,
            Self::Unreadable => 2,
            Self::Pending => 3,
            Self::Midway => 4,
            Self::RolledBack => 5,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}
