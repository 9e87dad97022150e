//! Two texts side by side.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::Look;
use crate::io::{FAINT, STRONG, harmless};

const ADDED: Style = AnsiColor::Green.on_default();
const TAKEN: Style = AnsiColor::Red.on_default();

/// The unified difference of two files, three lines of context around each change, as diff(1) and git show it. Bytes that
/// are no UTF-8 show as U+FFFD, and CR at the end of a line not at all: it is for people. Empty when they are the same.
#[must_use]
pub fn unified([old, new]: [&[u8]; 2], [old_name, new_name]: [&str; 2], look: Look) -> String {
    if old == new {
        return String::new();
    }
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let diff = TextDiff::from_lines(&*old, &*new);
    let mut out = look.paint(STRONG, &format!("--- {old_name}")) + "\n";
    out += &(look.paint(STRONG, &format!("+++ {new_name}")) + "\n");
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
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
}
