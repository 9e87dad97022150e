use State::*;

use super::*;
use crate::table::{Row, hold};

#[test]
fn every_transition() {
    const ALL: [State; 7] = [Begin, Detached, Waiting, Attached, Collecting, Distributing, CollectingDistributing];
    // begin, in an aggregator, active in it (not standby), ready, actor sync, partner sync, partner collecting, active
    // aggregator, selecting, coupled
    const ROWS: &[Row<'_, State>] = &[
        (&ALL, "1*********", Some(Detached)),
        (&[Begin], "0*********", None),
        (&[Detached], "01********", Some(Waiting)),
        (&[Detached], "00********", None),
        (&[Waiting], "00********", Some(Detached)),
        (&[Waiting], "0111******", Some(Attached)),
        (&[Waiting], "0110******", None),
        (&[Waiting], "010*******", None),
        (&[Attached], "00********", Some(Detached)),
        (&[Attached], "010*******", Some(Detached)),
        (&[Attached], "011**0****", None),
        (&[Attached], "011**1**1*", None),
        (&[Attached], "011**1*00*", None),
        (&[Attached], "011**1*101", Some(CollectingDistributing)),
        (&[Attached], "011**1*100", Some(Collecting)),
        (&[CollectingDistributing, Collecting], "00********", Some(Attached)),
        (&[CollectingDistributing, Collecting], "010*******", Some(Attached)),
        (&[CollectingDistributing, Collecting], "011*0*****", Some(Attached)),
        (&[CollectingDistributing, Collecting], "011*10****", Some(Attached)),
        (&[CollectingDistributing], "011*11****", None),
        (&[Collecting], "011*111***", Some(Distributing)),
        (&[Collecting], "011*110***", None),
        (&[Distributing], "00********", Some(Collecting)),
        (&[Distributing], "010*******", Some(Collecting)),
        (&[Distributing], "011*0*****", Some(Collecting)),
        (&[Distributing], "011*10****", Some(Collecting)),
        (&[Distributing], "011*110***", Some(Collecting)),
        (&[Distributing], "011*111***", None),
    ];
    hold(&ALL, 10, ROWS, |state, bits| {
        let [begin, inside, chosen, ready, actor_sync, partner_sync, partner_collecting, active, selecting, coupled] =
            *bits
        else {
            unreachable!()
        };
        let selection = match (inside, chosen) {
            (false, _) => Selection::Unselected,
            (true, false) => Selection::Standby,
            (true, true) => Selection::Selected,
        };
        let inputs = Inputs {
            begin,
            selection,
            ready,
            actor_sync,
            partner_sync,
            partner_collecting,
            active,
            selecting,
            coupled,
        };
        next(state, inputs)
    });
}
