//! The transmit machine: what is to be told goes out, at most three times a second (IEEE 802.1AX, 6.4.16;
//! `ad_tx_machine`).
//!
//! ```text
//!   each 3rd tick ──▶ need to transmit? ──yes──▶ send, and no need any more
//! ```
//!
//! A switch whose port has nobody who may begin (NO_PERIODIC) says nothing and forgets that it wanted to. Linux sends then
//! too: a passive bond whose partner is passive still tells what its mux machine does.

use crate::{Config, Port, periodic, tick};

/// Runs the machine for one tick: whether an LACPDU goes out.
pub(crate) fn run(port: &mut Port, config: &Config) -> bool {
    if !config.is_linux() && port.periodic == periodic::State::NoPeriodic {
        port.ntt = false;
    }
    port.timers.transmit = port.timers.transmit.saturating_sub(1);
    if port.timers.transmit > 0 {
        return false;
    }
    port.timers.transmit = tick::TRANSMIT;
    let send = port.ntt && port.lacp_enabled;
    port.ntt &= !send;
    send
}

#[cfg(test)]
mod tests;
