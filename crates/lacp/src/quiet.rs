//! Ticks in which nothing happens but timers running down need not be run one by one.
//!
//! A tick is a function of the state and of which timers have run out. So after a tick that changed nothing but timers, the
//! ticks that follow do the same, until the first of those timers is about to run out.

use crate::port::Timers;
use crate::{Lag, Port, tick};

/// What is known of the ticks to come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quiet {
    /// How many of them change nothing but timers; `None`: all.
    left: Option<u64>,
    /// Which of a port's timers run, port by port.
    running: Vec<[bool; 5]>,
    /// Whether the aggregator-select timer runs.
    selecting: bool,
}

/// A look at a side before a tick.
pub(crate) struct Before {
    ports: Vec<Port>,
    aggregators: Vec<crate::Aggregator>,
    select_timer: u16,
    carrier: bool,
}

impl Before {
    pub(crate) fn look(lag: &Lag) -> Self {
        let (ports, aggregators) = (lag.ports.clone(), lag.aggregators.clone());
        Self { ports, aggregators, select_timer: lag.select_timer, carrier: lag.carrier }
    }
}

impl Quiet {
    /// Nothing is known: the next tick is run.
    pub(crate) fn unknown() -> Self {
        Self { left: Some(0), ..Self::default() }
    }

    /// What a tick says of those that follow.
    pub(crate) fn after(before: Before, lag: &Lag) -> Self {
        if before.carrier != lag.carrier || before.aggregators != lag.aggregators {
            return Self::unknown();
        }
        let mut quiet = Self { left: None, running: Vec::new(), selecting: before.select_timer != lag.select_timer };
        if quiet.selecting {
            quiet.until(lag.select_timer);
        }
        for (mut old, new) in before.ports.into_iter().zip(&lag.ports) {
            let running = std::array::from_fn(|n| countdowns(&old.timers)[n] == countdowns(&new.timers)[n] + 1);
            let held = (0..5).all(|n| running[n] || countdowns(&old.timers)[n] == countdowns(&new.timers)[n]);
            (old.timers, old.counters) = (new.timers, new.counters);
            if !held || old != *new || new.ntt && new.lacp_enabled {
                return Self::unknown();
            }
            for (n, value) in countdowns(&new.timers).into_iter().enumerate() {
                if running[n] {
                    quiet.until(value);
                }
            }
            quiet.running.push(running);
        }
        quiet
    }

    /// The tick in which a timer runs out has to be run.
    fn until(&mut self, timer: u16) {
        let ticks = u64::from(timer.saturating_sub(1));
        self.left = Some(self.left.map_or(ticks, |left| left.min(ticks)));
    }

    /// How many ticks from now on need not be run; `None`: any number.
    pub(crate) fn left(&self) -> Option<u64> {
        self.left
    }

    /// Passes over some ticks, at most [`Self::left`].
    pub(crate) fn pass(&mut self, ticks: u64, lag: &mut Lag) {
        self.left = self.left.map(|left| left.saturating_sub(ticks));
        // Where a timer runs, no more ticks than it has are left; where none does, this is not used.
        let down = u16::try_from(ticks).unwrap_or(u16::MAX);
        if self.selecting {
            lag.select_timer = lag.select_timer.saturating_sub(down);
        }
        for (port, running) in lag.ports.iter_mut().zip(&self.running) {
            let timers = &mut port.timers;
            let countdowns = [
                &mut timers.current_while,
                &mut timers.periodic,
                &mut timers.wait_while,
                &mut timers.actor_churn,
                &mut timers.partner_churn,
            ];
            for (timer, _) in countdowns.into_iter().zip(running).filter(|(_, running)| **running) {
                *timer = timer.saturating_sub(down);
            }
            port.timers.transmit = turned(port.timers.transmit, ticks);
        }
    }
}

fn countdowns(timers: &Timers) -> [u16; 5] {
    [timers.current_while, timers.periodic, timers.wait_while, timers.actor_churn, timers.partner_churn]
}

/// The transmit timer never stops: it goes 3, 2, 1, 3, 2, 1.
fn turned(timer: u16, ticks: u64) -> u16 {
    let period = u64::from(tick::TRANSMIT);
    let at = (u64::from(timer.max(1)) - 1 + period - ticks % period) % period + 1;
    u16::try_from(at).unwrap_or(tick::TRANSMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_transmit_timer_turns() {
        for ticks in 0..20 {
            let mut timer = 2;
            for _ in 0..ticks {
                timer = if timer == 1 { 3 } else { timer - 1 };
            }
            assert_eq!(turned(2, ticks), timer, "{ticks}");
        }
    }
}
