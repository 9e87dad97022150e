//! The receive machine: what a port believes of its partner (IEEE 802.1AX, 6.4.12; `ad_rx_machine`).
//!
//! ```text
//!             BEGIN                      not enabled, from anywhere
//!               │                                   │
//!               ▼                                   ▼
//!          INITIALIZE ──────── at once ──────▶ PORT_DISABLED
//!                                             │ enabled   │ enabled,
//!                                             │ and LACP  │ half duplex
//!                                             ▼           ▼
//!             ┌── timer, 3 or 90 s ────▶ EXPIRED     LACP_DISABLED
//!             │                            │ │
//!          CURRENT ◀───────── PDU ─────────┘ │ timer, 3 s
//!            ▲ │                             ▼
//!            │ └─ PDU ─▶ itself          DEFAULTED
//!            └────────────── PDU ────────────┘
//! ```
//!
//! On the way into EXPIRED the partner is taken to be out of sync and in a hurry; into DEFAULTED, the made-up partner takes
//! its place; into CURRENT, what the PDU says.
//!
//! Linux departs in three things. A PDU that carries our own system takes the port to CURRENT and stops the timer there, so
//! that the port believes for ever what it believed, until the next one comes. "LACP actively maintained" is no condition
//! for sync. And kernels before 2026 leave the partner in sync when the link goes ([`crate::Linux::link_loss_clears_sync`]).

use network::lacp::PortState;
use wire::lacp::{Info, Lacpdu};

use crate::{Config, Port, Rate, Selection, tick};

/// The machine's states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Passed through on the way to [`State::PortDisabled`].
    Initialize,
    /// No link.
    PortDisabled,
    /// A link that LACP is not for: half duplex.
    LacpDisabled,
    /// Nothing heard for too long, or not yet.
    Expired,
    /// Nobody is there.
    Defaulted,
    /// What the partner said last holds.
    Current,
}

/// What the next state hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The port begins anew.
    pub begin: bool,
    /// The port has a link.
    pub enabled: bool,
    /// LACP is for it.
    pub lacp_enabled: bool,
    /// A PDU came.
    pub pdu: bool,
    /// `current_while_timer` has just run out.
    pub timed_out: bool,
}

/// The state after this one.
#[must_use]
pub fn next(state: State, inputs: Inputs) -> State {
    match state {
        _ if inputs.begin => State::Initialize,
        _ if !inputs.enabled => State::PortDisabled,
        State::Expired | State::Defaulted | State::Current if inputs.pdu => State::Current,
        State::Expired if inputs.timed_out => State::Defaulted,
        State::Current if inputs.timed_out => State::Expired,
        State::PortDisabled if inputs.timed_out => State::PortDisabled,
        State::PortDisabled if inputs.lacp_enabled => State::Expired,
        State::PortDisabled => State::LacpDisabled,
        state => state,
    }
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// What is usual.
    Done,
    /// The PDU was our own.
    Loopback,
}

/// Runs the machine once: at a tick without a PDU, and at each PDU at once.
pub(crate) fn run(port: &mut Port, config: &Config, pdu: Option<&Lacpdu>) -> Outcome {
    let own = pdu.is_some_and(|pdu| pdu.actor.end.system == port.actor.end.system);
    if own && !config.is_linux() {
        return Outcome::Loopback;
    }
    let last = port.receive;
    let heard = pdu.is_some() && matches!(last, State::Expired | State::Defaulted | State::Current);
    if port.begin {
        port.churned = true;
    }
    let mut timed_out = false;
    if !port.begin && port.enabled {
        if heard {
            port.churned |= last != State::Current;
            port.timers.current_while = 0;
        } else if port.timers.current_while > 0 {
            port.timers.current_while -= 1;
            timed_out = port.timers.current_while == 0;
        }
    }
    let inputs = Inputs {
        begin: port.begin,
        enabled: port.enabled,
        lacp_enabled: port.lacp_enabled,
        pdu: pdu.is_some(),
        timed_out,
    };
    port.receive = next(last, inputs);
    if port.receive == last && pdu.is_none() {
        return Outcome::Done;
    }
    match (port.receive, pdu) {
        (State::Current, Some(_)) if own => return Outcome::Loopback,
        (State::Current, Some(pdu)) => current(port, config, pdu),
        // Nothing but a PDU leads there.
        (State::Current, None) => {}
        (state, _) => enter(port, config, state),
    }
    Outcome::Done
}

/// What is done on the way into a state; at a PDU also when it is the state already.
fn enter(port: &mut Port, config: &Config, state: State) {
    match state {
        State::Initialize => {
            if config.is_linux() {
                port.lacp_enabled = port.key_says_full_duplex();
            }
            port.selection = Selection::Unselected;
            record_default(port);
            port.actor.state.set(PortState::EXPIRED, false);
            port.receive = State::PortDisabled;
            enter(port, config, State::PortDisabled);
        }
        State::PortDisabled => {
            port.matched = false;
            if config.link_loss_clears_sync() {
                port.partner.state.set(PortState::SYNCHRONIZATION, false);
            }
        }
        State::LacpDisabled => {
            port.selection = Selection::Unselected;
            record_default(port);
            port.partner.state.set(PortState::AGGREGATION, false);
            port.matched = true;
            port.actor.state.set(PortState::EXPIRED, false);
        }
        State::Expired => {
            port.matched = false;
            port.partner.state.set(PortState::SYNCHRONIZATION, false);
            port.partner.state.set(PortState::SHORT_TIMEOUT, true);
            port.timers.current_while = tick::current_while(Rate::Fast);
            port.actor.state.set(PortState::EXPIRED, true);
            port.churned = true;
        }
        State::Defaulted => {
            if differs(&port.partner, &Info::NO_PARTNER) {
                port.selection = Selection::Unselected;
            }
            record_default(port);
            port.matched = true;
            port.actor.state.set(PortState::EXPIRED, false);
        }
        State::Current => {}
    }
}

/// The partner's part of a PDU: update_Selected, update_NTT, recordPDU, and the timer.
fn current(port: &mut Port, config: &Config, pdu: &Lacpdu) {
    if differs(&pdu.actor, &port.partner) {
        port.selection = Selection::Unselected;
    }
    // What the partner does not know of us yet.
    const TOLD: u8 =
        PortState::ACTIVITY | PortState::SHORT_TIMEOUT | PortState::SYNCHRONIZATION | PortState::AGGREGATION;
    port.ntt |= pdu.partner.end != port.actor.end || (pdu.partner.state.0 ^ port.actor.state.0) & TOLD != 0;
    record(port, config, pdu);
    port.timers.current_while = tick::current_while(port.rate());
    port.actor.state.set(PortState::EXPIRED, false);
}

/// recordPDU.
fn record(port: &mut Port, config: &Config, pdu: &Lacpdu) {
    let same_aggregation = (pdu.partner.state.0 ^ port.actor.state.0) & PortState::AGGREGATION == 0;
    let knows_us = pdu.partner.end == port.actor.end && same_aggregation;
    let individual = !pdu.actor.state.has(PortState::AGGREGATION);
    let maintained = pdu.actor.state.has(PortState::ACTIVITY)
        || port.actor.state.has(PortState::ACTIVITY) && pdu.partner.state.has(PortState::ACTIVITY);
    port.matched = (knows_us || individual) && (maintained || config.is_linux());
    port.partner = pdu.actor;
    port.actor.state.set(PortState::DEFAULTED, false);
    let sync = port.matched && pdu.actor.state.has(PortState::SYNCHRONIZATION);
    port.partner.state.set(PortState::SYNCHRONIZATION, sync);
}

/// recordDefault.
fn record_default(port: &mut Port) {
    port.partner = Info::NO_PARTNER;
    port.actor.state.set(PortState::DEFAULTED, true);
}

/// Whether a partner is another than the one that the port was selected for.
fn differs(new: &Info, old: &Info) -> bool {
    new.end != old.end || (new.state.0 ^ old.state.0) & PortState::AGGREGATION != 0
}

#[cfg(test)]
mod tests;
