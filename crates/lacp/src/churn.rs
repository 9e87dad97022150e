//! Churn detection: an end that does not come into sync within 60 s (IEEE 802.1AX, 6.4.17; `ad_churn_machine`). One
//! machine an end.
//!
//! ```text
//!   begin, or a partner that comes or goes ──▶ CHURN_MONITOR ── sync ──▶ NO_CHURN
//!                                                  │ 60 s    ◀── no sync ──┘
//!                                                  ▼
//!                                                CHURN ── sync ──▶ NO_CHURN
//! ```
//!
//! Linux judges once: it looks when the 60 s are over, whatever came in between, and never again until a partner comes or
//! goes. A switch goes where the arrows lead, each tick.

use network::lacp::{Churn, PortState};

use crate::{Config, Port, tick};

/// What the next state hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The end is in sync.
    pub sync: bool,
    /// The timer has just run out.
    pub timed_out: bool,
    /// As Linux: a verdict, once.
    pub once: bool,
}

/// The state after this one.
#[must_use]
pub fn next(state: Churn, Inputs { sync, timed_out, once }: Inputs) -> Churn {
    match (state, once, sync) {
        (Churn::Monitoring, true, _) if !timed_out => Churn::Monitoring,
        (Churn::Monitoring, _, true) => Churn::None,
        (Churn::Monitoring, _, false) if timed_out => Churn::Churned,
        (Churn::Churned, false, true) => Churn::None,
        (Churn::None, false, false) => Churn::Monitoring,
        (state, ..) => state,
    }
}

/// Runs both machines of a port for one tick.
pub(crate) fn run(port: &mut Port, config: &Config) {
    if port.churned {
        port.churned = false;
        (port.actor_churn, port.partner_churn) = (Churn::Monitoring, Churn::Monitoring);
        (port.timers.actor_churn, port.timers.partner_churn) = (tick::CHURN, tick::CHURN);
        return;
    }
    let once = config.is_linux();
    let actor = port.actor.state.has(PortState::SYNCHRONIZATION);
    let partner = port.partner.state.has(PortState::SYNCHRONIZATION);
    step(&mut port.actor_churn, &mut port.timers.actor_churn, &mut port.actor_churns, actor, once);
    step(&mut port.partner_churn, &mut port.timers.partner_churn, &mut port.partner_churns, partner, once);
}

fn step(state: &mut Churn, timer: &mut u16, count: &mut u32, sync: bool, once: bool) {
    let last = *state;
    let timed_out = *timer == 1;
    *timer = timer.saturating_sub(1);
    *state = next(last, Inputs { sync, timed_out, once });
    if *state == last {
        return;
    }
    match *state {
        Churn::Churned => *count = count.saturating_add(1),
        Churn::Monitoring => *timer = tick::CHURN,
        Churn::None => *timer = 0,
    }
}

#[cfg(test)]
mod tests;
