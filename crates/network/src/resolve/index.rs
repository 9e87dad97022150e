//! Names, numbered in the order in which they come.

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::IfName;

/// How far behind the last name that was looked for a name is looked for before it is looked up: a bond stands by its
/// slaves, and what is asked of a name is asked several times. Of a large file's names, a map has most far away.
const BEHIND: usize = 8;

/// Names with their numbers, which count from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    names: Vec<IfName>,
    numbers: FxHashMap<IfName, u32>,
    /// The number that was given or found last.
    last: usize,
}

impl Index {
    /// With room for so many.
    pub(super) fn with_room(names: usize) -> Self {
        let numbers = FxHashMap::with_capacity_and_hasher(names, FxBuildHasher);
        Self { names: Vec::with_capacity(names), numbers, last: 0 }
    }

    /// The number of a name.
    pub(super) fn get(&self, name: &IfName) -> Option<usize> {
        self.numbers.get(name).map(|number| *number as usize)
    }

    /// The same, for a name that is most likely one of the few before that number, or the next.
    pub(super) fn get_near(&self, number: usize, name: &IfName) -> Option<usize> {
        let from = number.saturating_sub(BEHIND);
        let near = self.names.get(from..self.names.len().min(number + 2)).unwrap_or_default();
        near.iter().rposition(|other| other == name).map(|at| from + at).or_else(|| self.get(name))
    }

    /// The number of a name, which becomes the next one if it is new; `None` if there are too many.
    pub(super) fn number(&mut self, name: &IfName) -> Option<usize> {
        self.last = match self.get_near(self.last, name) {
            Some(number) => number,
            None => {
                let next = self.names.len();
                self.numbers.insert(name.clone(), u32::try_from(next).ok()?);
                self.names.push(name.clone());
                next
            }
        };
        Some(self.last)
    }

    /// All of them, in their order.
    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &IfName> {
        self.names.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number_whatever_is_asked_before() {
        let name = |n: usize| IfName::new(&format!("nic{n}")).unwrap();
        let mut index = Index::with_room(4);
        for n in (0..100).chain(0..100) {
            assert_eq!(index.number(&name(n)), Some(n));
        }
        for n in (0..100).map(|n| n * 37 % 101) {
            assert_eq!(index.get(&name(n)), (n < 100).then_some(n));
            assert_eq!(index.get_near(50, &name(n)), (n < 100).then_some(n));
        }
        assert!(index.names().cloned().eq((0..100).map(name)));
    }
}
