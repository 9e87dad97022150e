//! The lines around a label, as text that can be underlined: a file's bytes need not be text, and its lines not short.

use std::ops::Range;

use interfaces::{Document, Label};

/// The most bytes of a line on each side of a label. A terminal's line is shorter; a line of garbage may be megabytes.
const REACH: usize = 400;
/// Labels that are no more than this many bytes apart are shown in one excerpt.
const NEAR: usize = 600;

/// Some lines of a file, as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first line.
    pub line: usize,
    /// The lines, lossily where they are no UTF-8.
    pub text: String,
    /// Whether the first line's beginning is left out, for the line is long.
    pub cut: bool,
    /// Where each label is in that text, and which of the diagnostic's labels it is.
    pub labels: Vec<(Range<usize>, usize)>,
}

/// The excerpts of one file that these labels need, in the order of the file. Numbers are indices into `labels`.
#[must_use]
pub fn excerpts(document: &Document, labels: &[(usize, &Label)]) -> Vec<Excerpt> {
    let source = document.source();
    let mut spans: Vec<(Range<usize>, usize)> =
        labels.iter().map(|(number, label)| (visible(source, label), *number)).collect();
    spans.sort_by_key(|(span, number)| (span.start, *number));
    let near = |a: &(Range<usize>, usize), b: &(Range<usize>, usize)| b.0.start.saturating_sub(a.0.end) <= NEAR;
    spans.chunk_by(near).map(|group| excerpt(document, group)).collect()
}

/// What of a label is underlined: its first line, without the line end.
fn visible(source: &[u8], label: &Label) -> Range<usize> {
    let start = label.span.start.min(source.len());
    let end = label.span.end.clamp(start, source.len());
    let line = source[start..end].iter().position(|&byte| byte == b'\n').map_or(end, |at| start + at);
    let text = source[start..line].trim_ascii_end();
    start..start + text.len().min(REACH)
}

fn excerpt(document: &Document, spans: &[(Range<usize>, usize)]) -> Excerpt {
    let source = document.source();
    let (first, last) = (spans.first().map_or(0, |s| s.0.start), spans.iter().map(|s| s.0.end).max().unwrap_or(0));
    let line_start = source[..first].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let line_end = source[last..].iter().position(|&byte| byte == b'\n').map_or(source.len(), |at| last + at);
    let (start, end) = (line_start.max(first.saturating_sub(REACH)), line_end.min(last + REACH));
    let mut text = String::new();
    let mut at = if start > line_start { character_start(source, start) } else { start };
    let cut = at > line_start;
    if cut {
        text.push('…');
    }
    // Each label's ends are cut points, so that an end between two bytes that decode as one can't shift the others.
    let mut cuts: Vec<usize> = spans.iter().flat_map(|(span, _)| [span.start, span.end]).chain([end]).collect();
    cuts.sort_unstable();
    let mut places = vec![(at, text.len())];
    for to in cuts {
        if to > at {
            text.push_str(&plain(&String::from_utf8_lossy(&source[at..to])));
            at = to;
        }
        places.push((to, text.len()));
    }
    if end < line_end {
        text.push('…');
    }
    let find = |offset: usize| places.iter().find(|(from, _)| *from == offset).map_or(text.len(), |(_, to)| *to);
    let labels = spans.iter().map(|(span, number)| (find(span.start)..find(span.end), *number)).collect();
    Excerpt { line: document.line_column(start).0, text, cut, labels }
}

/// The first byte from `at` on that does not continue a UTF-8 character.
fn character_start(source: &[u8], at: usize) -> usize {
    (at..source.len().min(at + 4)).find(|&n| source[n] & 0xc0 != 0x80).unwrap_or(at)
}

/// A carriage return before a line end would be shown as a symbol of its own.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim_end_matches('\r').to_owned()
}

#[cfg(test)]
mod tests {
    use interfaces::{FileId, Span};

    use super::*;

    fn label(start: usize, end: usize) -> Label {
        Label { span: Span::new(FileId(0), start, end), text: String::new() }
    }

    fn shown(source: &[u8], labels: &[Label]) -> Vec<(usize, String, Vec<String>)> {
        let document = Document::parse(FileId(0), source.to_vec());
        let labels: Vec<_> = labels.iter().enumerate().collect();
        let marked = |e: &Excerpt| e.labels.iter().map(|(range, _)| e.text[range.clone()].to_owned()).collect();
        excerpts(&document, &labels).iter().map(|e| (e.line, e.text.clone(), marked(e))).collect()
    }

    #[test]
    fn a_label_is_shown_in_its_line() {
        let expected = (2, "iface lo".to_owned(), vec!["lo".to_owned()]);
        assert_eq!(shown(b"auto lo\niface lo\nx", &[label(14, 16)]), [expected]);
    }

    #[test]
    fn what_is_no_text_does_not_shift_what_follows() {
        let expected = (1, "a\u{fffd}\u{fffd} lo".to_owned(), vec!["lo".to_owned()]);
        assert_eq!(shown(b"a\xff\xfe lo\n", &[label(4, 6)]), [expected]);
    }

    #[test]
    fn a_stanza_is_underlined_at_its_first_line() {
        let expected = (1, "iface a".to_owned(), vec!["iface a".to_owned()]);
        let found = shown(b"iface a\r\n mtu 9\r\n", &[label(0, 17)]);
        assert_eq!(found, [expected]);
    }

    #[test]
    fn long_lines_are_cut_and_far_labels_apart() {
        let mut source = vec![b'x'; 100_000];
        source[50_000] = b'y';
        let found = shown(&source, &[label(50_000, 50_001), label(90_000, 100_000)]);
        assert_eq!(found.len(), 2);
        for ((line, text, marked), start) in found.iter().zip(["y", "xx"]) {
            assert_eq!(*line, 1);
            assert!(text.starts_with('…') && text.len() < 4 * REACH && marked[0].starts_with(start), "{text}");
        }
    }

    #[test]
    fn places_beyond_the_end_are_the_end() {
        let found = shown(b"abc", &[label(7, 9)]);
        assert_eq!(found[0].1, "abc");
    }
}
