//! `swp[1-4]`, `swp[1-4].100`, and after `glob` also `swp1-4` and `swp[1-2]s[0-3]`: names that differ by a number.
//!
//! As ifupdown2 expands them (`parse_iface_range`, `parse_glob`): a range is a list of names, whatever the host has.

use interfaces::{Diagnostic, Severity, Word};

use crate::IfName;
use crate::check::codes;

/// How many names one range may stand for.
pub(super) const MAX_NAMES: usize = 4096;

/// A range: what stands before, between and after its one or two runs of numbers.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Range {
    before: String,
    first: (u64, u64),
    second: Option<(String, (u64, u64))>,
    after: String,
}

impl Range {
    /// How many names it stands for.
    pub(super) fn count(&self) -> u64 {
        let count = |(low, high): (u64, u64)| high.saturating_add(1).saturating_sub(low);
        count(self.first).saturating_mul(self.second.as_ref().map_or(1, |(_, second)| count(*second)))
    }
}

/// The range that a name in an `auto` or `iface` line is: one pair of brackets, as `parse_iface_range` takes it.
pub(super) fn of_name(text: &str) -> Option<Range> {
    let (before, first, after) = brackets(text)?;
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let fits = !before.is_empty() && before.chars().all(plain) && after.chars().all(plain);
    fits.then(|| Range { before: before.to_owned(), first, second: None, after: after.to_owned() })
}

/// The names that a name in an `auto` or `iface` line stands for, where it is a range; none where the range is too long or
/// its end before its start, which resolving complains of.
#[must_use]
pub fn range_of_names(text: &str) -> Option<Vec<IfName>> {
    let word = Word { text: text.into(), span: interfaces::Span::new(interfaces::FileId(0), 0, 0) };
    Some(names(&of_name(text)?, &word, &mut Vec::new()))
}

/// The range that a word after `glob` is.
pub(super) fn of_glob(text: &str) -> Option<Range> {
    let range = |before: &str, first, second, after: &str| {
        Some(Range { before: before.to_owned(), first, second, after: after.to_owned() })
    };
    match brackets(text) {
        Some((before, first, rest)) if !before.is_empty() => match brackets(rest) {
            Some((between, second, after)) if !between.is_empty() => {
                range(before, first, Some((between.to_owned(), second)), after)
            }
            _ => range(before, first, None, rest),
        },
        _ => {
            let (head, tail) = text.split_once('-')?;
            let stem = head.trim_end_matches(|c: char| c.is_ascii_digit());
            let digits = tail.len() - tail.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let first = (head[stem.len()..].parse().ok()?, tail[..digits].parse().ok()?);
            if stem.is_empty() { None } else { range(stem, first, None, &tail[digits..]) }
        }
    }
}

/// Splits at the first `[low-high]`.
fn brackets(text: &str) -> Option<(&str, (u64, u64), &str)> {
    let (before, rest) = text.split_once('[')?;
    let (inside, after) = rest.split_once(']')?;
    let (low, high) = inside.split_once('-')?;
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    Some((before, (number(low)?, number(high)?), after))
}

/// The names of a range, in order.
pub(super) fn names(range: &Range, word: &Word, diagnostics: &mut Vec<Diagnostic>) -> Vec<IfName> {
    let total = range.count();
    if total == 0 || total > MAX_NAMES as u64 {
        let title = match total {
            0 => format!("the range `{}` holds no name: its end is before its start", word.text),
            _ => format!("the range `{}` stands for more than {MAX_NAMES} names", word.text),
        };
        let diagnostic = Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span);
        diagnostics
            .push(diagnostic.help("write the lower number first, as in `swp[1-4]`, and only as many as there are"));
        return Vec::new();
    }
    let mut out = Vec::new();
    for n in range.first.0..=range.first.1 {
        let head = format!("{}{n}", range.before);
        let texts: Vec<String> = match &range.second {
            None => vec![format!("{head}{}", range.after)],
            Some((between, (low, high))) => {
                (*low..=*high).map(|m| format!("{head}{between}{m}{}", range.after)).collect()
            }
        };
        for text in texts {
            match IfName::new(&text) {
                Ok(name) => out.push(name),
                Err(error) => {
                    let diagnostic = Diagnostic::new(codes::NAME, Severity::Error, error.to_string(), word.span);
                    diagnostics.push(diagnostic.label("in this range"));
                    return out;
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use interfaces::{FileId, Span};

    use super::*;

    fn expand(range: Option<Range>) -> Vec<String> {
        let word = Word { text: "".into(), span: Span::new(FileId(0), 0, 1) };
        let mut diagnostics = Vec::new();
        let names = range.map(|range| names(&range, &word, &mut diagnostics)).unwrap_or_default();
        assert!(diagnostics.is_empty() || names.is_empty(), "{diagnostics:?}");
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn expands_as_ifupdown2_does() {
        assert_eq!(expand(of_name("swp[2-4]")), ["swp2", "swp3", "swp4"]);
        assert_eq!(expand(of_name("swp1.[2-3]")), ["swp1.2", "swp1.3"]);
        assert_eq!(expand(of_name("swp[2-3].100")), ["swp2.100", "swp3.100"]);
        assert_eq!(expand(of_glob("swp1-3")), ["swp1", "swp2", "swp3"]);
        assert_eq!(expand(of_glob("swp1-2.10")), ["swp1.10", "swp2.10"]);
        assert_eq!(expand(of_glob("swp[1-2].10")), ["swp1.10", "swp2.10"]);
        assert_eq!(expand(of_glob("swp[1-2]s[0-1]")), ["swp1s0", "swp1s1", "swp2s0", "swp2s1"]);
    }

    #[test]
    fn a_range_ends() {
        for empty in ["swp[4-2]", "swp[1-99999999]", "swp[0-18446744073709551614]"] {
            assert!(of_name(empty).is_some() && expand(of_name(empty)).is_empty(), "{empty}");
        }
        for none in ["swp1-4", "swp1", "[1-2]", "swp[1]", "swp[1-2", "swp[a-b]", "swp[18446744073709551616-1]"] {
            assert_eq!(of_name(none), None, "{none}");
        }
        for none in ["swp", "-", "1-4", "swp1-", "swp-1", ""] {
            assert_eq!(of_glob(none), None, "{none}");
        }
    }
}
