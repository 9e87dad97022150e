//! The edits that make one text of another.

use similar::DiffOp;

use super::{TextEdit, operations};
use crate::{FileId, Span};

/// The edits, whole lines each, that make `new` of `old`: as few lines as there can be in a file that is not
/// large, in the order of the file.
#[must_use]
pub fn between(file: FileId, old: &[u8], new: &[u8]) -> Vec<TextEdit> {
    let (before, after): (Vec<&[u8]>, Vec<&[u8]>) = (lines(old), lines(new));
    let starts: Vec<usize> = starts(&before);
    let operations = operations(&before, &after);
    let changes = operations.iter().filter(|operation| !matches!(operation, DiffOp::Equal { .. }));
    changes
        .map(|operation| {
            let (from, to) = (operation.old_range(), operation.new_range());
            TextEdit { span: Span::new(file, starts[from.start], starts[from.end]), text: after[to].concat() }
        })
        .collect()
}

/// The lines, with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|&byte| byte == b'\n').collect()
}

/// Where each line starts, and where the last one ends.
fn starts(lines: &[&[u8]]) -> Vec<usize> {
    let mut at = 0;
    let mut starts = vec![0];
    for line in lines {
        at += line.len();
        starts.push(at);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;

    #[test]
    fn what_is_between_makes_one_of_the_other() {
        for (old, new, count) in [
            (&b""[..], &b""[..], 0),
            (b"", b"a\n", 1),
            (b"a\nb\nc", b"a\nc", 1),
            (b"a\nb\nc\n", b"x\nb\ny\n", 2),
            (b"a\xff\r\nb", b"a\xff\r\nb\r\nc", 1),
            (b"a", b"", 1),
        ] {
            let edits = between(FileId(0), old, new);
            assert_eq!(edits.len(), count, "{old:?}");
            assert_eq!(apply(old, &edits).unwrap(), new);
        }
    }
}
