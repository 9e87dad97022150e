//! Whole transactions on a host in memory, with an accident at every point: they end at the old state or the new one,
//! files and kernel, and at the new one only if somebody confirmed it.
#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{ACCIDENTS, Accident, Process, WITHIN, World, alike, change, confirm, hosts, records, settings};
use guard::journal::Writer;
use guard::{Confirmation, Ending, Evidence, Input, Reason, Record, Reply, Request, Transaction};
use network::Network;
use proptest::prelude::*;

/// How it must have ended, if nothing was left that could not be restored.
fn check(world: &World, old: &Network, new: &Network, confirmed: bool) -> Result<(), String> {
    let state = (world.file, alike(&world.kernel, old), alike(&world.kernel, new));
    let ok = match &world.closed {
        Some(Ending::Confirmed { .. }) => confirmed && state.0 == "new" && state.2,
        Some(Ending::RolledBack { left, .. }) => left.is_empty() && state.0 == "old" && state.1,
        Some(Ending::NotBegun { .. }) => state.0 == "old" && state.1,
        None => false,
    };
    if ok { Ok(()) } else { Err(format!("{:?} with {state:?}, confirmed: {confirmed}", world.closed)) }
}

/// Finds what was left behind until it is brought to its end, as a watchdog does, and the unit at the next start.
fn clear_up(world: &mut World, old: &Network, new: &Network, mut accidents: Vec<BTreeMap<usize, Accident>>) {
    let boot = world.boot.clone();
    while world.closed.is_none() {
        let next = accidents.pop().unwrap_or_default();
        world.find(next);
    }
    if world.boot != boot || boot == "second" {
        // The host starts with the file that it finds.
        world.kernel = if world.file == "old" { old.clone() } else { new.clone() };
    }
}

/// Drives one with accidents, and clears up after it. Gives whether a confirmation was taken.
fn play(world: &mut World, transaction: &mut Transaction, process: Play, new: &Network) -> bool {
    let old = world.kernel.clone();
    let taken = {
        let mut driven = Process::new(world, Writer::default());
        driven.accidents = process.accidents;
        driven.inputs = process.inputs.clone().into();
        driven.jumps = process.jumps.into();
        driven.drive(transaction);
        let confirms = |input: &Input| matches!(input, Input::Request(Request::Confirm { .. }));
        process.inputs.iter().any(|(_, input)| confirms(input)) && driven.replies.contains(&Reply::Taken)
    };
    clear_up(world, &old, new, process.later);
    taken
}

#[derive(Clone, Default)]
struct Play {
    accidents: BTreeMap<usize, Accident>,
    inputs: Vec<(u32, Input)>,
    jumps: Vec<i64>,
    later: Vec<BTreeMap<usize, Accident>>,
}

/// Two networks that differ in much, the same in each run.
fn two() -> (Network, Network) {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let pair = (hosts::wanted(), hosts::wanted());
    let pairs = (0..200).map(|_| pair.new_tree(&mut runner).unwrap().current());
    pairs.max_by_key(|(first, second)| change(first, second).1.begun().steps).unwrap()
}

#[test]
fn without_an_accident_it_waits_and_is_confirmed() {
    let (first, second) = two();
    let (mut world, mut transaction, new) = change(&first, &second);
    let inputs = vec![(400, confirm(Some(common::TOKEN)))];
    let taken = play(&mut world, &mut transaction, Play { inputs, ..Play::default() }, &new);
    assert!(taken && transaction.begun().steps > 20, "{} steps", transaction.begun().steps);
    assert!(matches!(world.closed, Some(Ending::Confirmed { .. })), "{:?}", world.closed);
    assert!(alike(&world.kernel, &new) && world.file == "new");
    let undo = records(&world).iter().filter(|record| matches!(record, Record::Undo { .. })).count();
    assert_eq!(undo, transaction.begun().steps);
}

#[test]
fn nobody_confirms_and_it_is_undone() {
    let (first, second) = two();
    let (mut world, mut transaction, new) = change(&first, &second);
    let old = world.kernel.clone();
    play(&mut world, &mut transaction, Play::default(), &new);
    assert_eq!(world.closed, Some(Ending::RolledBack { reason: Reason::Expired, left: Vec::new() }));
    assert!(alike(&world.kernel, &old) && world.file == "old");
    assert_eq!(world.rejected, Some("new"));
}

#[test]
fn an_accident_at_every_point_and_again_while_that_is_cleared_up() {
    let (first, second) = two();
    let mut points = 0;
    for confirmed in [true, false] {
        let inputs = if confirmed { vec![(400, confirm(None))] } else { Vec::new() };
        let (mut world, mut transaction, new) = change(&first, &second);
        let old = world.kernel.clone();
        play(&mut world, &mut transaction, Play { inputs: inputs.clone(), ..Play::default() }, &new);
        let count = world.performed;
        for accident in ACCIDENTS {
            for at in 0..count {
                for again in [None, Some(Accident::DiesAfter), Some(Accident::PowerBefore)] {
                    let (mut world, mut transaction, new) = change(&first, &second);
                    let accidents = BTreeMap::from([(at, accident)]);
                    let later = again.map(|accident| BTreeMap::from([(at + 7, accident)])).into_iter().collect();
                    let play_ = Play { accidents, inputs: inputs.clone(), later, ..Play::default() };
                    let taken = play(&mut world, &mut transaction, play_, &new);
                    if let Err(why) = check(&world, &old, &new, taken) {
                        panic!("{accident:?} at {at}, then {again:?}: {why}");
                    }
                    points += 1;
                }
            }
        }
    }
    assert!(points > 1000, "{points} points");
}

/// What comes in, in any order.
fn input() -> impl Strategy<Value = Input> {
    let by = || "root".to_owned();
    prop_oneof![
        Just(confirm(None)),
        Just(confirm(Some(common::TOKEN))),
        Just(confirm(Some("wrong"))),
        (1..300_u64).prop_map(|s| Input::Request(Request::Extend { within: Duration::from_secs(s) })),
        Just(Input::Request(Request::RollBack { by: by() })),
        Just(Input::Request(Request::Look)),
        any::<bool>().prop_map(|works| Input::Evidence(evidence(works))),
    ]
}

fn evidence(works: bool) -> Evidence {
    let mut out = Evidence::default();
    out.note("gateway", works);
    out
}

fn accidents() -> impl Strategy<Value = BTreeMap<usize, Accident>> {
    proptest::collection::btree_map(0..120_usize, (0..ACCIDENTS.len()).prop_map(|n| ACCIDENTS[n]), 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, max_shrink_iters: 500, ..ProptestConfig::default() })]

    /// Any change, any accidents, any events, any clock.
    #[test]
    fn old_or_new_and_new_only_if_confirmed(
        first in hosts::wanted(),
        second in hosts::wanted(),
        accidents in accidents(),
        later in proptest::collection::vec(accidents(), 0..3),
        inputs in proptest::collection::vec((0..60_u32, input()), 0..8),
        jumps in proptest::collection::vec(-200..200_i64, 0..40),
    ) {
        let (mut world, mut transaction, new) = change(&first, &second);
        let old = world.kernel.clone();
        let refused_later = later.iter().flat_map(BTreeMap::values).chain(accidents.values())
            .any(|it| matches!(it, Accident::Refused | Accident::Unanswered));
        let process = Play { accidents, inputs, jumps, later };
        let taken = play(&mut world, &mut transaction, process, &new);
        match (check(&world, &old, &new, taken), &world.closed) {
            // What a kernel refuses to take back for good is not restored, and that is said.
            (Err(_), Some(Ending::RolledBack { left, .. })) if refused_later => prop_assert!(!left.is_empty()),
            (result, _) => prop_assert_eq!(result, Ok(())),
        }
    }
}

/// Drives one that is confirmed by evidence, with these inputs; gives how it ended.
fn by_evidence(inputs: Vec<(u32, Input)>, jumps: Vec<i64>) -> Ending {
    let (first, second) = two();
    let (mut world, transaction, _) = change(&first, &second);
    let plan = plan::plan(&second, &world.kernel);
    let asked = settings(Confirmation::Evidence { settle: Duration::from_secs(10), hitless: Duration::ZERO });
    let mut transaction =
        Transaction::new(transaction.begun().clone(), asked, plan, second, evidence(true), world.clock);
    let mut process = Process::new(&mut world, Writer::default());
    (process.inputs, process.jumps) = (inputs.into(), jumps.into());
    process.drive(&mut transaction)
}

#[test]
fn evidence_confirms_once_it_has_settled() {
    let works = |looks| (looks, Input::Evidence(evidence(true)));
    let ending =
        by_evidence(vec![works(400), works(1), works(1)], [0; 400].into_iter().chain([1, 1, 6, 1, 6]).collect());
    assert!(matches!(ending, Ending::Confirmed { .. }), "{ending:?}");
    // A look that finds it working is no settled state, and time alone confirms nothing.
    let ending = by_evidence(vec![works(400)], Vec::new());
    assert_eq!(ending, Ending::RolledBack { reason: Reason::Expired, left: Vec::new() });
}

#[test]
fn what_is_lost_and_does_not_come_back_is_undone_at_once() {
    let lost = (400, Input::Evidence(evidence(false)));
    let (first, second) = two();
    let (mut world, mut transaction, _) = change(&first, &second);
    let mut process = Process::new(&mut world, Writer::default());
    process.inputs = vec![lost].into();
    let ending = process.drive(&mut transaction);
    let signs = vec!["gateway".to_owned()];
    assert_eq!(ending, Ending::RolledBack { reason: Reason::Lost { signs }, left: Vec::new() });
    assert!(world.clock < Duration::from_secs(1000) + WITHIN, "not at the end of the timer: {:?}", world.clock);
}

#[test]
fn asking_again_extends_and_a_wrong_token_does_nothing() {
    let (first, second) = two();
    let (mut world, mut transaction, _) = change(&first, &second);
    let mut process = Process::new(&mut world, Writer::default());
    let extend = Input::Request(Request::Extend { within: Duration::from_secs(600) });
    process.inputs = vec![(400, confirm(Some("wrong"))), (0, extend)].into();
    let ending = process.drive(&mut transaction);
    assert_eq!(process.replies, [Reply::WrongToken, Reply::Taken]);
    assert!(matches!(ending, Ending::RolledBack { reason: Reason::Expired, .. }), "{ending:?}");
    assert!(world.clock >= Duration::from_secs(1600), "{:?}", world.clock);
}
