//! When hooks run.

/// A phase of bringing an interface up or down. A line of the file by that name is run in it, and the scripts of
/// /etc/network/if-PHASE.d.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before anything is changed.
    PreUp,
    /// When the interface is as the file says.
    Up,
    /// After [`Phase::Up`].
    PostUp,
    /// Before anything is taken away.
    PreDown,
    /// After [`Phase::PreDown`], with everything still there.
    Down,
    /// When it is gone.
    PostDown,
}

impl Phase {
    /// Every phase.
    pub const ALL: [Self; 6] = [Self::PreUp, Self::Up, Self::PostUp, Self::PreDown, Self::Down, Self::PostDown];

    /// Its name, as lines of the file, folders and `PHASE` have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreUp => "pre-up",
            Self::Up => "up",
            Self::PostUp => "post-up",
            Self::PreDown => "pre-down",
            Self::Down => "down",
            Self::PostDown => "post-down",
        }
    }

    /// `MODE`: `start` or `stop`.
    #[must_use]
    pub fn mode(self) -> &'static str {
        match self {
            Self::PreUp | Self::Up | Self::PostUp => "start",
            Self::PreDown | Self::Down | Self::PostDown => "stop",
        }
    }
}
