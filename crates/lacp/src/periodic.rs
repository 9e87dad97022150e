//! The periodic transmission machine: an LACPDU each second or each 30 s, as the partner wants (IEEE 802.1AX, 6.4.13;
//! `ad_periodic_machine`).
//!
//! ```text
//!   begin, no link, half duplex, or both ends passive: from anywhere
//!        │
//!        ▼                             partner: long
//!   NO_PERIODIC ──next tick──▶ FAST_PERIODIC ─────────▶ SLOW_PERIODIC
//!                               ▲     │ timer             │ timer, or
//!                               │     ▼                   │ partner: short
//!                 partner short │ PERIODIC_TX ◀───────────┘
//!                               └─────┤ ▲
//!                                     └─┴─ partner long ──▶ SLOW_PERIODIC
//! ```
//!
//! PERIODIC_TX lasts a tick, so the timers are a tick shorter than the periods.

use network::lacp::PortState;

use crate::{Port, Rate, tick};

/// The machine's states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No LACPDU without a reason.
    NoPeriodic,
    /// Each second.
    FastPeriodic,
    /// Each 30 s.
    SlowPeriodic,
    /// Now.
    PeriodicTx,
}

/// How the timer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// It does not run.
    Off,
    /// It runs.
    Running,
    /// It has just run out.
    Expired,
}

/// What the next state hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// There is nothing to send to, or nobody who may begin.
    pub none: bool,
    /// `periodic_timer`.
    pub timer: Timer,
    /// What the partner asks for.
    pub partner: Rate,
}

/// The state after this one.
#[must_use]
pub fn next(state: State, Inputs { none, timer, partner }: Inputs) -> State {
    match (timer, state, partner) {
        _ if none => State::NoPeriodic,
        (Timer::Expired, ..) => State::PeriodicTx,
        (Timer::Running, State::FastPeriodic, Rate::Slow) => State::SlowPeriodic,
        (Timer::Running, State::SlowPeriodic, Rate::Fast) => State::PeriodicTx,
        (Timer::Off, State::NoPeriodic, _) | (Timer::Off, State::PeriodicTx, Rate::Fast) => State::FastPeriodic,
        (Timer::Off, State::PeriodicTx, Rate::Slow) => State::SlowPeriodic,
        (_, state, _) => state,
    }
}

/// Runs the machine for one tick.
pub(crate) fn run(port: &mut Port) {
    let last = port.periodic;
    let passive = !port.actor.state.has(PortState::ACTIVITY) && !port.partner.state.has(PortState::ACTIVITY);
    let none = port.begin || !port.lacp_enabled || !port.enabled || passive;
    let mut timer = Timer::Off;
    if !none && port.timers.periodic > 0 {
        port.timers.periodic -= 1;
        timer = if port.timers.periodic == 0 { Timer::Expired } else { Timer::Running };
    }
    port.periodic = next(last, Inputs { none, timer, partner: Rate::of(port.partner.state) });
    if port.periodic == last {
        return;
    }
    port.timers.periodic = match port.periodic {
        State::NoPeriodic | State::PeriodicTx => 0,
        State::FastPeriodic => tick::periodic(Rate::Fast),
        State::SlowPeriodic => tick::periodic(Rate::Slow),
    };
    port.ntt |= port.periodic == State::PeriodicTx;
}

#[cfg(test)]
mod tests;
