//! Bytes as lines and columns of the editor's encoding, and back.

use std::ops::Range;

use ls_types::{Position, PositionEncodingKind};

/// In what the editor counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16: two for a character above U+FFFF. What every editor knows.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of those that the editor offers: bytes need no counting.
    pub(crate) fn of(offered: &[PositionEncodingKind]) -> Self {
        let offers = |kind: &PositionEncodingKind| offered.contains(kind);
        match () {
            () if offers(&PositionEncodingKind::UTF8) => Self::Utf8,
            () if offers(&PositionEncodingKind::UTF32) => Self::Utf32,
            () => Self::Utf16,
        }
    }

    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, character: char) -> usize {
        match self {
            Self::Utf8 => character.len_utf8(),
            Self::Utf16 => character.len_utf16(),
            Self::Utf32 => 1,
        }
    }
}

/// The lines of a text. Bytes that are no UTF-8, which only a file on the disk can have, count as the U+FFFD that they
/// show as.
pub(crate) struct Positions<'t> {
    text: &'t [u8],
    /// Where each line starts. A line ends with LF, CR LF or a CR alone (LSP 3.17, "Text Documents").
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Positions<'t> {
    pub(crate) fn of(text: &'t [u8], encoding: Encoding) -> Self {
        let ends = |at: &usize| text[*at] == b'\n' || (text[*at] == b'\r' && text.get(at + 1) != Some(&b'\n'));
        let starts = std::iter::once(0).chain((0..text.len()).filter(ends).map(|at| at + 1)).collect();
        Self { text, starts, encoding }
    }

    /// The place of a byte; the end for one beyond it.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let before = String::from_utf8_lossy(&self.text[self.starts[line]..offset]);
        let column = before.chars().map(|character| self.encoding.width(character)).sum();
        Position { line: number(line), character: number(column) }
    }

    pub(crate) fn range(&self, bytes: Range<usize>) -> ls_types::Range {
        ls_types::Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// The byte at a place. A column beyond the line's end is its end, a line beyond the last the end of all.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text[start..end].iter().rposition(|byte| !b"\r\n".contains(byte)).map_or(0, |at| at + 1);
        let (mut at, mut column) = (start, 0);
        for chunk in self.text[start..start + content].utf8_chunks() {
            let valid = chunk.valid().chars().map(|c| (c.len_utf8(), self.encoding.width(c)));
            let invalid = (!chunk.invalid().is_empty())
                .then(|| (chunk.invalid().len(), self.encoding.width(char::REPLACEMENT_CHARACTER)));
            for (bytes, width) in valid.chain(invalid) {
                if column + width > position.character as usize {
                    return at;
                }
                at += bytes;
                column += width;
            }
        }
        at
    }
}

/// Texts are bounded far below four milliards of bytes.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_counted_as_the_editor_does() {
        let text = "a\r\n# größe 🪢 x\rb\n\nend".as_bytes();
        let knot = text.windows(4).position(|bytes| bytes == "🪢".as_bytes()).unwrap();
        for (encoding, before, after) in [(Encoding::Utf8, 10, 14), (Encoding::Utf16, 8, 10), (Encoding::Utf32, 8, 9)] {
            let positions = Positions::of(text, encoding);
            for (offset, line, character) in [
                (0, 0, 0),
                (1, 0, 1),
                (3, 1, 0),
                (knot, 1, before),
                (knot + 4, 1, after),
                (knot + 7, 2, 0),
                (knot + 9, 3, 0),
                (knot + 10, 4, 0),
                (text.len(), 4, 3),
            ] {
                let position = Position { line, character };
                assert_eq!(positions.position(offset), position, "{encoding:?} {offset}");
                assert_eq!(positions.offset(position), offset, "{encoding:?} {position:?}");
            }
            assert_eq!(positions.offset(Position { line: 1, character: 99 }), knot + 6, "the line's end");
            assert_eq!(positions.offset(Position { line: 0, character: 99 }), 1, "CR LF is no part of the line");
            assert_eq!(positions.offset(Position { line: 9, character: 0 }), text.len());
        }
        // Within a pair of surrogates there is no byte: the character's start.
        assert_eq!(Positions::of(text, Encoding::Utf16).offset(Position { line: 1, character: 9 }), knot);
    }

    #[test]
    fn what_is_no_utf8_counts_as_what_it_shows_as() {
        let positions = Positions::of(b"a\xff\xffb", Encoding::Utf16);
        assert_eq!(positions.position(3), Position { line: 0, character: 3 });
        assert_eq!(positions.offset(Position { line: 0, character: 3 }), 3);
        assert_eq!(Positions::of(b"", Encoding::Utf8).position(7), Position { line: 0, character: 0 });
    }

    #[test]
    fn bytes_are_taken_where_they_are_offered() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::of(&[]), Encoding::Utf16);
        assert_eq!(Encoding::of(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::of(&[Kind::UTF16, Kind::UTF32]).kind(), Kind::UTF32);
    }
}
