use Churn::{Churned, Monitoring, None as Calm};

use super::*;
use crate::table::{Row, hold};

#[test]
fn every_transition() {
    const ALL: [Churn; 3] = [Monitoring, Churned, Calm];
    // sync, timed out, once
    const ROWS: &[Row<'_, Churn>] = &[
        (&[Monitoring], "*01", None),
        (&[Monitoring], "111", Some(Calm)),
        (&[Monitoring], "01*", Some(Churned)),
        (&[Monitoring], "1*0", Some(Calm)),
        (&[Monitoring], "000", None),
        (&[Churned, Calm], "**1", None),
        (&[Churned], "1*0", Some(Calm)),
        (&[Churned], "0*0", None),
        (&[Calm], "0*0", Some(Monitoring)),
        (&[Calm], "1*0", None),
    ];
    hold(&ALL, 3, ROWS, |state, bits| next(state, Inputs { sync: bits[0], timed_out: bits[1], once: bits[2] }));
}

#[test]
fn a_churn_is_counted_when_it_begins() {
    let (mut state, mut timer, mut count) = (Monitoring, 3, 0);
    for _ in 0..5 {
        step(&mut state, &mut timer, &mut count, false, false);
    }
    assert_eq!((state, timer, count), (Churned, 0, 1));
    step(&mut state, &mut timer, &mut count, true, false);
    step(&mut state, &mut timer, &mut count, false, false);
    assert_eq!((state, timer, count), (Monitoring, tick::CHURN, 1));
}
