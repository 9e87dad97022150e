use State::*;

use super::*;
use crate::table::{Row, hold};

#[test]
fn every_transition() {
    const ALL: [State; 4] = [NoPeriodic, FastPeriodic, SlowPeriodic, PeriodicTx];
    // none, timer runs or ran, it has just run out, the partner is fast
    const ROWS: &[Row<'_, State>] = &[
        (&ALL, "1***", Some(NoPeriodic)),
        (&ALL, "011*", Some(PeriodicTx)),
        (&[FastPeriodic], "0100", Some(SlowPeriodic)),
        (&[FastPeriodic], "0101", None),
        (&[SlowPeriodic], "0101", Some(PeriodicTx)),
        (&[SlowPeriodic], "0100", None),
        (&[NoPeriodic, PeriodicTx], "010*", None),
        // A timer that does not run can't have run out: the third input says nothing then.
        (&[NoPeriodic], "00**", Some(FastPeriodic)),
        (&[PeriodicTx], "00*1", Some(FastPeriodic)),
        (&[PeriodicTx], "00*0", Some(SlowPeriodic)),
        (&[FastPeriodic, SlowPeriodic], "00**", None),
    ];
    hold(&ALL, 4, ROWS, |state, bits| {
        let timer = match (bits[1], bits[2]) {
            (false, _) => Timer::Off,
            (true, false) => Timer::Running,
            (true, true) => Timer::Expired,
        };
        next(state, Inputs { none: bits[0], timer, partner: if bits[3] { Rate::Fast } else { Rate::Slow } })
    });
}
