//! The journal, torn at every byte and with anything at its end.
#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

mod common;

use common::{Process, change, confirm, hosts};
use guard::journal::{Writer, read};
use guard::{Record, Recovered, recover};
use network::Network;
use proptest::prelude::*;

/// The journal of a whole transaction.
fn journal(first: &Network, second: &Network, confirmed: bool) -> (Vec<u8>, Vec<Record>) {
    let (mut world, mut transaction, _) = change(first, second);
    let mut process = Process::new(&mut world, Writer::default());
    if confirmed {
        process.inputs = vec![(200, confirm(None))].into();
    }
    process.drive(&mut transaction);
    let read = read(&world.journal);
    assert_eq!(read.length, world.journal.len());
    (world.journal, read.records)
}

/// What it would do about a journal: nothing of what is found may be made up.
fn is_prefix(found: &[Record], all: &[Record]) -> bool {
    found.len() <= all.len() && found == &all[..found.len()]
}

/// Cut there, a journal holds the lines before, and no more.
fn torn(bytes: &[u8], cut: usize, all: &[Record]) {
    let ends = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let ends: Vec<usize> = std::iter::once(0).chain(ends).filter(|end| *end <= cut).collect();
    let found = read(&bytes[..cut]);
    assert_eq!(found.records.len(), ends.len() - 1, "cut at {cut}");
    assert_eq!(found.length, ends[ends.len() - 1]);
    assert!(is_prefix(&found.records, all));
    let recovered = recover(&found.records, "first", std::time::Duration::ZERO);
    assert_eq!(matches!(recovered, Recovered::Nothing), ends.len() == 1);
}

#[test]
fn torn_at_every_byte() {
    let mut wanted = Network::default();
    let mut nic = hosts::bare_host().links.values().next().unwrap().clone();
    (nic.mtu, nic.facts) = (Some(9000), None);
    wanted.insert(nic);
    for confirmed in [true, false] {
        let (bytes, all) = journal(&Network::default(), &wanted, confirmed);
        assert!(all.len() >= 5, "{all:?}");
        (0..=bytes.len()).for_each(|cut| torn(&bytes, cut, &all));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// A large one at any byte; a small one at every byte, below.
    #[test]
    fn torn_at_any_byte(first in hosts::wanted(), second in hosts::wanted(), confirmed: bool, cut in any::<prop::sample::Index>()) {
        let (bytes, all) = journal(&first, &second, confirmed);
        torn(&bytes, cut.index(bytes.len() + 1), &all);
    }

    #[test]
    fn anything_at_its_end(
        first in hosts::wanted(),
        second in hosts::wanted(),
        cut in any::<prop::sample::Index>(),
        more in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let (mut bytes, all) = journal(&first, &second, false);
        bytes.truncate(cut.index(bytes.len() + 1));
        let whole = read(&bytes).records.len();
        bytes.extend(more);
        let found = read(&bytes);
        prop_assert!(is_prefix(&found.records, &all));
        prop_assert!(found.records.len() == whole, "{} records of {}", found.records.len(), whole);
    }

    #[test]
    fn a_byte_that_is_another_ends_it(first in hosts::wanted(), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let (mut bytes, all) = journal(&Network::default(), &first, true);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        let found = read(&bytes);
        prop_assert!(is_prefix(&found.records, &all));
        prop_assert!(found.length <= at);
    }

    #[test]
    fn a_line_out_of_its_place_is_none(first in hosts::wanted(), second in hosts::wanted()) {
        let (bytes, all) = journal(&first, &second, true);
        let mut lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        lines.remove(lines.len() / 2);
        let found = read(&lines.concat());
        prop_assert!(is_prefix(&found.records, &all));
        prop_assert_eq!(found.records.len(), all.len() / 2);
    }

    /// Whoever finds it goes on writing where it ends.
    #[test]
    fn it_goes_on_where_it_ended(first in hosts::wanted()) {
        let (bytes, all) = journal(&Network::default(), &first, true);
        let mut again = Vec::new();
        let mut writer = Writer::default();
        for record in &all {
            again.extend(writer.line(record).unwrap());
            let found = read(&again);
            prop_assert_eq!(&found.writer, &writer);
            writer = found.writer;
        }
        prop_assert_eq!(again, bytes);
    }
}
