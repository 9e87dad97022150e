//! Which of the four programs is meant.

use std::ffi::OsStr;
use std::path::Path;

/// The programs of ifupdown2. One binary is all four: the name it is called by decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Brings interfaces up.
    Ifup,
    /// Brings interfaces down.
    Ifdown,
    /// Shows what the file says, and whether the host has it.
    Ifquery,
    /// Makes the host agree with the file.
    Ifreload,
}

impl Face {
    /// Every face.
    pub const ALL: &'static [Self] = &[Self::Ifup, Self::Ifdown, Self::Ifquery, Self::Ifreload];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ifup => "ifup",
            Self::Ifdown => "ifdown",
            Self::Ifquery => "ifquery",
            Self::Ifreload => "ifreload",
        }
    }

    /// What it is for, in a line of its help.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Ifup => "Brings interfaces up as /etc/network/interfaces says.",
            Self::Ifdown => "Brings interfaces down.",
            Self::Ifquery => "Shows what /etc/network/interfaces says, and whether the kernel has it.",
            Self::Ifreload => "Makes the kernel agree with /etc/network/interfaces, by the smallest change.",
        }
    }

    /// The face that a path names by its end, as ifupdown2 has it (`argv.py`: `/sbin/ifup`, a link `my-ifup`).
    #[must_use]
    pub fn of(program: &OsStr) -> Option<Self> {
        let name = Path::new(program).file_name()?.to_str()?;
        Self::ALL.iter().copied().find(|face| name.ends_with(face.name()))
    }
}
