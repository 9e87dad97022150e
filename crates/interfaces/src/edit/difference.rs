//! What two texts have in common, line by line.
//!
//! Myers' algorithm finds the fewest lines that differ, in time that grows with the lines times those that differ: of a
//! file with thousands of changed lines it would be seconds. So a large file is first taken apart at lines that stand once
//! in either text and in the same order in both, as in Bram Cohen's patience diff; what stands between is small.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// So many lines, of both texts together, are compared as a whole.
const SMALL: usize = 2048;
/// How often what is between such lines is taken apart again. What is still large then, or has no such line, is taken as
/// different: no text that anybody edited is such.
const DEPTH: usize = 4;

/// Lines of the old and of the new text.
#[derive(Clone)]
struct Part {
    old: Range<usize>,
    new: Range<usize>,
}

impl Part {
    /// Whether it is compared as a whole.
    fn is_small(&self) -> bool {
        self.old.len() + self.new.len() <= SMALL
    }
}

/// As many lines of both texts that are the same.
#[derive(Clone, Copy)]
struct Same {
    old: usize,
    new: usize,
    count: usize,
}

/// What makes one list of lines of another: the fewest lines that differ, where the lists are not large. In time that grows
/// with the lines, but for a factor.
#[must_use]
pub fn operations<T: Eq + Hash + Ord>(old: &[T], new: &[T]) -> Vec<DiffOp> {
    let (whole, mut same) = (Part { old: 0..old.len(), new: 0..new.len() }, Vec::new());
    if whole.is_small() {
        fewest(old, new, &whole, &mut same);
    } else {
        compare(old, new, whole, DEPTH, &mut same);
    }
    of_same(&same, old.len(), new.len())
}

/// Finds what is the same within a part, in order.
fn compare<T: Eq + Hash + Ord>(old: &[T], new: &[T], mut part: Part, depth: usize, same: &mut Vec<Same>) {
    let (before, after) = (&old[part.old.clone()], &new[part.new.clone()]);
    let start = before.iter().zip(after).take_while(|(a, b)| a == b).count();
    let (before, after) = (&before[start..], &after[start..]);
    let end = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    same.push(Same { old: part.old.start, new: part.new.start, count: start });
    let last = Same { old: part.old.end - end, new: part.new.end - end, count: end };
    part = Part { old: part.old.start + start..last.old, new: part.new.start + start..last.new };
    if part.is_small() {
        fewest(old, new, &part, same);
    } else if depth > 0 {
        let mut rest = part.clone();
        for (at_old, at_new) in anchors(old, new, &part) {
            let between = Part { old: rest.old.start..at_old, new: rest.new.start..at_new };
            compare(old, new, between, depth - 1, same);
            same.push(Same { old: at_old, new: at_new, count: 1 });
            rest = Part { old: at_old + 1..part.old.end, new: at_new + 1..part.new.end };
        }
        // Without an anchor it is the same part again, which has none then either.
        if rest.old != part.old {
            compare(old, new, rest, depth - 1, same);
        }
    }
    same.push(last);
}

/// Finds as much as there is that is the same within a small part, in order. Of what `similar` says only that counts: when
/// it moves an insertion past a deletion (its `Compact`), the places of those two are left as they were.
fn fewest<T: Eq + Hash + Ord>(old: &[T], new: &[T], part: &Part, same: &mut Vec<Same>) {
    let operations = capture_diff_slices(Algorithm::Myers, &old[part.old.clone()], &new[part.new.clone()]);
    same.extend(operations.iter().filter_map(|operation| match *operation {
        DiffOp::Equal { old_index, new_index, len } => {
            Some(Same { old: part.old.start + old_index, new: part.new.start + new_index, count: len })
        }
        _ => None,
    }));
}

/// The lines that stand once in either part: as many of them as are in the same order in both.
fn anchors<T: Eq + Hash>(old: &[T], new: &[T], part: &Part) -> Vec<(usize, usize)> {
    // Where each line stands in the old part and in the new one; none for one that stands there twice.
    let mut places: HashMap<&T, [Option<Option<usize>>; 2]> = HashMap::with_capacity(part.old.len());
    for (side, lines, range) in [(0, old, &part.old), (1, new, &part.new)] {
        for at in range.clone() {
            let place = &mut places.entry(&lines[at]).or_default()[side];
            *place = Some(if place.is_none() { Some(at) } else { None });
        }
    }
    let once = part.old.clone().filter_map(|at| match places.get(&old[at])? {
        [Some(Some(old)), Some(Some(new))] => Some((*old, *new)),
        _ => None,
    });
    rising(&once.collect::<Vec<_>>())
}

/// The longest choice of pairs, in order, whose second numbers rise (Fredman 1975).
fn rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the pair that ends a choice of that length with the least number; and before which each pair stood.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, number)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        ends.truncate(ends.len().max(length));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut chosen: Vec<_> =
        std::iter::successors(ends.last().copied(), |&at| before[at]).map(|at| pairs[at]).collect();
    chosen.reverse();
    chosen
}

/// The operations, from what is the same.
fn of_same(same: &[Same], old_lines: usize, new_lines: usize) -> Vec<DiffOp> {
    let mut operations = Vec::new();
    let (mut old, mut new) = (0, 0);
    let end = Same { old: old_lines, new: new_lines, count: 0 };
    for run in same.iter().filter(|run| run.count > 0).chain([&end]) {
        let (taken, added) = (run.old - old, run.new - new);
        match (taken, added) {
            (0, 0) => {}
            (_, 0) => operations.push(DiffOp::Delete { old_index: old, old_len: taken, new_index: new }),
            (0, _) => operations.push(DiffOp::Insert { old_index: old, new_index: new, new_len: added }),
            _ => operations.push(DiffOp::Replace { old_index: old, old_len: taken, new_index: new, new_len: added }),
        }
        match operations.last_mut() {
            Some(DiffOp::Equal { len, .. }) => *len += run.count,
            _ if run.count > 0 => {
                operations.push(DiffOp::Equal { old_index: run.old, new_index: run.new, len: run.count });
            }
            _ => {}
        }
        (old, new) = (run.old + run.count, run.new + run.count);
    }
    operations
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::cmp::Ordering;
    use std::hash::Hasher;

    use super::*;

    thread_local!(static COMPARED: Cell<usize> = const { Cell::new(0) });

    /// A line that counts how often such are compared.
    #[derive(Clone, Debug)]
    struct Line(String);

    impl PartialEq for Line {
        fn eq(&self, other: &Self) -> bool {
            COMPARED.set(COMPARED.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Line {}

    impl Ord for Line {
        fn cmp(&self, other: &Self) -> Ordering {
            COMPARED.set(COMPARED.get() + 1);
            self.0.cmp(&other.0)
        }
    }

    impl PartialOrd for Line {
        fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
            Some(self.cmp(other))
        }
    }

    impl Hash for Line {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    fn lines(lines: impl Iterator<Item = String>) -> Vec<Line> {
        lines.map(Line).collect()
    }

    /// How many lines of the old text are not kept; and the operations do make the new text of the old one.
    fn taken(old: &[Line], new: &[Line]) -> usize {
        let (mut made, mut at, mut taken) = (Vec::new(), 0, 0);
        for operation in operations(old, new) {
            assert_eq!((operation.old_range().start, operation.new_range().start), (at, made.len()), "no gap");
            at = operation.old_range().end;
            match operation {
                DiffOp::Equal { .. } => made.extend_from_slice(&old[operation.old_range()]),
                _ => {
                    taken += operation.old_range().len();
                    made.extend_from_slice(&new[operation.new_range()]);
                }
            }
        }
        assert!(at == old.len() && made == new);
        taken
    }

    /// A VLAN device a stanza, all on one bond.
    fn vlans(count: usize, bond: impl Fn(usize) -> &'static str) -> Vec<Line> {
        lines((0..count).flat_map(|n| {
            [format!("auto v{n}"), format!("iface v{n}"), format!(" vlan-raw-device {}", bond(n)), String::new()]
        }))
    }

    #[test]
    fn the_cost_grows_with_the_lines_however_many_differ() {
        let cost = |count: usize| {
            let (old, new) = (vlans(count, |_| "bond0"), vlans(count, |n| if n % 3 == 0 { "bond0" } else { "bond1" }));
            COMPARED.set(0);
            assert_eq!(taken(&old, &new), count - count.div_ceil(3));
            COMPARED.get()
        };
        let (small, large) = (cost(3_000), cost(24_000));
        assert!(large < 10 * small, "{small} comparisons for an eighth, and {large}");
    }

    /// All texts of up to five lines of three kinds, so that each way in which hunks can touch comes up.
    #[test]
    fn any_two_small_texts_come_out_right() {
        let text = |mut number: usize| {
            lines(std::iter::from_fn(|| {
                let kind = number.checked_sub(1)? % 3;
                number = (number - 1) / 3;
                Some(kind.to_string())
            }))
        };
        let texts: Vec<_> = (0..364).map(text).collect();
        for (old, new) in texts.iter().flat_map(|old| texts.iter().map(move |new| (old, new))) {
            taken(old, new);
        }
    }

    #[test]
    fn lines_that_are_moved_repeated_or_all_different_come_out_right() {
        let old = vlans(2_000, |_| "bond0");
        let moved: Vec<Line> = old[4_000..].iter().chain(&old[..4_000]).cloned().collect();
        assert_eq!(taken(&old, &moved), 4_000);
        let some: Vec<Line> =
            old.iter().enumerate().filter(|(at, _)| at % 5 != 0).map(|(_, line)| line.clone()).collect();
        assert_eq!(taken(&old, &some), 1_600);
        assert_eq!(taken(&some, &old), 0);
        let same = lines((0..9_000).map(|_| "x".to_owned()));
        assert_eq!(taken(&same, &same[..5_000]), 4_000);
        assert_eq!(taken(&old, &lines((0..3_000).map(|n| format!("other {n}")))), old.len());
        assert_eq!(taken(&old, &[]), old.len());
    }
}
