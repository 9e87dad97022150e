//! A small generator that one seed starts.
//!
//! Splitmix64 (Steele, Lea and Flood, 2014): sixty-four bits of state, the same numbers on every machine. A run's log is to
//! be the same bytes for years, which a library's generator does not promise from one version to the next.

/// A generator.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// Starts one.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.draw() % limit }
    }

    /// A place in a list of that length; 0 in an empty one.
    pub fn index(&mut self, length: usize) -> usize {
        // What is below a usize is one.
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// One of several; `None` of none.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        of.get(self.index(of.len()))
    }

    /// True once in so many times; never for 0.
    pub fn one_in(&mut self, times: u64) -> bool {
        times > 0 && self.below(times) == 0
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.draw().to_be_bytes()[0]).collect()
    }

    /// A generator of its own, whose numbers are not those that this one gives afterwards.
    pub fn fork(&mut self) -> Self {
        Self(self.draw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_seed_never_change() {
        // From the reference implementation, with seed 1234567.
        let mut chance = Chance::new(1_234_567);
        assert_eq!(chance.draw(), 6_457_827_717_110_365_317);
        assert_eq!(chance.draw(), 3_203_168_211_198_807_973);
        assert_eq!(Chance::new(1).below(0), 0);
    }

    #[test]
    fn of_none_there_is_none() {
        let mut chance = Chance::new(1);
        assert_eq!(chance.pick::<u8>(&[]), None);
        assert!(!chance.one_in(0) && chance.one_in(1));
        assert_eq!(chance.pick(&[7]), Some(&7));
        assert_eq!(chance.bytes(3).len(), 3);
        assert_ne!(chance.fork().draw(), chance.draw());
    }
}
