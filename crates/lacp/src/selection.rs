//! Selection: which aggregator a port is in (IEEE 802.1AX, 6.4.14; `ad_port_selection_logic`).
//!
//! ```text
//!   unselected ──▶ leave the aggregator ──▶ one that suits? ──yes──▶ join it
//!                                                 │ no
//!                                                 ▼
//!                                           the first free one
//! ```
//!
//! An aggregator suits when our key, the partner's system with its priority and the partner's key are the same, somebody
//! answers there, and it is not individual. So ports without a partner never share one.
//!
//! A switch has one aggregator: who does not suit it stays out (`switch`).

use network::lacp::PortState;

use crate::{Lag, Profile, Selection, choose, mux, switch};

/// Runs the selection for one port, for one tick.
pub(crate) fn run(lag: &mut Lag, at: usize) {
    if let Profile::Switch(_) = lag.config.profile {
        switch::select(lag, at);
        return;
    }
    if lag.ports[at].selection == Selection::Selected {
        return;
    }
    leave(lag, at);
    let port = &lag.ports[at];
    let (id, key, partner) = (port.id, port.actor.end.key, port.partner);
    let suits = |aggregator: &crate::Aggregator| {
        !aggregator.is_free() && aggregator.suits(key, &partner) && aggregator.has_partner() && !aggregator.individual
    };
    let individual = !port.key_says_full_duplex();
    let joined = if let Some(aggregator) = lag.aggregators.iter_mut().find(|aggregator| suits(aggregator)) {
        aggregator.ports.insert(0, id);
        aggregator.id
    } else if let Some(aggregator) = lag.aggregators.iter_mut().find(|aggregator| aggregator.is_free()) {
        aggregator.found(id, key, individual, &partner);
        aggregator.id
    } else {
        // There is one a slave, so this can't be; the driver says so in the log and tries again at the next tick.
        return;
    };
    lag.ports[at].aggregator = Some(joined);
    lag.ports[at].selection = Selection::Selected;
    mux::settle_ready(lag, at);
    choose::run(lag);
    if !lag.aggregator_of(at).is_some_and(|aggregator| aggregator.active) {
        lag.ports[at].actor.state.set(PortState::SYNCHRONIZATION, false);
    }
}

/// Takes a port out of its aggregator; one that is empty then is free.
pub(crate) fn leave(lag: &mut Lag, at: usize) {
    let port = &mut lag.ports[at];
    let (id, left) = (port.id, port.aggregator.take());
    for aggregator in lag.aggregators.iter_mut().filter(|aggregator| Some(aggregator.id) == left) {
        aggregator.ports.retain(|member| *member != id);
        if aggregator.is_free() {
            aggregator.clear();
        }
    }
}

#[cfg(test)]
mod tests;
