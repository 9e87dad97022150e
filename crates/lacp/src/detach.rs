//! A port that is taken out of its bond (`bond_3ad_unbind_slave`): its partner is told, and the aggregator that came with
//! it goes with it, so that others in it move to another one.

use network::lacp::PortState;

use crate::{Aggregator, Lag, PortId, choose};

/// Tells the partner that the port may not bundle any more, and takes it out of everything but the list of ports.
pub(crate) fn run(lag: &mut Lag, at: usize) {
    let gone = PortState::SYNCHRONIZATION | PortState::COLLECTING | PortState::DISTRIBUTING | PortState::AGGREGATION;
    lag.ports[at].actor.state.set(gone, false);
    lag.send(at);
    let id = lag.ports[at].id;
    if let Some(own) = lag.aggregators.iter().position(|aggregator| aggregator.owner == Some(id)) {
        give_up(lag, own, id);
    }
    for aggregator in 0..lag.aggregators.len() {
        take_out(lag, aggregator, id);
    }
    lag.aggregators.retain(|aggregator| aggregator.owner != Some(id));
}

/// Whether a port is the only one of an aggregator.
fn alone(aggregator: &Aggregator, id: PortId) -> bool {
    aggregator.ports == [id]
}

/// Frees the aggregator that goes with the port; others that are in it move to one that is free, or has this port only.
fn give_up(lag: &mut Lag, own: usize, id: PortId) {
    if lag.aggregators[own].is_free() {
        return;
    }
    if alone(&lag.aggregators[own], id) {
        let active = lag.aggregators[own].active;
        lag.aggregators[own].clear();
        if active {
            choose::run(lag);
        }
        return;
    }
    let Some(new) = lag.aggregators.iter().position(|other| other.is_free() || alone(other, id)) else { return };
    let was_active = alone(&lag.aggregators[new], id) && lag.aggregators[new].active;
    let old = lag.aggregators[own].clone();
    lag.aggregators[new].take_over(&old);
    let number = lag.aggregators[new].id;
    for port in lag.ports.iter_mut().filter(|port| old.ports.contains(&port.id)) {
        port.aggregator = Some(number);
    }
    lag.aggregators[own].clear();
    if was_active {
        choose::run(lag);
    }
}

/// Takes the port out of an aggregator, if it is in it. Where nobody is up in it then, another one is chosen.
fn take_out(lag: &mut Lag, at: usize, id: PortId) {
    let aggregator = &mut lag.aggregators[at];
    let before = aggregator.ports.len();
    aggregator.ports.retain(|member| *member != id);
    if aggregator.ports.len() == before || choose::ports_up(lag, &lag.aggregators[at]) > 0 {
        return;
    }
    let active = lag.aggregators[at].active;
    if lag.aggregators[at].is_free() {
        lag.aggregators[at].clear();
    }
    if active {
        choose::run(lag);
    }
}
