//! What stands around a place: its stanza, the words before it on its line, and the word that it is in.

use interfaces::{Iface, Kind, Setting, Stanza, Word};

use crate::workspace::Analysis;

/// What stands before the cursor.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Before {
    /// The words before the one that the cursor is in; those of continued lines too.
    pub(crate) words: Vec<String>,
    /// The word that the cursor is in, up to it. It may be empty.
    pub(crate) started: String,
    /// Where that word starts.
    pub(crate) start: usize,
}

/// What stands before a place on its line; `None` within a comment.
pub(crate) fn before(source: &[u8], offset: usize) -> Option<Before> {
    let offset = offset.min(source.len());
    let start = logical_start(source, offset);
    let line = &source[start..offset];
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    if line.iter().find(|byte| !is_blank(byte)) == Some(&b'#') {
        return None;
    }
    let word = line.iter().rposition(is_blank).map_or(0, |at| at + 1);
    let words = line[..word].split(is_blank).filter(|word| !word.is_empty() && *word != b"\\");
    Some(Before {
        words: words.map(|word| String::from_utf8_lossy(word).into_owned()).collect(),
        started: String::from_utf8_lossy(&line[word..]).into_owned(),
        start: start + word,
    })
}

/// Where the logical line starts: back over every line's end with a backslash before it.
fn logical_start(source: &[u8], offset: usize) -> usize {
    let mut at = offset;
    while let Some(end) = source[..at].iter().rposition(|&byte| byte == b'\n') {
        let line = &source[..end];
        if !line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\") {
            return end + 1;
        }
        at = end;
    }
    0
}

/// The stanza that a line at this place belongs to or would belong to: the last that starts before it.
pub(crate) fn stanza(analysis: &Analysis, offset: usize) -> Option<&Stanza> {
    let document = &analysis.configuration.file(analysis.file)?.document;
    document.stanzas().take_while(|stanza| stanza.span.start < offset).last()
}

/// The stanza, if it is an interface's.
pub(crate) fn iface(analysis: &Analysis, offset: usize) -> Option<&Iface> {
    match &stanza(analysis, offset)?.kind {
        Kind::Iface(iface) => Some(iface),
        _ => None,
    }
}

/// The line of a stanza that a place is in.
pub(crate) fn setting(iface: &Iface, offset: usize) -> Option<&Setting> {
    iface.settings.iter().find(|setting| setting.span.start <= offset && offset <= setting.span.end)
}

/// Whether a word touches a place.
pub(crate) fn is_in(word: &Word, offset: usize) -> bool {
    word.span.start <= offset && offset <= word.span.end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_before_are_those_of_the_logical_line() {
        let seen = |text: &str| before(text.as_bytes(), text.len()).map(|b| (b.words.join(" "), b.started, b.start));
        let some = |words: &str, started: &str, start| Some((words.to_owned(), started.to_owned(), start));
        assert_eq!(seen(""), some("", "", 0));
        assert_eq!(seen("auto lo\nifa"), some("", "ifa", 8));
        assert_eq!(seen("a\n\tbond-slaves a \\\r\n  b c"), some("bond-slaves a b", "c", 24));
        assert_eq!(seen("\tbond-mode "), some("bond-mode", "", 11));
        assert_eq!(seen("  # bond"), None);
    }
}
