//! Physical lines, joined into logical ones.
//!
//! interfaces(5): "A line may be extended across multiple lines by making the last character a backslash", and a line
//! whose first character other than white space is `#` is a comment. ifupdown (`get_line` in config.c) and ifupdown2
//! (`process_interfaces` in networkinterfaces.py) agree on that much and not on the rest:
//!
//! | what | ifupdown | ifupdown2 | here |
//! |---|---|---|---|
//! | a comment that ends in a backslash | ends there | takes in the next line | ends there, warning |
//! | `#` at the start of a continuing line | part of the value | part of the value | part of the value, warning |
//! | blanks, or the CR of CR LF, after the backslash | the backslash is a character | joins | joins, warning |
//! | no blank on either side of the join | glues the words | separates them | separates them, warning |
//! | two and more backslashes | keeps all but one | drops all | drops all, warning |
//! | a blank line after the backslash | ends the line | is skipped | ends the line, warning |
//! | a backslash within a line | a character | a blank | a character |
//!
//! White space is what C's `isspace` takes; a CR is white space, so lines may end with CR LF.

use std::ops::Range;

/// Whether the byte is white space, as C's `isspace` has it.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// What a logical line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing but white space (and backslashes that continue it).
    Blank,
    /// A comment.
    Comment,
    /// Anything else.
    Text,
}

/// Something about a join that deserves a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Oddity {
    /// A comment ends in a backslash, and a line with text follows.
    Comment,
    /// A continuing line starts with `#`.
    Hash,
    /// White space, perhaps the CR of a CR LF, stands between the backslash and the end of the line.
    BlankAfter,
    /// No white space stands on either side of the join.
    Glued,
    /// More than one backslash.
    Several,
    /// The line that should continue it is blank, and text follows.
    BlankLine,
}

/// A logical line: one physical line, or several that backslashes join.
#[derive(Debug)]
pub(crate) struct Line<'l> {
    /// All of it, line ends included.
    pub(crate) whole: Range<usize>,
    /// What it is.
    pub(crate) shape: Shape,
    /// Its text, a piece a physical line, without the white space around it and without the backslashes that join.
    /// No piece is empty. None for a blank line and a comment.
    pub(crate) pieces: &'l [Range<usize>],
    /// The first odd join, and where.
    pub(crate) oddity: Option<(Oddity, Range<usize>)>,
}

/// Takes a source apart into logical lines, which cover it without a gap.
pub(crate) struct Lines<'s> {
    source: &'s [u8],
    at: usize,
    pieces: Vec<Range<usize>>,
}

/// A physical line.
struct Physical {
    /// From the first to the last byte that is no white space; empty at the start of the line if there is none.
    content: Range<usize>,
    /// The byte after its line end.
    end: usize,
}

impl<'s> Lines<'s> {
    pub(crate) fn new(source: &'s [u8]) -> Self {
        Self { source, at: 0, pieces: Vec::new() }
    }

    /// From a place where a line starts.
    pub(crate) fn starting(source: &'s [u8], at: usize) -> Self {
        Self { source, at, pieces: Vec::new() }
    }

    /// The next logical line.
    pub(crate) fn next(&mut self) -> Option<Line<'_>> {
        let start = self.at;
        if start == self.source.len() {
            return None;
        }
        self.pieces.clear();
        let first = self.physical(start);
        self.at = first.end;
        let (mut shape, mut oddity) = (Shape::Blank, None);
        match self.source.get(first.content.start) {
            _ if first.content.is_empty() => {}
            Some(b'#') => {
                shape = Shape::Comment;
                if self.source[first.content.clone()].ends_with(b"\\") && self.swallows(first.end) {
                    oddity = Some((Oddity::Comment, first.content.end - 1..first.content.end));
                }
            }
            _ => {
                oddity = self.join(first);
                shape = if self.pieces.is_empty() { Shape::Blank } else { Shape::Text };
            }
        }
        Some(Line { whole: start..self.at, shape, pieces: &self.pieces, oddity })
    }

    /// Whether ifupdown2 would take text away with a comment that goes on at `at`. It would not matter if that were
    /// a comment too.
    fn swallows(&self, at: usize) -> bool {
        let next = self.source[at..].iter().find(|&&byte| !is_blank(byte));
        next.is_some_and(|&byte| byte != b'#')
    }

    /// Collects the pieces of a line of text and of those that continue it.
    fn join(&mut self, mut line: Physical) -> Option<(Oddity, Range<usize>)> {
        let mut oddity = None;
        let mut note = |what, place| _ = oddity.get_or_insert((what, place));
        loop {
            let text = &self.source[line.content.clone()];
            let kept = text.iter().rposition(|&byte| byte != b'\\').map_or(0, |last| last + 1);
            let backslash = line.content.start + kept..line.content.end;
            let piece = self.trim(line.content.start..backslash.start);
            let glued_left = piece.end == backslash.start && !piece.is_empty();
            if !piece.is_empty() {
                self.pieces.push(piece);
            }
            self.at = line.end;
            if backslash.is_empty() || line.end == self.source.len() {
                return oddity;
            }
            let next = self.physical(line.end);
            if backslash.len() > 1 {
                note(Oddity::Several, backslash.clone());
            }
            if self.source[backslash.end..line.end].iter().any(|&byte| byte != b'\n') {
                note(Oddity::BlankAfter, backslash.clone());
            }
            if next.content.is_empty() {
                self.at = next.end;
                if next.end < self.source.len() {
                    note(Oddity::BlankLine, backslash);
                }
                return oddity;
            }
            if self.source[next.content.start] == b'#' {
                note(Oddity::Hash, next.content.start..next.content.start + 1);
            }
            if glued_left && next.content.start == line.end {
                note(Oddity::Glued, backslash);
            }
            line = next;
        }
    }

    fn physical(&self, start: usize) -> Physical {
        let end =
            self.source[start..].iter().position(|&byte| byte == b'\n').map_or(self.source.len(), |n| start + n + 1);
        Physical { content: self.trim(start..end), end }
    }

    /// Without the white space around it.
    fn trim(&self, range: Range<usize>) -> Range<usize> {
        let text = &self.source[range.clone()];
        let Some(first) = text.iter().position(|&byte| !is_blank(byte)) else { return range.start..range.start };
        let last = text.iter().rposition(|&byte| !is_blank(byte)).unwrap_or(first);
        range.start + first..range.start + last + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each logical line as its shape, its pieces and its oddity.
    fn read(source: &str) -> Vec<(Shape, Vec<&str>, Option<Oddity>)> {
        let mut lines = Lines::new(source.as_bytes());
        let mut out = Vec::new();
        while let Some(line) = lines.next() {
            let pieces = line.pieces.iter().map(|piece| &source[piece.clone()]).collect();
            out.push((line.shape, pieces, line.oddity.map(|(what, _)| what)));
        }
        out
    }

    #[test]
    fn lines_are_what_ifupdown_takes_them_for() {
        use Shape::{Blank, Comment, Text};
        for (source, lines) in [
            ("", vec![]),
            ("\n", vec![(Blank, vec![], None)]),
            (" \t\x0b\x0c\r\n", vec![(Blank, vec![], None)]),
            ("auto lo", vec![(Text, vec!["auto lo"], None)]),
            ("\tauto  lo \r\n", vec![(Text, vec!["auto  lo"], None)]),
            ("  # a\n", vec![(Comment, vec![], None)]),
            ("a # b\n", vec![(Text, vec!["a # b"], None)]),
            ("a \\\n  b\n", vec![(Text, vec!["a", "b"], None)]),
            ("a \\\n b \\\n c\nd\n", vec![(Text, vec!["a", "b", "c"], None), (Text, vec!["d"], None)]),
            ("a\\nb c\n", vec![(Text, vec!["a\\nb c"], None)]),
            // The end of the file ends everything.
            ("a \\", vec![(Text, vec!["a"], None)]),
            ("a \\\n", vec![(Text, vec!["a"], None)]),
            ("\\\n", vec![(Blank, vec![], None)]),
            ("\\\n auto lo\n", vec![(Text, vec!["auto lo"], None)]),
            // Commented out as a whole: both readers see comments only.
            ("# a \\\n# b\n", vec![(Comment, vec![], None), (Comment, vec![], None)]),
            ("# a \\\n\n# b\n", vec![(Comment, vec![], None), (Blank, vec![], None), (Comment, vec![], None)]),
            ("# a \\", vec![(Comment, vec![], None)]),
        ] {
            assert_eq!(read(source), lines, "{source:?}");
        }
    }

    #[test]
    fn a_join_that_readers_take_differently_is_noted() {
        use Shape::Text;
        for (source, pieces, oddity) in [
            ("a \\\n # b \\\n c\n", vec!["a", "# b", "c"], Oddity::Hash),
            ("a \\ \n b\n", vec!["a", "b"], Oddity::BlankAfter),
            ("a \\\r\n b\r\n", vec!["a", "b"], Oddity::BlankAfter),
            ("a\\\nb\n", vec!["a", "b"], Oddity::Glued),
            ("a \\\\\n b\n", vec!["a", "b"], Oddity::Several),
        ] {
            assert_eq!(read(source), [(Text, pieces, Some(oddity))], "{source:?}");
        }
        assert_eq!(
            read("a \\\n\nb\n"),
            [(Text, vec!["a"], Some(Oddity::BlankLine)), (Text, vec!["b"], None)],
            "the blank line belongs to the line that it ends"
        );
        assert_eq!(read("# a \\\nb\n"), [(Shape::Comment, vec![], Some(Oddity::Comment)), (Text, vec!["b"], None)]);
    }
}
