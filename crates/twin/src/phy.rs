//! The end of a cable: when a port has carrier.
//!
//! ```text
//!            up and signal, for `negotiate`
//!   no carrier ─────────────────────────────▶ carrier
//!        ▲                                       │
//!        └───────────────────────────────────────┘
//!             signal gone for `detect`; or down, at once
//! ```
//!
//! Sans-IO: whoever owns it tells it of the signal and asks when it wants to be woken.

use std::time::Duration;

/// A port's transceiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phy {
    /// How long the signal's going is not noticed. A 1000BASE-T PHY takes up to 350 ms or more, optics next to nothing.
    pub detect: Duration,
    /// How long it takes from the signal to carrier: auto-negotiation takes 1 to 3 s on copper.
    pub negotiate: Duration,
    up: bool,
    signal: bool,
    carrier: bool,
    due: Option<Duration>,
}

impl Phy {
    /// One that is down.
    #[must_use]
    pub fn new(detect: Duration, negotiate: Duration) -> Self {
        Self { detect, negotiate, up: false, signal: false, carrier: false, due: None }
    }

    /// Whether it sends a signal.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.up
    }

    /// Whether it has carrier.
    #[must_use]
    pub fn has_carrier(&self) -> bool {
        self.carrier
    }

    /// Turns it on or off. Off, it loses carrier at once. Says whether carrier changed.
    pub fn set_up(&mut self, now: Duration, up: bool) -> bool {
        if self.up == up {
            return false;
        }
        self.up = up;
        if !up {
            self.due = None;
            return std::mem::replace(&mut self.carrier, false);
        }
        self.reconsider(now)
    }

    /// Whether the other end's signal arrives. Says whether carrier changed.
    pub fn set_signal(&mut self, now: Duration, signal: bool) -> bool {
        if self.signal == signal {
            return false;
        }
        self.signal = signal;
        self.reconsider(now)
    }

    /// When it wants [`Phy::poll`].
    #[must_use]
    pub fn deadline(&self) -> Option<Duration> {
        self.due
    }

    /// Lets time pass. Says whether carrier changed.
    pub fn poll(&mut self, now: Duration) -> bool {
        if self.due.is_none_or(|due| due > now) {
            return false;
        }
        self.due = None;
        let carrier = self.up && self.signal;
        std::mem::replace(&mut self.carrier, carrier) != carrier
    }

    fn reconsider(&mut self, now: Duration) -> bool {
        let wanted = self.up && self.signal;
        self.due = (wanted != self.carrier).then(|| now + if wanted { self.negotiate } else { self.detect });
        self.poll(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const NOW: Duration = Duration::ZERO;

    #[test]
    fn carrier_follows_the_signal_with_its_delays() {
        let mut phy = Phy::new(10 * MS, 2000 * MS);
        assert!(!phy.set_signal(NOW, true) && !phy.set_up(5 * MS, true));
        assert_eq!(phy.deadline(), Some(2005 * MS));
        assert!(!phy.poll(2004 * MS) && phy.poll(2005 * MS) && phy.has_carrier());
        // A signal that is back before anyone noticed was never gone.
        assert!(!phy.set_signal(3000 * MS, false) && !phy.set_signal(3009 * MS, true));
        assert_eq!((phy.deadline(), phy.has_carrier()), (None, true));
        phy.set_signal(4000 * MS, false);
        assert!(phy.poll(4010 * MS) && !phy.has_carrier());
        phy.set_signal(5000 * MS, true);
        assert!(phy.poll(7000 * MS) && phy.set_up(7000 * MS, false) && !phy.has_carrier());
    }

    #[test]
    fn without_delays_it_is_at_once() {
        let mut phy = Phy::new(NOW, NOW);
        phy.set_signal(NOW, true);
        assert!(phy.set_up(NOW, true) && phy.set_signal(MS, false) && !phy.has_carrier());
    }
}
