//! The mux machine: whether a port carries traffic (IEEE 802.1AX, 6.4.15; `ad_mux_machine`).
//!
//! ```text
//!           selected or standby          2 s, selected, and so are            partner in sync, and may be used
//!  DETACHED ───────────────▶ WAITING ─── the others of its aggregator ──▶ ATTACHED ──────────▶ COLLECTING_DISTRIBUTING
//!     ▲                         │                                           │  ▲                         │
//!     ├────── unselected ───────┘                                           │  └─ unselected, standby, or ┘
//!     └────────────────────────── unselected or standby ────────────────────┘     either end out of sync
//! ```
//!
//! "May be used": the aggregator is the active one, and the aggregator-select timer is off. A switch's aggregator always
//! is, and it has no such timer. A port that is attached says that it is in sync as soon as its aggregator is active.
//!
//! With `coupled_control` off, COLLECTING and DISTRIBUTING are two states: a port distributes once its partner collects.

use network::lacp::PortState;

use crate::{Lag, Profile, Selection, tick};

/// The machine's states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It never ran.
    Begin,
    /// In no aggregator.
    Detached,
    /// It waits for others to join with it.
    Waiting,
    /// In its aggregator.
    Attached,
    /// It takes frames in, and sends none yet.
    Collecting,
    /// It does both, the one after the other.
    Distributing,
    /// It does both.
    CollectingDistributing,
}

/// What the next state hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The port begins anew.
    pub begin: bool,
    /// Whether it is in an aggregator.
    pub selection: Selection,
    /// It waited, and so did all of its aggregator.
    pub ready: bool,
    /// Our end says that it is in sync.
    pub actor_sync: bool,
    /// The other end is in sync.
    pub partner_sync: bool,
    /// The other end takes frames in.
    pub partner_collecting: bool,
    /// The aggregator is the active one.
    pub active: bool,
    /// The aggregator-select timer runs.
    pub selecting: bool,
    /// Collecting and distributing begin together.
    pub coupled: bool,
}

/// The state after this one.
#[must_use]
pub fn next(state: State, inputs: Inputs) -> State {
    let Inputs { selection, partner_sync, .. } = inputs;
    let selected = selection == Selection::Selected;
    let holds = selected && partner_sync && inputs.actor_sync;
    match state {
        _ if inputs.begin => State::Detached,
        State::Detached if selection != Selection::Unselected => State::Waiting,
        State::Waiting if selection == Selection::Unselected => State::Detached,
        State::Waiting if selected && inputs.ready => State::Attached,
        State::Attached if selected && partner_sync && !inputs.selecting => match (inputs.active, inputs.coupled) {
            (false, _) => State::Attached,
            (true, true) => State::CollectingDistributing,
            (true, false) => State::Collecting,
        },
        State::Attached if !selected => State::Detached,
        State::CollectingDistributing | State::Collecting if !holds => State::Attached,
        State::Collecting if inputs.partner_collecting => State::Distributing,
        State::Distributing if !holds || !inputs.partner_collecting => State::Collecting,
        state => state,
    }
}

/// Runs the machine for one tick.
pub(crate) fn run(lag: &mut Lag, at: usize) {
    let last = lag.ports[at].mux;
    if last == State::Waiting && !lag.ports[at].begin {
        wait(lag, at);
    }
    let inputs = inputs(lag, at);
    let state = next(last, inputs);
    if matches!(last, State::Waiting | State::Attached) && state == State::Detached && !inputs.begin {
        lag.ports[at].ready_n = false;
        settle_ready(lag, at);
    }
    lag.ports[at].mux = state;
    if state == last {
        stay(lag, at, inputs);
    } else {
        enter(lag, at, state, inputs.active);
    }
}

fn inputs(lag: &Lag, at: usize) -> Inputs {
    let port = &lag.ports[at];
    Inputs {
        begin: port.begin,
        selection: port.selection,
        ready: port.ready && port.timers.wait_while == 0,
        actor_sync: port.actor.state.has(PortState::SYNCHRONIZATION),
        partner_sync: port.partner.state.has(PortState::SYNCHRONIZATION),
        partner_collecting: port.partner.state.has(PortState::COLLECTING),
        active: lag.aggregator_of(at).is_some_and(|aggregator| aggregator.active),
        selecting: lag.select_timer > 0,
        coupled: !matches!(&lag.config.profile, Profile::Linux(linux) if !linux.coupled),
    }
}

/// A tick of `wait_while_timer`. A port that is no longer selected waits for nothing.
fn wait(lag: &mut Lag, at: usize) {
    let port = &mut lag.ports[at];
    if port.selection == Selection::Unselected {
        return;
    }
    if port.timers.wait_while > 0 {
        port.timers.wait_while -= 1;
        port.ready_n |= port.timers.wait_while == 0;
    }
    settle_ready(lag, at);
}

/// The ports of an aggregator are ready together: when each of them has waited.
pub(crate) fn settle_ready(lag: &mut Lag, at: usize) {
    let Some(members) = lag.aggregator_of(at).map(|aggregator| aggregator.ports.clone()) else { return };
    let ready = lag.ports.iter().filter(|port| members.contains(&port.id)).all(|port| port.ready_n);
    for port in lag.ports.iter_mut().filter(|port| members.contains(&port.id)) {
        port.ready = ready;
    }
}

/// What is done each tick in a state that is not left.
fn stay(lag: &mut Lag, at: usize, inputs: Inputs) {
    let port = &mut lag.ports[at];
    let selected = port.selection == Selection::Selected;
    match port.mux {
        // While it waits for nothing but the aggregator-select timer, it leaves the bit alone.
        State::Attached if inputs.active && !(selected && inputs.partner_sync && !inputs.selecting) => {
            port.actor.state.set(PortState::SYNCHRONIZATION, true);
        }
        State::CollectingDistributing | State::Distributing if inputs.active && !port.distributes => port.enable(),
        State::Collecting if inputs.active && !port.collects && port.link_is_usable() => port.collects = true,
        _ => {}
    }
}

/// What is done on the way into a state.
fn enter(lag: &mut Lag, at: usize, state: State, active: bool) {
    let has_partner = lag.aggregator_of(at).is_some_and(crate::Aggregator::has_partner);
    let port = &mut lag.ports[at];
    let both = PortState::COLLECTING | PortState::DISTRIBUTING;
    match state {
        State::Begin => {}
        State::Detached | State::Attached => {
            // Without a partner the port stays as it is: the active aggregator's ports carry traffic all the same.
            if has_partner {
                port.disable();
            }
            port.actor.state.set(PortState::SYNCHRONIZATION, state == State::Attached && active);
            port.actor.state.set(both, false);
            port.ntt = true;
        }
        State::Waiting => port.timers.wait_while = tick::WAIT_WHILE,
        State::Collecting => {
            port.actor.state.set(PortState::SYNCHRONIZATION | PortState::COLLECTING, true);
            port.actor.state.set(PortState::DISTRIBUTING, false);
            if active && port.link_is_usable() {
                port.collects = true;
            }
            port.distributes &= !has_partner;
            port.ntt = true;
        }
        State::Distributing | State::CollectingDistributing => {
            port.actor.state.set(PortState::SYNCHRONIZATION | PortState::DISTRIBUTING, true);
            if state == State::CollectingDistributing {
                port.actor.state.set(PortState::COLLECTING, true);
                port.ntt = true;
            }
            if active {
                port.enable();
            }
        }
    }
}

#[cfg(test)]
mod tests;
