//! Which aggregator is the active one (`ad_agg_selection_logic`). A bond has one of several; a switch's one is active as
//! long as somebody is in it.
//!
//! Better is, in this order: not individual; with a partner; by `ad_select`: more ports that are up (count only), then more
//! bandwidth; else the one that was there before. *stable* leaves the active one alone as long as it has a port that is up,
//! and a partner (or nobody has one).

use network::bond::MiiStatus;

use crate::{Aggregator, Lag, Profile, Select, key};

/// Chooses anew, and what hangs on it: the ports of the one before are stopped, those of one without a partner let loose,
/// and the carrier follows.
pub(crate) fn run(lag: &mut Lag) {
    match &lag.config.profile {
        Profile::Linux(linux) => bond(lag, linux.select),
        Profile::Switch(_) => {
            for aggregator in &mut lag.aggregators {
                aggregator.active = !aggregator.is_free();
            }
        }
    }
    lag.set_carrier();
}

fn bond(lag: &mut Lag, select: Select) {
    let active = lag.aggregators.iter().position(|aggregator| aggregator.active);
    let mut best = active.filter(|at| device_up(lag, &lag.aggregators[*at]));
    for at in 0..lag.aggregators.len() {
        lag.aggregators[at].active = false;
        let this = &lag.aggregators[at];
        if ports_up(lag, this) > 0 && device_up(lag, this) {
            best = Some(best.filter(|best| !better(lag, select, this, &lag.aggregators[*best])).unwrap_or(at));
        }
    }
    match (best, active) {
        (Some(best), Some(active)) if best == active || stays(lag, select, active, best) => {
            lag.aggregators[active].active = true;
        }
        (Some(best), active) => {
            lag.aggregators[best].active = true;
            let stopped = active.map(|active| lag.aggregators[active].ports.clone()).unwrap_or_default();
            lag.ports.iter_mut().filter(|port| stopped.contains(&port.id)).for_each(crate::Port::disable);
        }
        (None, _) => {}
    }
    if let Some(alone) = lag.aggregators.iter().find(|aggregator| aggregator.active)
        && !alone.has_partner()
    {
        let loose = alone.ports.clone();
        lag.ports.iter_mut().filter(|port| loose.contains(&port.id)).for_each(crate::Port::enable);
    }
}

/// Whether *stable* keeps the active aggregator, though another would be better.
fn stays(lag: &Lag, select: Select, active: usize, best: usize) -> bool {
    let (active, best) = (&lag.aggregators[active], &lag.aggregators[best]);
    select == Select::Stable
        && ports_up(lag, active) > 0
        && (active.has_partner() || !best.has_partner())
        && !(active.actor_key == 0 && best.actor_key != 0)
}

/// Whether an aggregator is better than the best so far (`ad_agg_selection_test`).
fn better(lag: &Lag, select: Select, this: &Aggregator, best: &Aggregator) -> bool {
    let by = |aggregator: &Aggregator| {
        let count = if select == Select::Count { ports_up(lag, aggregator) } else { 0 };
        (!aggregator.individual, aggregator.has_partner(), count, bandwidth(lag, aggregator))
    };
    by(this) > by(best)
}

/// How many of its ports are up, as far as the monitor knows (`__agg_active_ports`).
pub(crate) fn ports_up(lag: &Lag, aggregator: &Aggregator) -> u32 {
    let up = lag.ports.iter().filter(|port| port.enabled && aggregator.ports.contains(&port.id));
    u32::try_from(up.count()).unwrap_or(u32::MAX)
}

/// Whether any of its devices runs (`agg_device_up`).
fn device_up(lag: &Lag, aggregator: &Aggregator) -> bool {
    lag.ports.iter().any(|port| port.link.running && aggregator.ports.contains(&port.id))
}

/// Its ports that are up, times the speed of the first (`__get_agg_bandwidth`), in megabits a second. A speed that the
/// driver has no code for counts as none.
fn bandwidth(lag: &Lag, aggregator: &Aggregator) -> u64 {
    let Profile::Linux(linux) = &lag.config.profile else { return 0 };
    let first = aggregator.ports.first().and_then(|first| lag.ports.iter().find(|port| port.id == *first));
    let speed = first.filter(|port| port.link.mii == MiiStatus::Up).and_then(|port| port.link.speed);
    let speed = speed.filter(|speed| key::speed_code(*speed, linux.codes) != 0).unwrap_or(0);
    u64::from(ports_up(lag, aggregator)) * u64::from(speed)
}

#[cfg(test)]
mod tests;
