//! The machines' time: ticks of 100 ms (`AD_TIMER_INTERVAL`), and what the standard's timers are in them.

use core::time::Duration;

use crate::Rate;

/// How long a tick is.
pub const TICK: Duration = Duration::from_millis(100);

/// Ticks in a second.
pub const SECOND: u16 = 10;

/// `wait_while_timer`: how long a port waits for others to join with it (IEEE 802.1AX, Aggregate_Wait_Time).
pub const WAIT_WHILE: u16 = 2 * SECOND;

/// The churn timers (Churn_Detection_Time).
pub const CHURN: u16 = 60 * SECOND;

/// Ticks between two LACPDUs at least: three a second.
pub const TRANSMIT: u16 = SECOND / 3;

/// The aggregator-select timer at the first enslave (`AD_AGGREGATOR_SELECTION_TIMER`).
pub const SELECT_FIRST: u16 = 8 * SECOND;

/// The same when the bond is opened.
pub const SELECT_OPEN: u16 = 1;

/// `current_while_timer`: for how long a partner is believed, by our own rate.
#[must_use]
pub fn current_while(rate: Rate) -> u16 {
    match rate {
        Rate::Fast => 3 * SECOND,
        Rate::Slow => 90 * SECOND,
    }
}

/// `periodic_timer`, by the partner's rate. One tick is spent on the transmission itself.
#[must_use]
pub fn periodic(rate: Rate) -> u16 {
    match rate {
        Rate::Fast => SECOND - 1,
        Rate::Slow => 30 * SECOND - 1,
    }
}
