//! Two texts side by side, as unified differences.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::Look;
use crate::io::{FAINT, STRONG, harmless};

/// The lines around a change.
const CONTEXT: usize = 3;

const ADDED: Style = AnsiColor::Green.on_default();
const TAKEN: Style = AnsiColor::Red.on_default();

/// For people where there is a look, else for programs; see [`unified`] and [`patch`].
#[must_use]
pub fn difference(texts: [&[u8]; 2], names: [&str; 2], look: Option<Look>) -> String {
    match look {
        Some(look) => unified(texts, names, look),
        None => patch(texts, names),
    }
}

/// The unified difference of two files, for programs: each line as it is, but for bytes that are no UTF-8, which are
/// U+FFFD. Empty when they are the same.
#[must_use]
pub fn patch([old, new]: [&[u8]; 2], [old_name, new_name]: [&str; 2]) -> String {
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::from_lines(&*old, &*new);
    diff.unified_diff().context_radius(CONTEXT).header(old_name, new_name).to_string()
}

/// The same for people, as diff(1) and git show it: with nothing that a terminal obeys, and without CR at the end of a
/// line.
#[must_use]
pub fn unified([old, new]: [&[u8]; 2], [old_name, new_name]: [&str; 2], look: Look) -> String {
    if old == new {
        return String::new();
    }
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::from_lines(&*old, &*new);
    let mut out = look.paint(STRONG, &format!("--- {old_name}")) + "\n";
    out += &(look.paint(STRONG, &format!("+++ {new_name}")) + "\n");
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        out += &(look.paint(FAINT, &hunk.header().to_string()) + "\n");
        for change in hunk.iter_changes() {
            let (sign, style) = match change.tag() {
                ChangeTag::Equal => (' ', Style::new()),
                ChangeTag::Insert => ('+', ADDED),
                ChangeTag::Delete => ('-', TAKEN),
            };
            let line = change.value().trim_end_matches('\n').trim_end_matches('\r');
            let line: Vec<String> = line.split('\t').map(harmless).collect();
            out += &(look.paint(style, &format!("{sign}{}", line.join("\t"))) + "\n");
            if change.missing_newline() {
                out += "\\ No newline at end of file\n";
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_shown_as_git_does() {
        let shown = unified([b"a\nb\r\nc", b"a\nx\xff\r\nc\n"], ["old", "new"], Look::PLAIN);
        let expected = "--- old\n+++ new\n@@ -1,3 +1,3 @@\n a\n-b\n-c\n\\ No newline at end of file\n+x\u{fffd}\n+c\n";
        assert_eq!(shown, expected);
        assert_eq!(unified([b"a", b"a"], ["old", "new"], Look::PLAIN), "");
    }

    #[test]
    fn a_program_gets_every_byte_of_a_line() {
        let patch = |old: &[u8], new: &[u8]| patch([old, new], ["old", "new"]);
        let expected = "--- old\n+++ new\n@@ -1,2 +1,2 @@\n a\r\n-b\u{1b}\r\n+c\n\\ No newline at end of file\n";
        assert_eq!(patch(b"a\r\nb\x1b\r\n", b"a\r\nc"), expected);
        assert_eq!(patch(b"a", b"a"), "");
    }
}
