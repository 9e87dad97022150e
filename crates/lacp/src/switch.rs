//! Selection as a switch does it: one aggregator, which belongs to the first partner that comes; others stay out; more
//! ports than [`crate::Switch::max_ports`] stand by; and what happens to ports where nobody speaks LACP.

use network::lacp::PortState;

use crate::config::system_rank;
use crate::{Fallback, Lag, Profile, Selection, choose, mux, receive, selection};

/// Runs the selection for one port, for one tick.
pub(crate) fn select(lag: &mut Lag, at: usize) {
    let Profile::Switch(config) = &lag.config.profile else { return };
    let (fallback, max_ports) = (config.fallback, config.max_ports);
    if may_bundle(lag, at) {
        if lag.ports[at].selection == Selection::Unselected {
            join(lag, at);
        }
    } else if lag.ports[at].aggregator.is_some() || lag.ports[at].selection != Selection::Unselected {
        selection::leave(lag, at);
        lag.ports[at].selection = Selection::Unselected;
    }
    rank(lag, max_ports);
    choose::run(lag);
    if lag.ports[at].mux != mux::State::CollectingDistributing {
        if falls_back(lag, at, fallback) {
            lag.ports[at].enable();
        } else {
            lag.ports[at].disable();
        }
    }
}

/// Whether a port has a partner to bundle with. One that falls silent is waited for where it is.
fn may_bundle(lag: &Lag, at: usize) -> bool {
    let port = &lag.ports[at];
    let heard = match port.receive {
        receive::State::Current => port.partner.state.has(PortState::AGGREGATION),
        receive::State::Expired => port.selection != Selection::Unselected,
        _ => false,
    };
    heard && port.enabled && port.lacp_enabled && !port.begin
}

/// Joins the aggregator, if it is free or suits.
fn join(lag: &mut Lag, at: usize) {
    selection::leave(lag, at);
    let port = &lag.ports[at];
    let (id, key, partner) = (port.id, port.actor.end.key, port.partner);
    let Some(aggregator) = lag.aggregators.first_mut() else { return };
    if aggregator.is_free() {
        aggregator.found(id, key, false, &partner);
    } else if aggregator.suits(key, &partner) {
        aggregator.ports.insert(0, id);
    } else {
        return;
    }
    lag.ports[at].aggregator = Some(aggregator.id);
    lag.ports[at].selection = Selection::Selected;
    mux::settle_ready(lag, at);
}

/// Lets as many ports of the aggregator be active as there may be, by the priorities of the side that decides: that with
/// the lower system (IEEE 802.1AX, 6.7.1).
fn rank(lag: &mut Lag, max_ports: Option<u16>) {
    let Some(max) = max_ports.map(usize::from) else { return };
    let mut members: Vec<_> = (0..lag.ports.len()).filter(|at| lag.ports[*at].aggregator.is_some()).collect();
    members.sort_by_key(|at| {
        let port = &lag.ports[*at];
        let decides = system_rank(&port.actor.end) <= system_rank(&port.partner.end);
        let end = if decides { &port.actor.end } else { &port.partner.end };
        (end.port_priority, end.port)
    });
    for (place, at) in members.into_iter().enumerate() {
        let port = &mut lag.ports[at];
        // A port whose partner changed in this tick has its turn yet to come.
        if port.selection != Selection::Unselected {
            port.selection = if place < max { Selection::Selected } else { Selection::Standby };
        }
    }
}

/// Whether a port forwards without LACP.
fn falls_back(lag: &Lag, at: usize, fallback: Fallback) -> bool {
    let silent = |port: &crate::Port| port.receive == receive::State::Defaulted && port.link_is_usable();
    if !silent(&lag.ports[at]) {
        return false;
    }
    match fallback {
        Fallback::None => false,
        Fallback::Individual => true,
        Fallback::OnePort => {
            let spoken_to = lag.aggregators.iter().any(|aggregator| !aggregator.is_free());
            let rank = |port: &crate::Port| (port.actor.end.port_priority, port.actor.end.port);
            let first = lag.ports.iter().filter(|port| silent(port)).min_by_key(|port| rank(port));
            !spoken_to && first.is_some_and(|port| port.id == lag.ports[at].id)
        }
    }
}
