//! Frames that wait to be fetched. What waits is bounded: a port's newer LACPDU takes the place of an older one.

use std::collections::VecDeque;

use wire::slow::FRAME_LEN;

use crate::PortId;

/// How many answers to markers wait for one port at most.
const MAX_ANSWERS: usize = 8;

/// A frame to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transmit {
    /// Through which port.
    pub port: PortId,
    /// The frame, from its Ethernet header on.
    pub frame: [u8; FRAME_LEN],
}

/// What a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Lacpdu,
    Answer,
}

/// The frames, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbox(VecDeque<(Kind, Transmit)>);

impl Outbox {
    /// Adds an LACPDU, in place of one that nobody fetched.
    pub(crate) fn lacpdu(&mut self, new: Transmit) {
        self.0.retain(|(kind, waiting)| *kind != Kind::Lacpdu || waiting.port != new.port);
        self.0.push_back((Kind::Lacpdu, new));
    }

    /// Adds an answer to a marker; `false`: too many wait already.
    pub(crate) fn answer(&mut self, new: Transmit) -> bool {
        let waiting = self.0.iter().filter(|(kind, old)| *kind == Kind::Answer && old.port == new.port).count();
        let room = waiting < MAX_ANSWERS;
        if room {
            self.0.push_back((Kind::Answer, new));
        }
        room
    }

    /// Fetches the oldest.
    pub(crate) fn pop(&mut self) -> Option<Transmit> {
        self.0.pop_front().map(|(_, frame)| frame)
    }
}
