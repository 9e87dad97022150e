//! Transition tables for tests: every state with every input has exactly one row.

use std::fmt::Debug;

/// A row: in these states, with inputs like these (`1` yes, `0` no, `*` either), the next state; `None`: the same.
pub(crate) type Row<'a, S> = (&'a [S], &'a str, Option<S>);

/// Holds a machine to its table, for all states and inputs.
pub(crate) fn hold<S: Copy + Debug + PartialEq>(
    states: &[S],
    inputs: usize,
    rows: &[Row<'_, S>],
    next: impl Fn(S, &[bool]) -> S,
) {
    for state in states {
        for bits in 0..1_u32 << inputs {
            let given: Vec<bool> = (0..inputs).map(|n| bits >> n & 1 == 1).collect();
            let fits = |pattern: &str| {
                assert_eq!(pattern.len(), inputs, "{pattern}");
                pattern.chars().zip(&given).all(|(sign, bit)| sign == '*' || (sign == '1') == *bit)
            };
            let found: Vec<_> =
                rows.iter().filter(|(from, pattern, _)| from.contains(state) && fits(pattern)).collect();
            assert_eq!(found.len(), 1, "{state:?} with {given:?} has {} rows: {found:?}", found.len());
            assert_eq!(next(*state, &given), found[0].2.unwrap_or(*state), "{state:?} with {given:?}");
        }
    }
}
