//! A change of a file as a unified diff.

use similar::TextDiff;

use crate::Look;
use crate::io::{BAD, GOOD, STRONG, harmless};

/// The lines around a change.
const CONTEXT: usize = 3;

/// The diff of two files of these names, empty if they are the same. Bytes that are no UTF-8 show as U+FFFD.
#[must_use]
pub fn unified(old: &[u8], new: &[u8], names: &[String; 2]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
    diff.unified_diff().context_radius(CONTEXT).header(&names[0], &names[1]).to_string()
}

/// The same for a terminal.
#[must_use]
pub fn painted(patch: &str, look: Look) -> String {
    let mut out = String::new();
    for line in patch.lines() {
        let style = match line.as_bytes().first() {
            _ if line.starts_with("---") || line.starts_with("+++") => STRONG,
            Some(b'+') => GOOD,
            Some(b'-') => BAD,
            _ => anstyle::Style::new(),
        };
        out += &look.paint(style, &harmless(line));
        out.push('\n');
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}
