//! Transactions whose change another makes: kept by evidence, and else undone by what differs from the snapshot.
#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

mod common;

use std::time::Duration;

use common::{Process, World, alike, change, hosts, settings};
use guard::journal::Writer;
use guard::{Answer, Confirmation, Ending, Evidence, Input, News, Reason, Reply, Request, Transaction};
use network::Network;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

fn evidence(works: bool) -> Evidence {
    let mut out = Evidence::default();
    out.note("gateway", works);
    out
}

fn works(looks: u32) -> (u32, Input) {
    (looks, Input::Evidence(evidence(true)))
}

fn done(disturbs: bool) -> (u32, Input) {
    (1, Input::Request(Request::Done { disturbs }))
}

struct Went {
    ending: Ending,
    replies: Vec<Reply>,
    news: Vec<News>,
    world: World,
    old: Network,
    new: Network,
}

/// Drives one on a host on which the change is made already when it begins to wait.
fn drive(inputs: Vec<(u32, Input)>, jumps: Vec<i64>) -> Went {
    let mut runner = TestRunner::deterministic();
    let pair = (hosts::wanted(), hosts::wanted());
    let pairs = (0..50).map(|_| pair.new_tree(&mut runner).unwrap().current());
    let (first, second) = pairs.max_by_key(|(first, second)| change(first, second).1.begun().steps).unwrap();
    let (mut world, transaction, new) = change(&first, &second);
    let old = std::mem::replace(&mut world.kernel, new.clone());
    world.file = "new";
    let asked = settings(Confirmation::Evidence { settle: Duration::from_secs(10), hitless: Duration::ZERO });
    let mut transaction = Transaction::beside(transaction.begun().clone(), asked, evidence(true), world.clock);
    let mut process = Process::new(&mut world, Writer::default());
    (process.inputs, process.jumps) = (inputs.into(), jumps.into());
    let ending = process.drive(&mut transaction);
    let (replies, news) = (process.replies, process.news);
    Went { ending, replies, news, world, old, new }
}

#[test]
fn what_is_not_kept_is_undone_by_the_difference() {
    let asked = Reason::Asked { by: "ifreload".to_owned() };
    let gives_up = Input::Request(Request::GiveUp { by: "ifreload".to_owned() });
    let roll_back = || Input::Request(Request::RollBack { by: "root".to_owned() });
    let by_root = || Reason::Asked { by: "root".to_owned() };
    let confirm = common::confirm(None);
    for (inputs, expected) in [
        (vec![(1, Input::Abandoned)], Reason::Abandoned),
        // Nobody says for an hour that it is done.
        (vec![], Reason::Abandoned),
        // While it is made there is nothing to confirm, and what works is not looked at.
        (vec![works(1), (1, confirm), (1, gives_up.clone())], asked),
        // What others ask for waits until no more of it is made.
        (vec![(1, roll_back()), done(true)], by_root()),
        (vec![(1, roll_back()), (1, gives_up)], by_root()),
        (vec![(1, roll_back()), (1, Input::Abandoned)], by_root()),
        (vec![(1, roll_back())], by_root()),
        (vec![done(true)], Reason::Expired),
        (vec![done(true), works(1)], Reason::Expired),
        (vec![done(true), (1, Input::Evidence(evidence(false)))], Reason::Lost { signs: vec!["gateway".to_owned()] }),
    ] {
        let went = drive(inputs, Vec::new());
        assert_eq!(went.ending, Ending::RolledBack { reason: expected, left: Vec::new() });
        assert!(alike(&went.world.kernel, &went.old) && went.world.file == "old", "{:?}", went.ending);
        assert!(!went.replies.contains(&Reply::WrongToken));
        assert_eq!(went.news.iter().filter(|news| **news == News::Begun).count(), 1, "{:?}", went.news);
    }
}

#[test]
fn while_another_makes_the_change_nothing_is_undone_under_its_hands() {
    let (_, transaction, _) = change(&Network::default(), &Network::default());
    let now = Duration::ZERO;
    let asked = settings(Confirmation::Asked);
    let mut transaction = Transaction::beside(transaction.begun().clone(), asked, evidence(true), now);
    transaction.answer(now, Answer::Done);
    assert!(transaction.is_beside());
    let roll_back = Request::RollBack { by: "root".to_owned() };
    assert_eq!(transaction.request(now, roll_back), Reply::Taken);
    assert!(transaction.is_beside() && transaction.action().is_none(), "{:?}", transaction.action());
    assert_eq!(transaction.request(now, Request::Done { disturbs: true }), Reply::Taken);
    assert_eq!(transaction.reason(), Some(&Reason::Asked { by: "root".to_owned() }));
}

#[test]
fn what_works_is_kept_at_once_where_nothing_was_disturbed() {
    for inputs in [vec![done(false), works(1)], vec![done(true), works(1), works(0), works(0)]] {
        // Whoever made the change may be gone once it has said so.
        let inputs = inputs.into_iter().chain([(0, Input::Abandoned)]).collect();
        let went = drive(inputs, vec![0, 0, 0, 6, 6, 6]);
        assert!(matches!(went.ending, Ending::Confirmed { .. }), "{:?}", went.ending);
        assert!(alike(&went.world.kernel, &went.new) && went.world.file == "new");
    }
}
