//! From a span to what a person calls a place: path, line and column.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use crate::{Configuration, Document, Span};

/// A place as a person names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1. 0 for a span of another configuration, which is nowhere here.
    pub line: usize,
    /// The column, from 1, in characters; bytes that are no UTF-8 count as the U+FFFD that they show as.
    pub column: usize,
}

/// `PATH:LINE:COLUMN`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// Where each line starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LineIndex(Vec<usize>);

impl LineIndex {
    pub(crate) fn of(source: &[u8]) -> Self {
        let after = source.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(after).collect())
    }

    /// The line, from 1, that holds the byte at `offset`, and where it starts.
    fn line(&self, offset: usize) -> (usize, usize) {
        let number = self.0.partition_point(|&start| start <= offset);
        (number, self.0[number - 1])
    }

    /// Where line `number`, from 1, ends, its line end included.
    fn end(&self, number: usize) -> Option<usize> {
        self.0.get(number).copied()
    }
}

impl Document {
    fn line_index(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::of(self.source()))
    }

    /// Line and column of the byte at `offset`, both from 1; of the end for an offset beyond it. The line is found by
    /// halving, the column by counting the line's characters.
    #[must_use]
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let offset = offset.min(self.source().len());
        let (line, start) = self.line_index().line(offset);
        (line, String::from_utf8_lossy(&self.source()[start..offset]).chars().count() + 1)
    }

    /// The text of the line that holds the byte at `offset`, without its line end.
    #[must_use]
    pub fn line_text(&self, offset: usize) -> Cow<'_, str> {
        let (line, start) = self.line_index().line(offset.min(self.source().len()));
        let text = &self.source()[start..self.line_index().end(line).unwrap_or(self.source().len())];
        let text = text.strip_suffix(b"\n").unwrap_or(text);
        String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text))
    }
}

impl Configuration {
    /// Where a span starts.
    #[must_use]
    pub fn place(&self, span: Span) -> Place {
        match self.file(span.file) {
            Some(file) => {
                let (line, column) = file.document.line_column(span.start);
                Place { path: file.path.clone(), line, column }
            }
            None => Place { path: PathBuf::new(), line: 0, column: 0 },
        }
    }

    /// The line in which a span starts, without its line end; empty for a span of another configuration.
    #[must_use]
    pub fn line_text(&self, span: Span) -> Cow<'_, str> {
        self.file(span.file).map_or(Cow::Borrowed(""), |file| file.document.line_text(span.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    #[test]
    fn places_are_what_an_editor_shows() {
        let configuration = Configuration::of("/etc/i", "auto lo\r\n\n# größe x\n\u{fffd}\nend".into());
        for (offset, line, column, text) in [
            (0, 1, 1, "auto lo"),
            (5, 1, 6, "auto lo"),
            (8, 1, 9, "auto lo"),
            (9, 2, 1, ""),
            (10, 3, 1, "# größe x"),
            (20, 3, 9, "# größe x"),
            (26, 5, 1, "end"),
            (29, 5, 4, "end"),
            (99, 5, 4, "end"),
        ] {
            let span = Span::new(FileId(0), offset, offset + 1);
            let place = configuration.place(span);
            assert_eq!((place.line, place.column), (line, column), "{offset}");
            assert_eq!(configuration.line_text(span), text, "{offset}");
            assert_eq!(place.to_string(), format!("/etc/i:{line}:{column}"));
        }
        let elsewhere = Span::new(FileId(7), 0, 1);
        assert_eq!(configuration.place(elsewhere).line, 0);
        assert_eq!(configuration.line_text(elsewhere), "");
    }

    #[test]
    fn bytes_that_are_no_text_count_as_what_they_show_as() {
        let document = Document::parse(FileId(0), b"a\xff\xffb".to_vec());
        assert_eq!(document.line_column(3), (1, 4));
        assert_eq!(document.line_text(0), "a\u{fffd}\u{fffd}b");
        assert_eq!(Document::parse(FileId(0), Vec::new()).line_column(0), (1, 1));
    }
}
