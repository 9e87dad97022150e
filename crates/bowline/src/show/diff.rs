//! Two texts side by side, as unified differences.

use anstyle::{AnsiColor, Style};
use interfaces::edit::operations;
use similar::udiff::UnifiedHunkHeader;
use similar::{ChangeTag, group_diff_ops};

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
pub fn patch(texts: [&[u8]; 2], names: [&str; 2]) -> String {
    write(texts, names, |_, text| text.to_owned(), |sign, line| format!("{sign}{line}"))
}

/// The same for people, as diff(1) and git show it: with nothing that a terminal obeys, and without CR at the end of a
/// line.
#[must_use]
pub fn unified(texts: [&[u8]; 2], names: [&str; 2], look: Look) -> String {
    let line = |sign: char, line: &str| {
        let style = match sign {
            '+' => ADDED,
            '-' => TAKEN,
            _ => Style::new(),
        };
        let line: Vec<String> = line.trim_end_matches('\r').split('\t').map(harmless).collect();
        look.paint(style, &format!("{sign}{}", line.join("\t")))
    };
    write(texts, names, |style, text| look.paint(style, text), line)
}

/// Writes the difference, with headers and lines in this style. A line comes with its sign and without its end.
fn write(
    [old, new]: [&[u8]; 2],
    [old_name, new_name]: [&str; 2],
    header: impl Fn(Style, &str) -> String,
    line: impl Fn(char, &str) -> String,
) -> String {
    if old == new {
        return String::new();
    }
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (old, new) = (lines(&old), lines(&new));
    let mut out = header(STRONG, &format!("--- {old_name}")) + "\n";
    out += &(header(STRONG, &format!("+++ {new_name}")) + "\n");
    for hunk in group_diff_ops(operations(&old, &new), CONTEXT) {
        out += &(header(FAINT, &UnifiedHunkHeader::new(&hunk).to_string()) + "\n");
        for change in hunk.iter().flat_map(|operation| operation.iter_changes(&old[..], &new[..])) {
            let sign = match change.tag() {
                ChangeTag::Equal => ' ',
                ChangeTag::Insert => '+',
                ChangeTag::Delete => '-',
            };
            let text = change.value();
            out += &(line(sign, text.strip_suffix('\n').unwrap_or(text)) + "\n");
            if !text.ends_with('\n') {
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
