//! Shell patterns, one component of a path at a time.

/// Whether the text is a pattern: `*`, `?` or `[` is in it.
pub(crate) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?', '['])
}

/// Whether a name matches a pattern, as `fnmatch` does with `FNM_NOESCAPE` and `FNM_PERIOD`: `*` any run, `?` any one,
/// `[a-z]` one of these, `[!a-z]` or `[^a-z]` none of these, a `[` without its `]` itself. A leading dot must be written.
///
/// Only the last `*` is ever tried again, so no pattern takes exponential time.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    let mut star = None;
    while n < name.len() {
        let step = match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => Some(1),
            Some('[') => class(&pattern[p..], name[n]),
            Some(&c) => (c == name[n]).then_some(1),
            None => None,
        };
        match (step, star) {
            (Some(length), _) => (p, n) = (p + length, n + 1),
            (None, Some((at, from))) => {
                star = Some((at, from + 1));
                (p, n) = (at + 1, from + 1);
            }
            (None, None) => return false,
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

/// The length of the class that the pattern starts with, if it holds `c`.
fn class(pattern: &[char], c: char) -> Option<usize> {
    let negated = matches!(pattern.get(1), Some('!' | '^'));
    let first = if negated { 2 } else { 1 };
    // A `]` in the first place is one of the class.
    let Some(end) = pattern.iter().skip(first + 1).position(|&c| c == ']').map(|at| first + 1 + at) else {
        return (c == '[').then_some(1);
    };
    let (mut rest, mut found) = (&pattern[first..end], false);
    while let [low, tail @ ..] = rest {
        (found, rest) = match tail {
            ['-', high, after @ ..] => (found || (*low..=*high).contains(&c), after),
            _ => (found || *low == c, tail),
        };
    }
    (found != negated).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_fnmatch_does() {
        for (pattern, yes, no) in [
            ("*", &["a", "sdn", "a.b", "ä"][..], &[".a"][..]),
            (".*", &[".a"], &["a"]),
            ("*.cfg", &["a.cfg", "a.cfg.cfg"], &["a.cfgx", ".cfg"]),
            ("a?c", &["abc", "aäc"], &["ac", "abbc"]),
            ("[a-cx]1", &["a1", "c1", "x1"], &["d1", "1", "-1"]),
            ("[!a-c]", &["d"], &["a", "c", ""]),
            ("[^a]", &["b"], &["a"]),
            ("[]]", &["]"], &["[", "[]]"]),
            ("[!]]", &["a"], &["]"]),
            ("[a-]", &["a", "-"], &["b"]),
            ("[a", &["[a"], &["a"]),
            ("a[", &["a["], &["a"]),
            ("a*b*c", &["abc", "axxbxxc", "abbcc"], &["ab", "acb"]),
            ("**", &["", "a"], &[]),
            ("", &[""], &["a"]),
        ] {
            for name in yes {
                assert!(matches(pattern, name), "{pattern} should match {name}");
            }
            for name in no {
                assert!(!matches(pattern, name), "{pattern} should not match {name}");
            }
        }
    }

    #[test]
    fn many_stars_are_no_trouble() {
        let pattern = "*a".repeat(1000) + "b";
        assert!(!matches(&pattern, &"a".repeat(4000)));
        assert!(!matches(&"*[".repeat(1000), &"a".repeat(255)));
    }
}
